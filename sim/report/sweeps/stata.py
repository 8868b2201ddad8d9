"""A table of a sweep as a Stata file (format 118, Stata 14 and later)."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.model.errors import BadInput
from sim.report.sweeps.export import Export
from sim.report.sweeps.words import MONTH, Words

LONGEST_NAME, LONGEST_LABEL = 32, 80
"""Characters that Stata takes."""

MOST_ROWS = 2**31 - 2
"""Rows that a Stata file may have."""

STAMP = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, so that equal results are equal bytes; Stata knows no zones
"""Time that stands in every file."""

RESERVED = frozenset(
    re.findall(
        r"\w+",
        "aggregate array boolean break byte case catch class colvector complex const continue default delegate delete "
        "do double else eltypedef end enum explicit export external float for friend function global goto if in "
        "inline int local long NULL pragma protected quad rowvector short strL typedef typename using virtual with",
    )
)
"""Words of Stata and of its matrix language that cannot name a variable."""


def write_stata(stream: BinaryIO, each: Export) -> list[str]:
    """Write a table, which has to fit in memory, and say what its columns are called in Stata.

    Texts that are missing are empty; months are Stata's monthly dates.

    Raises
    ------
    BadInput
        If there are more rows than a file may have.
    """
    table = pa.concat_tables(each.tables)
    if table.num_rows > MOST_ROWS:
        raise BadInput(
            f"{table.num_rows:,} rows are more than a Stata file can hold. Allowed: {MOST_ROWS:,}. Export Parquet."
        )
    names, frame = variable_names(words.key for words in each.words), table.to_pandas()
    dates: dict[Any, Any] = {}
    columns = {}
    for place, (words, name) in enumerate(zip(each.words, names, strict=True)):
        column = frame.iloc[:, place]
        if words.unit == MONTH or words.key == "date":
            column, dates[name] = pd.to_datetime(column, format="%Y-%m"), "tm"
        elif not pd.api.types.is_numeric_dtype(column):
            column = column.astype(object).fillna("")
        elif column.dtype == np.float64:
            column = column.where(np.isfinite(column))  # Stata has no infinity
        columns[name] = column
    pd.DataFrame(columns).to_stata(
        stream, convert_dates=dates, write_index=False, version=118, time_stamp=STAMP,
        variable_labels={name: _label(words) for name, words in zip(names, each.words, strict=True)},
    )  # fmt: skip
    return names


def variable_names(keys: Iterable[str]) -> list[str]:
    """Names that Stata takes, all different: letters, digits and underscores, at most 32.

    >>> variable_names(["share.firms.public[micro]", "end"])
    ['share_firms_public_micro', 'end_']
    """
    found: list[str] = []
    for key in keys:
        name = re.sub(r"\W+", "_", key, flags=re.ASCII).strip("_")
        if name in RESERVED or re.fullmatch(r"(str)?\d.*", name):
            name += "_"
        if not name[:1].isalpha():
            name = f"v_{name}"
        found.append(_different(name, found))
    return found


def _different(name: str, taken: Sequence[str]) -> str:
    """The name cut to length, with a number where it is taken; Stata itself tells large letters from small."""
    number, short = 1, name[:LONGEST_NAME]
    while short in taken:
        number += 1
        short = f"{name[: LONGEST_NAME - len(str(number)) - 1]}_{number}"
    return short


def _label(words: Words) -> str:
    """Key and unit of a column, cut to what Stata takes."""
    unit = "" if words.unit in ("", MONTH) else f", {words.unit}"
    return f"{words.key}{unit}"[:LONGEST_LABEL]
