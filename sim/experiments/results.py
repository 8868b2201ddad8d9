"""Results of a run or of a sweep as a pandas table."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiments import arguments
from sim.experiments.store import RunFolder
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.tidy import run_tables, series_tables
from sim.experiments.tables import reading
from sim.model.complaints import listed, suggestion
from sim.model.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


def load_results(
    path: str | os.PathLike[str], *, series: bool = False, outcomes: Sequence[str] | None = None
) -> "pd.DataFrame":
    """The results kept in the folder of a run or of a sweep.

    Parameters
    ----------
    path
        Folder that `simulate` or `sweep` gave, or the command printed.
    series
        Of a sweep: one row a run and recorded month, a column per outcome; else one row a run, with the values of its
        point and its reductions. A run's folder has always one row a replicate, month, outcome and group.
    outcomes
        Only these; with a sweep they imply `series`. "share.firms.public[micro]" names a group of a sweep.

    Raises
    ------
    BadInput
        If there are no results in the folder, or an outcome is not among them.
    """
    folder = arguments.folder("path", path, "the folder that simulate gave, or `path` of what sweep gave")
    outcomes = arguments.names("outcomes", outcomes)
    if RunFolder(folder).outcomes.exists():
        return _of_run(RunFolder(folder).outcomes, outcomes)
    sweep = SweepFolder.looked(folder)
    sweep.refuse_empty()
    tables = series_tables(sweep, outcomes) if series or outcomes is not None else run_tables(sweep)
    return pa.concat_tables(tables).to_pandas()


def _of_run(path: Path, outcomes: Sequence[str] | None) -> "pd.DataFrame":
    """The outcome table of a run, or what it says of some outcomes."""
    with reading(path):
        table = pq.ParquetFile(path).read()
    found = table.to_pandas()
    if outcomes is None:
        return found
    known = list(found["outcome"].cat.categories)
    for name in outcomes:
        if name not in known:
            near = suggestion(name, known)
            raise BadInput(f"outcomes, {name}: this run has no such outcome. Allowed: {listed(known)}. {near}")
    found = found[found["outcome"].isin(outcomes)].reset_index(drop=True)
    return found.assign(outcome=found["outcome"].cat.remove_unused_categories())
