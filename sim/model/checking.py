"""What must hold between settings that are each in range."""

from collections.abc import Mapping, Sequence

from sim.model.complaints import Refused
from sim.model.merging import Draft
from sim.model.nouns import CLASSES, ON_PREMISE, OPTIONS
from sim.model.parameters import BY, PARAMETERS
from sim.model.quantities import AVAILABLE, CONSTANTS, SHARES, Value, amounts

SUM_TOLERANCE = 1e-6
"""Shares add up to 1 within this; a reader may write thirds with seven digits."""

COMPARISON_TOLERANCE = 1e-9
"""Room for rounding where a sum of shares is compared with a limit."""

MIXES = (*(f"population.{name}_mix" for name in ("sample", "national", "sector", "region")), SHARES)
"""Parameters whose entries are shares of one whole."""

SOLVE_AGAIN = "or solve the constants again ([constants] solve = true, or sim run --resolve)"


class _Check:
    """Complaints about one set of values, each at the place where the value was set."""

    def __init__(self, draft: Draft, values: Mapping[str, Value]) -> None:
        self.draft, self.values = draft, values

    def numbers(self, key: str) -> tuple[float, ...]:
        return amounts(self.values, key)

    def refuse(self, key: str, problem: str, allowed: str, remedy: str, also: Sequence[str] = ()) -> None:
        """Complain about a key where it, or one that it clashes with, was set; not where one of them is refused."""
        if self.draft.complaints.doubted(key, *also):
            return
        origins = self.draft.origins
        where = next((origins[each] for each in (key, *also) if each in origins), "defaults")
        self.draft.complaints.add(where, key, Refused(problem, allowed, remedy))


def check_values(draft: Draft, values: Mapping[str, Value]) -> None:
    """Complain about parameter values that contradict each other."""
    check = _Check(draft, values)
    _check_lengths(check)
    _check_mixes(check)
    _check_start(check)
    ends = check.numbers("population.smallest"), check.numbers("population.largest")
    for size, smallest, largest in zip(CLASSES, *ends, strict=True):
        if smallest > largest:
            check.refuse(
                "population.smallest",
                f"{size}: {smallest:g} is larger than population.largest, {largest:g}",
                f"at most {largest:g} employees",
                "Lower it, or raise population.largest.",
                also=("population.largest",),
            )


def _check_lengths(check: _Check) -> None:
    providers = len(check.numbers(SHARES))
    for key, parameter in PARAMETERS.items():
        if parameter.by == "provider" and len(check.numbers(key)) != providers:
            check.refuse(
                key,
                f"{len(check.numbers(key))} values for {providers} providers",
                f"one value for all, or as many as market.shares has: {providers}",
                "Change the length of one of the two lists.",
                also=(SHARES,),
            )


def _check_mixes(check: _Check) -> None:
    for key in MIXES:
        total = sum(check.numbers(key))
        if abs(total - 1) > SUM_TOLERANCE:
            check.refuse(
                key,
                f"the shares sum to {total:.7g}, not to 1",
                f"{_entries(key)} shares that sum to 1",
                "Change them so that nothing is missing and nothing counted twice.",
            )
    both = zip(check.numbers("population.sample_mix"), check.numbers("population.national_mix"), strict=True)
    if not any(simulated > 0 and national > 0 for simulated, national in both):
        check.refuse(
            "population.national_mix",
            "no simulated class has a national share, so the simulated firms stand for nobody",
            "a share above 0 for at least one class of population.sample_mix",
            "Change one of the two mixes.",
            also=("population.sample_mix",),
        )


def _entries(key: str) -> str:
    names = BY.get(PARAMETERS[key].by)
    return ", ".join(names) if names else "providers':"


def _check_start(check: _Check) -> None:
    """Starting shares sum to 1, need their option, and leave room for awareness."""
    keys = [f"start.{option}" for option in OPTIONS]
    for index, size in enumerate(CLASSES):
        shares = [check.numbers(key)[index] for key in keys]
        total = sum(shares)
        if abs(total - 1) > SUM_TOLERANCE:
            # Named after the option that was set, so that the complaint points at the line just written.
            check.refuse(
                next((key for key in keys if key in check.draft.origins), keys[0]),
                f"the starting shares of {size} firms sum to {total:.7g}, not to 1",
                f"{', '.join(keys)} that sum to 1 in every class",
                "Change them together.",
                also=keys,
            )
        _check_awareness(check, index, 1 - shares[ON_PREMISE])
    _check_start_available(check)


def _check_start_available(check: _Check) -> None:
    """Everybody has an option, and nobody starts with one that they do not have, however constants are found."""
    without = [i for i in range(len(CLASSES)) if not any(check.numbers(key)[i] for key in AVAILABLE)]
    if without:
        check.refuse(
            next((key for key in AVAILABLE if key in check.draft.origins), AVAILABLE[0]),
            f"no option is left to {', '.join(CLASSES[i] for i in without)} firms",
            f"1 in one of {', '.join(AVAILABLE)} at least",
            "Make one available to them.",
            also=(*AVAILABLE, *(f"start.{option}" for option in OPTIONS)),
        )
    for option in OPTIONS:
        shares, available = check.numbers(f"start.{option}"), check.numbers(f"available.{option}")
        taken = [i for i, share in enumerate(shares) if share > 0 and not available[i] and i not in without]
        if taken:
            who = ", ".join(f"{shares[i]:g} of {CLASSES[i]}" for i in taken)
            check.refuse(
                f"start.{option}",
                f"{who} firms start with an option that is not available to them",
                f"0 for {', '.join(CLASSES[i] for i in taken)} while available.{option} is 0",
                _moved_on_premise(check, option, taken),
                also=(f"available.{option}",),
            )


def _moved_on_premise(check: _Check, option: str, taken: Sequence[int]) -> str:
    """What to set so that classes start on premise instead of with options that they cannot have."""
    on_premise = OPTIONS[ON_PREMISE]
    if option == on_premise or not all(check.numbers(f"available.{on_premise}")[i] for i in taken):
        return "Set it to 0 and add it to the shares of other options, or make the option available."
    cloud = {other for other in OPTIONS if other != on_premise}
    staying = [
        round(1 - sum(check.numbers(f"start.{o}")[i] for o in cloud if check.numbers(f"available.{o}")[i]), 9)
        for i in range(len(CLASSES))
    ]
    nothing = "0" if len(taken) == len(CLASSES) else f"{{{_entered(taken, [0] * len(CLASSES))}}}"
    return (
        f"Add it to the share on premise: start.{option} = {nothing} and start.{on_premise} = "
        f"{{{_entered(taken, staying)}}}, in the file or each with a --set of its own "
        "(--set '...', in quotes), or make the option available."
    )


def _entered(places: Sequence[int], numbers: Sequence[float]) -> str:
    """Numbers of some classes as a table of TOML has them, without braces."""
    return ", ".join(f"{CLASSES[i]} = {numbers[i]:.9g}" for i in places)


def _check_awareness(check: _Check, index: int, cloud: float) -> None:
    size, aware = CLASSES[index], check.numbers("awareness.start")[index]
    most = 1 - check.numbers("population.not_applicable")[index]
    if cloud - COMPARISON_TOLERANCE <= aware <= most + COMPARISON_TOLERANCE:
        return
    few, many = f"fewer than the {cloud:g} who use cloud", f"more than the {most:g} to whom cloud applies"
    check.refuse(
        "awareness.start",
        f"{aware:g} of {size} firms aware at the start, {few if aware < cloud else many}",
        f"{cloud:g} to {most:g} (share on cloud to 1 - population.not_applicable)"
        if cloud <= most
        else f"nothing: {cloud:g} on cloud exceed the {most:g} to whom cloud applies",
        "Change it, the starting shares or population.not_applicable.",
        also=("population.not_applicable", *(f"start.{option}" for option in OPTIONS)),
    )


def check_run(draft: Draft) -> None:
    """Complain about a run that cannot be: too many partners, incomplete groups, nothing recorded."""
    check = _Check(draft, draft.values)
    firms, kind, partners = draft.run["firms"], draft.values["network.kind"], draft.values["network.partners"]
    assert isinstance(partners, int)
    clash = ("network.kind", "run.firms")
    if kind == "groups":
        if firms % partners:
            check.refuse(
                "network.partners",
                f"groups of {partners} do not divide {firms} firms",
                f"a divisor of run.firms (a group counts its {partners} members, self included)",
                f"Take {firms // partners * partners or partners} firms, say.",
                also=clash,
            )
    elif kind != "mean-field" and partners > firms - 1:
        check.refuse(
            "network.partners",
            f"{partners} partners asked for, and {firms - 1} other firms exist",
            f"1 to {firms - 1} partners" if firms > 1 else "network.kind = mean-field for a single firm",
            f"Lower it, raise run.firms to {partners + 1}, or set network.kind to mean-field.",
            also=clash,
        )
    if draft.run["every"] > draft.run["months"]:
        check.refuse(
            "run.every",
            f"every {draft.run['every']} months, in a run of {draft.run['months']}",
            f"1 to {draft.run['months']} months",
            "Lower it, or raise run.months.", also=("run.months",),
        )


def check_constants(draft: Draft) -> None:
    """Complain where held option constants do not fit the world they are held in."""
    check = _Check(draft, draft.values)
    providers, base_providers = len(check.numbers(SHARES)), len(amounts(draft.base_values, SHARES))
    if providers != base_providers:
        check.refuse(
            SHARES,
            f"{providers} providers, but the appeal of {base_providers} is held from the base world",
            f"{base_providers} shares while constants are held",
            f"Keep {base_providers}, {SOLVE_AGAIN}.",
        )
    for option in OPTIONS:
        key = f"available.{option}"
        both = zip(CLASSES, check.numbers(key), amounts(draft.base_values, key), strict=True)
        fresh = [size for size, now, before in both if now and not before]
        if fresh:
            check.refuse(
                key,
                f"{', '.join(fresh)}: not available in the base world, so it has no constant to hold",
                "0 while constants are held",
                f"Set it to 0, {SOLVE_AGAIN} with a starting share above 0.",
            )


def check_idle_constants(draft: Draft) -> None:
    """Complain about constants that are set but would be solved over."""
    if draft.constants_ever_given:
        return
    for key in CONSTANTS:
        if key in draft.origins:
            _Check(draft, draft.values).refuse(
                key,
                "option constants are solved from the starting shares, so this value would be lost",
                "option constants together with [constants] solve = false",
                "Add that, or remove the constants.", also=("constants.solve",),
            )
