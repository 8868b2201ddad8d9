"""A part: the file that keeps an item, one row per run, in groups of rows that can be read by themselves."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiments import tables
from sim.experiments.sweeps.items import Item, recorded_months
from sim.experiments.sweeps.sweep import Sweep
from sim.experiments.whole import unread
from sim.model.outcome_table import spelled

POINTS, REPLICATES = b"points", b"replicates"
"""Keys under which a part says which runs it holds."""

OF_RUN = ("point", "replicate", "stage", "message")
"""Columns of every run: which it is, and where and why it failed, if it did."""

GROUP_BYTES = 1_000_000
"""Size to which rows of points are grouped: a group takes a millisecond to open, and is held whole while it is read."""

REDUCED = "reduce."
"""Before the name of a reduction, in the name of its column."""


class Failure(NamedTuple):
    """Why a run has no outcomes: how far it was, and what was raised."""

    stage: str
    message: str


@dataclass(frozen=True)
class Columns:
    """What is kept of each run.

    Parameters
    ----------
    reductions : tuple of str
        Names of the numbers that sum up a run.
    outcomes : tuple of str
        Recorded outcomes, "name" or "name[group]".
    records : int
        Recorded months.
    """

    reductions: tuple[str, ...]
    outcomes: tuple[str, ...]
    records: int

    @property
    def schema(self) -> pa.Schema:
        """Columns of a part."""
        return pa.schema(
            [
                *zip(OF_RUN, (pa.int32(), pa.int32(), pa.string(), pa.string()), strict=True),
                *((REDUCED + name, pa.float64()) for name in self.reductions),
                *((name, pa.list_(pa.float64())) for name in self.outcomes),
            ]
        )


def columns_of(sweep: Sweep) -> Columns:
    """What is kept of each run of a sweep."""
    outcomes = tuple(starmap(spelled, sweep.record))
    return Columns(tuple(each.name for each in sweep.reductions), outcomes, len(recorded_months(sweep)))


class Runs(NamedTuple):
    """Outcomes of the runs of an item, in order of point and replicate; NaN where a run failed.

    Attributes
    ----------
    reduced
        Shape (runs, reductions).
    series
        Shape (runs, outcomes, records).
    failures
        By (point, replicate).
    """

    reduced: npt.NDArray[np.float64]
    series: npt.NDArray[np.float64]
    failures: Mapping[tuple[int, int], Failure]


def encoded(item: Item, runs: Runs, columns: Columns) -> bytes:
    """The file of an item; equal runs are equal bytes, with one kind of zero and of NaN."""
    points, replicates = _runs_of(item)
    failed = [runs.failures.get(run) for run in zip(points.tolist(), replicates.tolist(), strict=True)]
    arrays = [
        tables.number_column(points, pa.int32()),
        tables.number_column(replicates, pa.int32()),
        *(_words([one and getattr(one, name) for one in failed]) for name in Failure._fields),
        *(tables.number_column(tables.normal(each), pa.float64()) for each in runs.reduced.T),
        *(_lists(runs.series[:, n], failed) for n in range(len(columns.outcomes))),
    ]
    metadata = {POINTS: json.dumps(item.points), REPLICATES: json.dumps([item.replicates[0], item.replicates[-1]])}
    table = pa.Table.from_arrays(arrays, schema=columns.schema.with_metadata(metadata))
    stream = io.BytesIO()
    size = len(item.replicates) * points_in_group(item, columns)
    pq.write_table(table, stream, compression="zstd", row_group_size=size, write_page_checksum=True)
    return stream.getvalue()


def points_in_group(item: Item, columns: Columns) -> int:
    """How many points' runs make a group of rows."""
    bytes_of_point = 8 * len(item.replicates) * (columns.records * len(columns.outcomes) + len(columns.reductions) + 1)
    return max(1, GROUP_BYTES // bytes_of_point)


def failed_part(item: Item, failure: Failure, columns: Columns) -> bytes:
    """The file of an item none of whose runs came to an end."""
    every = {(point, replicate): failure for point in item.points for replicate in item.replicates}
    return encoded(item, no_runs(item, columns)._replace(failures=every), columns)


def no_runs(item: Item, columns: Columns) -> Runs:
    """Outcomes of an item of which nothing is computed yet."""
    return Runs(
        np.full((item.runs, len(columns.reductions)), np.nan),
        np.full((item.runs, len(columns.outcomes), columns.records), np.nan),
        {},
    )


def item_in(path: Path, schema: pa.Schema) -> Item | None:
    """Which item a file holds by its end, which alone is read; None where it is torn, or no part of this sweep."""
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(schema) or file.schema_arrow.metadata is None:
                return None
            points = json.loads(file.schema_arrow.metadata[POINTS])
            first, last = json.loads(file.schema_arrow.metadata[REPLICATES])
            item = Item(tuple(points), range(first, last + 1))
            whole = file.metadata.num_rows == item.runs
    except PermissionError as error:
        raise unread(path, str(error.strerror)) from error
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return None
    return item if whole and item.name == path.name else None


def holds(path: Path, item: Item) -> bool:
    """Whether the rows of a file that is whole are the runs of an item, as its end says."""
    try:
        with pq.ParquetFile(path) as file:
            return tables.holds(file, dict(zip(OF_RUN, _runs_of(item), strict=False)))
    except (OSError, ValueError, pa.ArrowException):
        return False


def _runs_of(item: Item) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Point and replicate of each run of an item, in the order of its rows."""
    each = np.asarray(item.replicates, dtype=np.int32)
    return np.repeat(np.asarray(item.points, dtype=np.int32), len(each)), np.tile(each, len(item.points))


def _words(texts: Sequence[str | None]) -> pa.Array:
    """A column of texts; `pa.array` would import pandas, so it is left to runs that failed."""
    return pa.array(texts, pa.string()) if any(texts) else pa.nulls(len(texts), pa.string())


def _lists(values: npt.NDArray[np.float64], failed: Sequence[Failure | None]) -> pa.ListArray:
    """A column of lists, one a run, none where it failed; `values` of shape (runs, records)."""
    sound = np.array([one is None for one in failed])
    ends = np.concatenate([[0], np.cumsum(np.where(sound, values.shape[1], 0))]).astype(np.int32)
    inner = tables.number_column(tables.normal(values[sound]), pa.float64())
    missing = pa.array(~sound) if not sound.all() else None
    return pa.ListArray.from_arrays(tables.number_column(ends, pa.int32()), inner, mask=missing)
