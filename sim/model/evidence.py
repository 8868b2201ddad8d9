"""The evidence that parameters cite: claims of the source documents, published figures, short series.

Everything is shipped with the package in ``sim/evidence``: `claims.csv` paraphrases the interview (I) and the
other documents (D), `rows.csv` holds one published figure a row, `series.csv` the European series behind rows
A1-A5 and A8-A10.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sim.model.errors import BadInput

RECALLED = "recalled"
"""How the status of a row begins that is from memory: nothing may rest on it."""


@dataclass(frozen=True)
class Claim:
    """A statement of a source document, paraphrased.

    Attributes
    ----------
    identifier, statement, document, kind : str
        ``I5``, what is said, where, and what the model makes of it.
    """

    identifier: str
    statement: str
    document: str
    kind: str


@dataclass(frozen=True)
class Row:
    """A published figure.

    Attributes
    ----------
    identifier, figure, unit, year, population : str
        ``A37``, the figure as published, its unit, year, population and definition.
    source, addresses : str
        The publisher ("as reproduced in" where only a copy was read); full addresses divided by `` ; ``.
    status : str
        How it was read: "read it", read in part or second hand, derived, recalled.
    informs : str
        What it is good for.
    """

    identifier: str
    figure: str
    unit: str
    year: str
    population: str
    source: str
    addresses: str
    status: str
    informs: str


def _table(name: str) -> list[dict[str, str]]:
    """The lines of a table shipped with the package, as text by column."""
    text = (files("sim") / "evidence" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def evidence() -> dict[str, Claim | Row]:
    """Every claim and every row by identifier, claims first, in the order of the documents."""
    every: list[Claim | Row] = [Claim(**line) for line in _table("claims.csv")]
    every += [Row(**line) for line in _table("rows.csv")]
    return {each.identifier: each for each in every}


def source(identifier: str) -> Claim | Row:
    """The claim or row with this identifier; capitals do not matter.

    Raises
    ------
    BadInput
        If there is none; the message says which identifiers exist.
    """
    known = evidence()
    if identifier.strip().upper() in known:
        return known[identifier.strip().upper()]
    same_letter = [each for each in known if each[0] == identifier.strip()[:1].upper()]
    groups = "".join(dict.fromkeys(each[0] for each in known))
    allowed = f"those with {same_letter[0][0]} are {', '.join(same_letter)}" if same_letter else (
        f"identifiers are one of the letters {', '.join(groups)} and a number, such as A37"
    )
    raise BadInput(f"There is no source '{identifier}': {allowed}.")
