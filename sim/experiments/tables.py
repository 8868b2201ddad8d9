"""The tidy outcome table: one row per replicate, month, outcome and group."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiments.pieces import write_groups, write_lines
from sim.model.errors import BadInput
from sim.model.run import month_date, month_index

Number = TypeVar("Number", np.int32, np.float64)

WORDS = pa.dictionary(pa.int16(), pa.string())
SCHEMA = pa.schema(
    [
        ("replicate", pa.int32()),
        ("month", pa.int32()),
        ("date", WORDS),
        ("outcome", WORDS),
        ("group", WORDS),
        ("value", pa.float64()),
    ]
)
"""Columns of the table; rows are sorted by replicate, month and the declared order of outcomes."""

ROWS_PER_GROUP = 1 << 20
"""Rows that are held in memory at once when a table is written."""


@dataclass(frozen=True)
class TableLayout:
    """What every replicate of a run records: the rows of its part of the table.

    Parameters
    ----------
    months : tuple of int
        Recorded months; 0 is the state at the start, t the state at the end of month t.
    start : str
        First month of the run, "YYYY-MM".
    columns : tuple of (outcome, group)
        What is recorded each month, in the declared order.
    """

    months: tuple[int, ...]
    start: str
    columns: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> int:
        """Rows of one replicate."""
        return len(self.months) * len(self.columns)

    @property
    def dates(self) -> list[str]:
        """Calendar month at whose end each recorded state holds, "YYYY-MM"."""
        return [calendar_month(self.start, month) for month in self.months]


def calendar_month(start: str, month: int) -> str:
    """Calendar month "YYYY-MM" at whose end the state of a month holds; month 1 is `start`.

    >>> calendar_month("2026-01", 0)
    '2025-12'
    """
    return month_date(month_index(start) + month - 1)


def tidy(values: npt.NDArray[np.float64], replicates: Sequence[int], layout: TableLayout) -> pa.Table:
    """The rows of some replicates.

    Parameters
    ----------
    values : array, shape (replicates, months, columns)
        Outcomes in the units of their declarations.
    replicates : sequence of int
        Numbers of the replicates, ascending.
    layout : TableLayout
        Months and columns of `values`.

    Returns
    -------
    pyarrow.Table
        Of `SCHEMA`. -0.0 is written as 0.0 and every NaN as the same NaN, so that equal results
        are equal bytes.
    """
    count, months, columns = values.shape
    outcomes, outcome_codes = _codes([outcome for outcome, _ in layout.columns])
    groups, group_codes = _codes([group for _, group in layout.columns])
    month_codes = np.arange(months, dtype=np.int16)
    arrays = [
        number_column(np.repeat(np.asarray(replicates, dtype=np.int32), months * columns), pa.int32()),
        number_column(np.tile(np.repeat(np.asarray(layout.months, dtype=np.int32), columns), count), pa.int32()),
        _words(np.tile(np.repeat(month_codes, columns), count), layout.dates),
        _words(np.tile(outcome_codes, count * months), outcomes),
        _words(np.tile(group_codes, count * months), groups),
        number_column(normal(values), pa.float64()),
    ]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def write_parquet(stream: BinaryIO, tables: Iterable[pa.Table], layout: TableLayout) -> int:
    """Write tables one after another in row groups whose size depends on the layout alone.

    How the rows were split into `tables` does not show in the bytes, so a resumed run writes
    the file that an uninterrupted one writes.

    Returns
    -------
    int
        Number of rows written.
    """
    size = max(1, ROWS_PER_GROUP // layout.rows) * layout.rows
    return write_groups(stream, SCHEMA, tables, size, SCHEMA.names[:-1])


def write_csv(stream: BinaryIO, parquet: Path) -> None:
    """Write the table of a Parquet file as comma-separated text; numbers round-trip exactly."""
    file = pq.ParquetFile(parquet)
    schema = _plain(file.schema_arrow)
    write_lines(stream, schema, (pa.Table.from_batches([batch]).cast(schema) for batch in file.iter_batches()))


@dataclass(frozen=True)
class Outcomes:
    """The outcome table of a run as one array, for whoever summarises or draws it.

    Parameters
    ----------
    replicates, months : int arrays
        Labels of the first and second axis of `values`.
    columns : tuple of (outcome, group)
        Labels of the third axis.
    values : float64 array, shape (replicates, months, columns)
        Outcomes in the units of their declarations.
    """

    replicates: npt.NDArray[np.int32]
    months: npt.NDArray[np.int32]
    columns: tuple[tuple[str, str], ...]
    values: npt.NDArray[np.float64]

    def of(self, outcome: str, group: str = "total") -> npt.NDArray[np.float64]:
        """One outcome of one group, shape (replicates, months)."""
        return self.values[:, :, self.columns.index((outcome, group))]


def read_outcomes(path: Path) -> Outcomes:
    """The outcome table in `path`, a file this module wrote."""
    table = pq.ParquetFile(path).read()
    replicates = np.unique(array_of(table["replicate"], np.int32))
    months = np.unique(array_of(table["month"], np.int32))
    width = table.num_rows // (len(replicates) * len(months))
    head = table.slice(0, width).to_pydict()
    columns = tuple(zip(head["outcome"], head["group"], strict=True))
    values = array_of(table["value"], np.float64).reshape(len(replicates), len(months), width)
    return Outcomes(replicates, months, columns, values)


def word_column(words: list[str]) -> pa.DictionaryArray:
    """A column of words, each stored as its position among the different ones."""
    different, codes = _codes(words)
    return _words(codes, different)


def normal(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The values in a row, with one kind of zero and of NaN, so that equal results are equal bytes."""
    flat = values.reshape(-1) + 0.0
    flat[np.isnan(flat)] = np.nan
    return flat


def column(values: Sequence[Any]) -> pa.Array:
    """A column of texts, of whole numbers, or of numbers; `pa.array` would import pandas."""
    if isinstance(values[0], str):
        return word_column(list(values)).cast(pa.string())
    if all(isinstance(value, int) for value in values):
        return number_column(np.array(values, np.int64), pa.int64())
    return number_column(np.array(values, np.float64), pa.float64())


def holds(file: pq.ParquetFile, wanted: Mapping[str, npt.NDArray[np.int32]]) -> bool:
    """Whether columns of a file hold these numbers: the end of a file, which says what is in it, has no checksum."""
    found = file.read(list(wanted), use_threads=False)
    return all(found[name].equals(pa.chunked_array([number_column(each, pa.int32())])) for name, each in wanted.items())


def number_column(values: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    """A column over the memory of an array; `pa.array` would import pandas, should it be there."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _codes(words: list[str]) -> tuple[list[str], npt.NDArray[np.int16]]:
    """Different words in order of first appearance, and the position of each word among them."""
    different = list(dict.fromkeys(words))
    place = {word: position for position, word in enumerate(different)}
    return different, np.array([place[word] for word in words], dtype=np.int16)


def _words(codes: npt.NDArray[np.int16], words: list[str]) -> pa.DictionaryArray:
    """A column of words stored as positions in a list of words."""
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    dictionary = pa.Array.from_buffers(pa.string(), len(words), buffers)
    return pa.DictionaryArray.from_arrays(number_column(codes, pa.int16()), dictionary)


def array_of(column: pa.ChunkedArray, kind: type[Number]) -> npt.NDArray[Number]:
    """A column of numbers without gaps as an array; `to_numpy` would import pandas."""
    parts = [
        np.frombuffer(chunk.buffers()[1], kind, len(chunk), chunk.offset * np.dtype(kind).itemsize)
        for chunk in column.chunks
    ]
    return np.concatenate(parts)


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with words stored as text."""
    words = pa.types.is_dictionary
    fields = [(field.name, pa.string() if words(field.type) else field.type) for field in schema]
    return pa.schema(fields)


@contextmanager
def reading(path: Path, advice: str = "Give the command that wrote it again.") -> Iterator[None]:
    """Say which file of results cannot be read, and what to do.

    Raises
    ------
    BadInput
        Instead of what the system or Arrow says of a file that is damaged or gone.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise BadInput(f"{path} is damaged or cannot be read ({error}). {advice}") from error
