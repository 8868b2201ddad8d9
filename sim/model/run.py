"""How long, how many and from when: the settings of a run, and months as dates."""

import re
from dataclasses import dataclass

from sim.model.complaints import Refused, shown
from sim.model.declared import Field

MOST_MONTHS = 1200
"""A century: beyond it no parameter of the model means anything."""

RUN_FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        Field("firms", "firms", 2000, (1, 10**8), (100, 10**6), "Firms simulated.", integer=True),
        Field("months", "months", 120, (1, MOST_MONTHS), (12, 240), "Length of the run.", integer=True),
        Field(
            "replicates",
            "replicates",
            100,
            (1, 10**6),
            (10, 1000),
            "Worlds that differ by chance.",
            integer=True,
        ),
        Field(
            "seed", "(any seed)", 1, (0, 2**63 - 1), (0, 100), "What all chance is drawn from.", integer=True
        ),
        Field(
            "every",
            "months",
            1,
            (1, MOST_MONTHS),
            (1, 12),
            "Outcomes are recorded every so often.",
            integer=True,
        ),
    )
}
"""The numbers of a run; `start` is a date beside them."""

FIRST_MONTH = "2026-01"
"""Start of a run that names none: the five-year plan 2026-2030 lies inside (I19)."""

_DATE = re.compile(r"(\d{4})-(\d\d)")

_MEANT = re.compile(
    r"(?:(?P<before>\d\d?)[-/. ])?(?P<year>\d{4})年?(?:(?:[-/. ]|(?<=年))(?P<after>\d\d?)月?)?(?:[-/. T].*|(?<=月).*)?"
)
"""A year, and a month on one side of it."""


@dataclass(frozen=True)
class Run:
    """Settings of a run.

    Parameters
    ----------
    firms
        Firms simulated.
    months
        Length of the run.
    start
        First month, "YYYY-MM".
    replicates
        Worlds that differ by chance alone.
    seed
        What all chance is drawn from; 0 is a seed.
    every
        Outcomes are recorded every so many months.
    """

    firms: int
    months: int
    start: str
    replicates: int
    seed: int
    every: int


def recorded(months: int, every: int) -> list[int]:
    """Months recorded of a run: 0, every n-th, and the last."""
    return [*range(0, months, every), months]


def month_index(date: object, example: str = "2027-01") -> int:
    """Months since the year 0 of a date "YYYY-MM"; a refusal offers what was meant, or else the example.

    Raises
    ------
    Refused
        It is not such a date, or not between 1900 and 2999.
    """
    match = _DATE.fullmatch(date) if isinstance(date, str) else None
    if match is None or not _is_month(match[1], match[2]):
        meant = _MEANT.fullmatch(str(date).strip())
        year, month = (meant["year"], meant["after"] or meant["before"] or "") if meant else ("0", "")
        known = _is_month(year, month or "1")
        written, say = f"{year}-{month or 1:0>2}" if known else example, "" if known and month else ", say"
        raise Refused(
            f"{shown(date)} is not a month", '"YYYY-MM" from 1900-01 to 2999-12', f'Write "{written}"{say}, in quotes.'
        )
    return int(match[1]) * 12 + int(match[2]) - 1


def _is_month(year: str, month: str) -> bool:
    return 1 <= int(month) <= 12 and 1900 <= int(year) <= 2999


def month_date(index: int) -> str:
    """Date "YYYY-MM" of a number of months since the year 0."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
