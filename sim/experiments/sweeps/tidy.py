"""What a sweep keeps as plain tables, some points at a time: one row a run, or one row a run and recorded month."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.experiments.pieces import equal_groups
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.part import OF_RUN, REDUCED
from sim.experiments.tables import number_column, word_column
from sim.model.complaints import listed, suggestion
from sim.model.errors import BadInput

RUNS_AT_ONCE = 1024
"""Runs of a table: what is done to one takes a while, however short it is."""


def run_tables(folder: SweepFolder) -> Iterator[pa.Table]:
    """One row a run: point, the quantities' values, replicate, stage and message of a failure, and the reductions."""
    columns, points = folder.columns(), folder.points_table()
    for table in equal_groups(folder.runs([*OF_RUN, *(REDUCED + name for name in columns.reductions)]), RUNS_AT_ONCE):
        names = [name.removeprefix(REDUCED) for name in table.column_names]
        yield _with_quantities(table.rename_columns(names), points)


def series_tables(folder: SweepFolder, outcomes: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """One row a run and recorded month: point, quantities, replicate, month, date and a column per outcome.

    Runs that failed have no rows.

    Parameters
    ----------
    outcomes
        Which; all that were recorded where None.

    Raises
    ------
    BadInput
        If an outcome was not recorded.
    """
    manifest, points = folder.manifest(), folder.points_table()
    names = chosen_outcomes(folder, outcomes)
    months = np.array(manifest["months"], np.int32)
    dates = word_column(manifest["dates"]).cast(pa.string())
    for table in equal_groups(folder.runs([*OF_RUN[:3], *names]), RUNS_AT_ONCE):
        sound = table.filter(pc.is_null(table["stage"])).combine_chunks()
        rows = np.repeat(np.arange(sound.num_rows), len(months))
        long = sound.select(["point", "replicate"]).take(number_column(rows, pa.int64()))
        long = long.append_column("month", number_column(np.tile(months, sound.num_rows), pa.int32()))
        turns = number_column(np.tile(np.arange(len(months)), sound.num_rows), pa.int64())
        long = long.append_column("date", dates.take(turns))
        for name in names:
            long = long.append_column(name, pc.list_flatten(sound[name]))
        yield _with_quantities(long, points)


def chosen_outcomes(folder: SweepFolder, outcomes: Sequence[str] | None) -> list[str]:
    """Outcomes that were asked for, checked; all that were recorded where None."""
    columns = folder.columns()
    there, reductions = columns.outcomes, columns.reductions
    for name in outcomes or ():
        if name in reductions and name not in there:
            raise BadInput(
                f"outcome {name}: it is a reduction, one number a run. Allowed: {listed(there)}. From Python it comes "
                "without `outcomes`."
            )
        if name not in there:
            raise BadInput(
                f"outcome {name}: this sweep did not record it. Allowed: {listed(there)}; the reductions "
                f"{listed(reductions)}. {suggestion(name, [*there, *reductions])}"
            )
    return list(there if outcomes is None else outcomes)


def _with_quantities(table: pa.Table, points: pa.Table) -> pa.Table:
    """The table with the values of its points after their numbers; none for the base scenario."""
    rows = pc.index_in(table["point"], points["point"].cast(pa.int32()))
    for place, name in enumerate(points.column_names[1:], start=1):
        values = points[name]
        kind = values.type if values.type == pa.string() else pa.float64()
        table = table.add_column(place, name, values.cast(kind).take(rows))
    return table
