"""What must hold between varied quantities, and between them and the base scenario."""

from collections.abc import Collection, Iterator, Sequence

from sim.experiments.sweeps.quantities import Quantity
from sim.experiments.sweeps.shares import whole_of
from sim.experiments.sweeps.subjects import Base, Subject
from sim.model.complaints import Complaints, Refused, listed
from sim.model.declared import PLAUSIBLE_MONEY
from sim.model.outcome_table import UP_TO_CONSTANTS
from sim.model.parameters import PARAMETERS
from sim.model.quantities import CONSTANTS
from sim.model.reading import Document

FAR = 2
"""How many times beyond its plausible range a quantity is perhaps varied by a slip; a little further is common."""


def check_between(complaints: Complaints, where: str, quantities: Sequence[Quantity], base: Base) -> None:
    """Complain about quantities that clash, or that could have no effect."""
    for number, quantity in enumerate(quantities):
        key = f'vary."{quantity.key}"'
        with complaints.at(where, key):
            _clash(quantity, quantities[:number])
        with complaints.at(where, f"{key}.role"):
            _mixed_whole(quantity, quantities[:number])
        with complaints.at(where, f"{key}.role"):
            _solved_over(quantity, quantities)
        with complaints.at(where, f"{key}.role"):
            _overridden(quantity, base)


def _clash(quantity: Quantity, before: Sequence[Quantity]) -> None:
    for other in before:
        shorter = min(len(quantity.steps), len(other.steps))
        if quantity.steps[:shorter] == other.steps[:shorter]:
            raise Refused(
                f"{other.key} is varied as well, and both say what the other one says",
                "each value varied once",
                "Remove one of the two, or name different entries in both.",
            )


def _mixed_whole(quantity: Quantity, before: Sequence[Quantity]) -> None:
    for other in before:
        if whole_of(quantity) and whole_of(quantity) == whole_of(other) and quantity.role != other.role:
            raise Refused(
                f"{other.key} is {other.role}, and both are shares of one whole",
                "one role for all shares of a whole",
                f'Write "{other.role}" here too, or change the other.',
            )


def _solved_over(quantity: Quantity, quantities: Sequence[Quantity]) -> None:
    """Constants that would be lost, since they are solved again."""
    solving = quantity if quantity.uncertain else next((each for each in quantities if each.uncertain), None)
    if quantity.parameter in CONSTANTS and solving is not None:
        whose = "for it" if solving is quantity else f"for {solving.key}, which is uncertain"
        raise Refused(
            f"option constants are solved again {whose}, so this value would be lost",
            "option constants as counterfactual, and no uncertain parameter beside them",
            "Change the roles, or do not vary both.",
        )


def _overridden(quantity: Quantity, base: Base) -> None:
    """An uncertain quantity belongs to the base world, and a later layer may set it again."""
    if not quantity.uncertain:
        return
    for layer in base.layers[base.step + 1 :]:
        for document in layer.documents:
            for key in _set_again(quantity, document):
                raise Refused(
                    f"{document.where} sets {key} over the base world, so that varying it there would be lost",
                    "uncertain: what stands as the base world has it; counterfactual: anything",
                    'Write role = "counterfactual", or take it out of there.',
                )


def _set_again(quantity: Quantity, document: Document) -> Iterator[str]:
    """Parameters that a document sets over a quantity, or over its fellows of one whole."""
    group, name, *part = quantity.steps
    settings = document.tables.get(group, {})
    for other, raw in settings.items():
        if whole_of(quantity) == group or (other == name and whole_of(quantity)):
            yield f"{group}.{other}"
        elif other == name and not (part and isinstance(raw, dict) and part[0] not in raw):
            yield f"{group}.{name}"


def _implausible(quantity: Quantity, about: Subject, base: Base) -> Iterator[str]:
    """A sentence about a range or factor far beyond the declared plausible range; listed values are on purpose."""
    law = quantity.law
    foreign = "money" in about.unit and base.scenario.currency != PLAUSIBLE_MONEY
    if about.kind != "number" or about.plausible is None or foreign or law is None:
        return
    numbers = [end * present for end in (law.low, law.high) for _, present in quantity.factor_of or (("", 1.0),)]
    low, high = about.plausible
    if 0.0 != min(numbers) < min(low, low / FAR) or max(numbers) > max(high, high * FAR):  # 0 is to leave it out
        span = f"{low:,.10g} to {high:,.10g} {about.unit.replace('money', base.scenario.currency)}"
        reach = f"{min(numbers):,.10g} to {max(numbers):,.10g}"
        yield f"{quantity.key} takes values from {reach}, far beyond its plausible range, {span}."


def notes_on(varied: Sequence[tuple[Quantity, Subject]], base: Base, outcomes: Collection[str]) -> tuple[str, ...]:
    """Sentences about what is harmless, but perhaps not meant; `outcomes` are all that anything is kept of."""
    notes = list(base.scenario.notes)
    for quantity, about in varied:
        notes += _implausible(quantity, about, base)
        value = base.draft.values.get(quantity.parameter)
        flat = len(quantity.steps) == 2 and isinstance(value, tuple) and len(set(value)) > 1
        if flat and not quantity.factor_of:
            by = PARAMETERS[quantity.parameter].by
            notes.append(
                f"{quantity.key} differs by {by} in the base scenario, and each point gives every {by} the same value; "
                f"factor = [...] would keep the proportions, {quantity.key}[...] varies one {by}."
            )
    if base.world.constants_given and any(quantity.uncertain for quantity, _ in varied):
        notes.append(
            "The base scenario gives its option constants; points of this sweep solve them, since some quantities are "
            "uncertain, and so differ from the base scenario in their constants too."
        )
    solved = [quantity.key for quantity, _ in varied if quantity.uncertain]
    money = [each for each in UP_TO_CONSTANTS if each in outcomes]
    if solved and money:
        notes.append(
            f"Constants are solved again for {listed(solved)}, those of on premise being 0 at every point: there is no "
            f"common zero of {listed(money)}, so compare only points alike in {listed(solved)}."
        )
    return tuple(notes)
