"""What a parameter is: one declaration feeds validation, printing, the schema, sweeps and the documents."""

from dataclasses import dataclass
from enum import StrEnum

from sim.model.nouns import CLASSES, REGIONS, SECTORS

BY = {"class": CLASSES, "sector": SECTORS, "region": REGIONS}
"""The nouns a tuple of values follows; providers have no fixed nouns, `market.shares` counts them."""

SEAT_MONTH = "money per seat-month"
"""The unit in which costs, benefits and utilities are commensurate (I4)."""


class Grade(StrEnum):
    """How firmly a default is known, from firmest to weakest."""

    STATISTIC = "statistic"
    """Arithmetic on an official figure of the very population, read in its source or in a reprint that names it."""
    SEED = "seed document"
    """Given by the interview or the documents beside it (I, D)."""
    LITERATURE = "literature"
    """A published figure or definition, possibly second hand or of a neighbouring population."""
    CALIBRATED = "calibrated"
    """Solved or fitted so that the model reproduces something observed."""
    ASSUMPTION = "assumption"
    """Chosen; sources support the mechanism or the range, not the value."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of the model.

    Attributes
    ----------
    key : str
        Group and name as written in a scenario, ``cost.public_price``.
    symbol, name, unit : str
        Symbol of the model description, domain words, unit ("money" is the world's currency).
    default : float, int, str or tuple
        A scalar, or a tuple in the order of `by`.
    hard : (float, float)
        What is accepted; both ends included.
    plausible : (float, float) or None
        What a sweep explores; None where a sweep has no business.
    sources : tuple of str
        Identifiers of claims or evidence rows.
    grade : Grade
        How firmly the default is known.
    sentence : str
        What the parameter does, in one sentence.
    by : str
        "", "class", "sector", "region" or "provider".
    shared : bool
        True if it shapes the population or the network, on which lanes run together must agree.
    integer : bool
        True for whole numbers.
    choices : tuple of str
        Allowed words of a text parameter, whose ranges are then unused.
    replaced_by : str
        The observation that would replace an assumption or a calibrated value.
    arithmetic : str
        From the figures of the evidence row to the default; recomputed by a test.
    """

    key: str
    symbol: str
    name: str
    unit: str
    default: float | int | str | tuple[float | int, ...]
    hard: tuple[float, float]
    plausible: tuple[float, float] | None
    sources: tuple[str, ...]
    grade: Grade
    sentence: str
    by: str = ""
    shared: bool = False
    integer: bool = False
    choices: tuple[str, ...] = ()
    replaced_by: str = ""
    arithmetic: str = ""
