"""What the columns of a sweep are called, in which unit they are, and what they mean; all from declarations."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.experiments.sweeps.quantities import shapes_population, solves_constants
from sim.experiments.tables import calendar_month
from sim.model.complaints import counted
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.outcome_table import NATIONALLY, OUTCOMES, SPENT, TOTAL, UP_TO_CONSTANTS
from sim.model.parameters import PARAMETERS
from sim.model.policy_settings import POLICY_FIELDS
from sim.model.reading import steps_to
from sim.model.run import RUN_FIELDS
from sim.model.scenario import with_settings
from sim.report.summary import shown_scale, shown_unit

Manifest = Mapping[str, Any]

MONTH = "month"
"""Unit of a quantity that is a date."""


@dataclass(frozen=True)
class Words:
    """What a column is called.

    Parameters
    ----------
    key : str
        Of the column.
    name : str
        In words of the domain, with its symbol.
    unit : str
        Of the column's numbers; "" for texts.
    meaning : str
        One sentence.
    shown : str
        The unit in which a figure shows it.
    scale : float
        What a figure multiplies it by.
    summed : str
        How an outcome is summed up.
    of_one_zero : bool
        Whether numbers of all points can be compared: not in the money of utility where constants are solved again.
    """

    key: str
    name: str
    unit: str
    meaning: str
    shown: str = ""
    scale: float = 1.0
    summed: str = ""
    of_one_zero: bool = True


def base_title(manifest: Manifest) -> str:
    """Title of the base scenario and what the sweep sets over it, but for what it varies.

    A quantity varied whole takes the place of its entries, but where it is a factor of these. Folders that were written
    when manifests had no such settings tell the title alone.
    """
    base, varied = manifest["scenario"], manifest["quantities"]
    whole = tuple(f"{key}[" for key in varied if key not in manifest["asked"].get("factor", {}))
    given = {
        key: value
        for key, value in base.get("settings", {}).items()
        if key not in varied and not key.startswith(whole)
    }
    return with_settings(base["title"], given)


def quantity_words(key: str, manifest: Manifest) -> Words:
    """What a varied quantity is called."""
    about = manifest["quantities"][key]
    group, name, *rest = steps_to(key) or ("", key)
    unit = about["unit"].replace("money", manifest["currency"])
    called, sentence = key, ""
    if f"{group}.{name}" in PARAMETERS:
        declared = PARAMETERS[f"{group}.{name}"]
        called = declared.name + (f" {declared.symbol}" if declared.symbol not in ("", "-", declared.name) else "")
        sentence, part = declared.sentence, rest
    elif group == "run":
        called, sentence, part = "firms simulated", RUN_FIELDS[name].sentence, []
    else:
        setting, *part = rest
        called, sentence = f"{setting} of {name}", _setting_sentence(group, name, setting, manifest)
    called += f" ({part[0]})" if part else ""
    meaning = f"{sentence} Varied as {role_words(key, manifest)}.".strip()
    if unit == manifest["currency"]:  # a budget: as what is spent of it is shown
        return Words(key, called, unit, meaning, shown_unit(unit, unit), shown_scale(unit, unit))
    return Words(key, called, unit, meaning, unit)


def role_words(key: str, manifest: Manifest) -> str:
    """In which role a quantity is varied, and what that does to the option constants."""
    role = manifest["quantities"][key]["role"]
    return f"{role}: option constants {'solved again' if constants_solved(key, manifest) else 'held'}"


def constants_solved(key: str, manifest: Manifest) -> bool:
    """Whether option constants are solved again for a quantity."""
    return solves_constants(manifest["quantities"][key]["role"], steps_to(key) or ())


def luck_differs(key: str) -> bool:
    """Whether points that differ in a quantity have other firms or partners, and so other luck."""
    return shapes_population(steps_to(key) or ())


def outcome_words(column: str, manifest: Manifest) -> Words:
    """What a recorded outcome, "name" or "name[group]", is called."""
    outcome, _, group = column.removesuffix("]").partition("[")
    return _outcome(column, outcome, group or TOTAL, manifest)


def reduction_words(name: str, manifest: Manifest) -> Words:
    """What a reduction is called."""
    how = manifest["asked"]["reduce"][name]
    of, start = _outcome(name, how["outcome"], how["group"], manifest), _start(manifest)
    what = of.meaning.rstrip(".")
    if how["take"] == "time-to":
        word, value = ("at least", how["above"]) if how["below"] is None else ("at most", how["below"])
        called = f"time until: {of.name}, {word} {value * of.scale:g} {of.shown}"
        meaning = f"{what}: months until it is {word} {value:g} ({of.unit}); missing where it never is."
        return replace(of, name=called, unit="months", meaning=meaning, shown="months", scale=1.0)
    if how["take"] == "cumulative":
        added = f"summed over {counted(_last(manifest), 'month')}"
        return replace(of, unit=f"{of.unit}, {added}", meaning=f"{what}; {added}.", shown=f"{of.shown}, {added}")
    months = {"final": _last(manifest), "at": how["month"]}
    when = "highest of all months" if how["take"] == "peak" else f"end of {calendar_month(start, months[how['take']])}"
    return replace(of, name=f"{of.name}, {when}", meaning=f"{what}; {when}.")


def plain_words() -> dict[str, Words]:
    """What the columns that do not hang on what is varied and recorded are called."""
    rows = {
        "point": "Number of the point, from 1; 0 is the base scenario, which has no values of the quantities.",
        "replicate": "Number of the replicate; points use the same draws replicate by replicate.",
        "stage": "How far a run was when it failed; empty for a sound one.",
        "message": "Why it failed; empty for a sound run.",
        "month": "0 is the start, t the end of month t.",
        "date": "Calendar month at whose end the state holds.",
        "reduction": "Number of every run that quantities move.",
        "quantity": "Quantity that moves, alone, over its whole range; effects are in the unit of the reduction.",
        "mu_star": "Mean size of its elementary effects, without their signs. This and the next three are missing for "
        "surplus and welfare where constants are solved again for the quantity, so that these have no common zero.",
        "half_width": "Half the 95 % interval of mu_star over trajectories; where larger than mu_star, it begins at 0.",
        "mu": "Mean of its elementary effects.",
        "sigma": "Standard deviation of its elementary effects.",
        "trajectories": "Trajectories that all have a value.",
    }
    units = {"month": "months"}
    return {key: Words(key, key, units.get(key, ""), meaning) for key, meaning in rows.items()}


def _outcome(key: str, outcome: str, group: str, manifest: Manifest) -> Words:
    declared, currency = OUTCOMES[outcome], manifest["currency"]
    unit = declared.unit.replace("money", currency)
    sentence = declared.sentence.rstrip(".")
    called = sentence.partition(";")[0].partition(" (")[0]
    if outcome == SPENT:
        called = sentence = f"Paid by {'all policies' if group == TOTAL else group.replace('.', ' ')}"
    elif group != TOTAL:
        called, sentence = f"{called} ({group})", f"{sentence}; {group}"
    if declared.summed.startswith(NATIONALLY):
        sentence += f"; {declared.summed}"
    solved = any(constants_solved(each, manifest) for each in manifest["quantities"])
    shown = unit.replace("share of", "% of") if unit.startswith("share of") else shown_unit(unit, currency)
    one_zero = not (solved and outcome in UP_TO_CONSTANTS)
    return Words(
        key, called, unit, f"{sentence}.", shown, shown_scale(unit, currency), declared.summed, one_zero
    )


def _setting_sentence(noun: str, name: str, setting: str, manifest: Manifest) -> str:
    """What the declaration says of a setting of a policy or event."""
    if setting in ("start", "end"):
        return f"{'First' if setting == 'start' else 'Last'} month in force."
    base = manifest["asked"]["base scenario"]
    if noun == "policy":
        kinds = {policy["name"]: INSTRUMENTS[policy["instrument"]] for policy in base["policies"]}
    else:
        kinds = {event["name"]: EVENTS[event["kind"]] for event in base["events"]}
    fields = kinds[name].fields if name in kinds else {}  # one that lies outside of the base's run takes no part in it
    known = {**POLICY_FIELDS, **fields}
    return known[setting].sentence if setting in known else ""


def _start(manifest: Manifest) -> str:
    return str(manifest["asked"]["base scenario"]["run"]["start"])


def _last(manifest: Manifest) -> int:
    return int(manifest["asked"]["base scenario"]["run"]["months"])
