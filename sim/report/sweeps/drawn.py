"""What a figure of a sweep shows: one number of every run, or the course of one outcome in every run."""

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.part import REDUCED
from sim.experiments.sweeps.tidy import chosen_outcomes
from sim.experiments.tables import array_of
from sim.model.complaints import listed, suggestion
from sim.model.errors import BadInput
from sim.report.sweeps.words import Words, outcome_words, reduction_words

Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Drawn:
    """One number of every sound run at the points of the design.

    Parameters
    ----------
    words : Words
        What it is called, and in which unit it is shown.
    points, replicates : int arrays, shape (runs,)
        Which runs.
    values : array, shape (runs,) or (runs, records)
        In the unit shown; NaN where a run has none, as with a threshold that is never met.
    failed : int
        Runs that came to no end.
    uncommon : int
        Runs of replicates that not all points have; left out, so that all points are drawn with the same luck.
    """

    words: Words
    points: Labels
    replicates: Labels
    values: Numbers
    failed: int
    uncommon: int = 0


class TooFew(BadInput):
    """Too few runs have what is asked for, which others may yet bring; nothing is wrong with those there are."""


def number_of_runs(folder: SweepFolder, name: str, at: str | None) -> Drawn:
    """A reduction, or a recorded outcome at a month (the last one where none is given), by replicates all points have.

    A name that is both means the reduction, unless a month is given.

    Raises
    ------
    BadInput
        If the sweep keeps no such number, or not of that month.
    """
    manifest, columns = folder.manifest(), folder.columns()
    if name in columns.reductions and at is None:
        return _of_common_luck(_read(folder, REDUCED + name, reduction_words(name, manifest), 1))
    if name in columns.reductions and name not in columns.outcomes:
        raise BadInput(
            f"--at {at}: {name} is one number a run, of no other month. Allowed: --at with a recorded outcome "
            f"({listed(columns.outcomes)}). Leave --at out, or take one of these."
        )
    if name not in columns.outcomes:
        raise BadInput(
            f"--outcome {name}: this sweep keeps no such number. Allowed: its reductions "
            f"({listed(columns.reductions)}) and recorded outcomes ({listed(columns.outcomes)}). "
            f"{suggestion(name, [*columns.reductions, *columns.outcomes])}"
        )
    record = _record(folder, at)
    words, when = outcome_words(name, manifest), f"end of {manifest['dates'][record]}"
    words = dataclasses.replace(
        words, name=f"{words.name}, {when}", meaning=f"{words.meaning.rstrip('.')}; {when}."
    )
    found = _read(folder, name, words, columns.records)
    return _of_common_luck(dataclasses.replace(found, values=found.values[:, record]))


def courses_of_runs(folder: SweepFolder, name: str) -> Drawn:
    """The course of a recorded outcome in every run.

    Raises
    ------
    BadInput
        If the sweep did not record it.
    """
    columns = folder.columns()
    if name in columns.reductions and name not in columns.outcomes:
        raise BadInput(
            f"--outcome {name}: this is one number a run, with no course over time. Allowed without --by: a recorded "
            f"outcome ({listed(columns.outcomes)}). Take one of these, or say --by QUANTITY."
        )
    chosen_outcomes(folder, [name])  # refuses what was not recorded
    return _read(folder, name, outcome_words(name, folder.manifest()), columns.records)


def _record(folder: SweepFolder, at: str | None) -> int:
    """Place of a month among those recorded."""
    manifest = folder.manifest()
    if at is None:
        return -1
    months = [str(month) for month in manifest["months"]]
    for known in (manifest["dates"], months):
        if at in known:
            return int(known.index(at))
    raise BadInput(
        f"--at {at}: this month was not recorded. Allowed: {listed(manifest['dates'])}, or by number {listed(months)}. "
        f"{suggestion(at, manifest['dates'])}"
    )


def _of_common_luck(drawn: Drawn) -> Drawn:
    """The runs of those replicates that came to an end at each point that is drawn; all runs where there are none.

    With a stopping rule, or while a sweep is under way, some points have more replicates than others; their means
    would differ by luck alone.
    """
    points = len(np.unique(drawn.points))
    numbers, times = np.unique(drawn.replicates, return_counts=True)
    common = np.isin(drawn.replicates, numbers[times == points])
    if common.all() or not common.any():
        return drawn
    runs = {name: getattr(drawn, name)[common] for name in ("points", "replicates", "values")}
    return dataclasses.replace(drawn, **runs, uncommon=int((~common).sum()))


def _read(folder: SweepFolder, column: str, words: Words, records: int) -> Drawn:
    """A column of the sound runs at the points of the design; the base scenario is none of these."""
    points, failed, tables = folder.points(), 0, []
    for table in folder.runs(["point", "replicate", "stage", column]):
        if table["point"][0].as_py() in points:
            tables.append(table.filter(pc.is_null(table["stage"])))
            failed += table.num_rows - tables[-1].num_rows
    whole = pa.concat_tables(tables) if tables else None
    if whole is None or not whole.num_rows:
        raise TooFew(
            f"{folder.path} holds no run that came to its end. Run or continue the sweep first; `sim status` says more."
        )
    kept = whole[column]
    values = array_of(pc.list_flatten(kept) if pa.types.is_list(kept.type) else kept, np.float64)
    shaped = values.reshape(-1, records) if pa.types.is_list(kept.type) else values
    runs, replicates = (array_of(whole[name], np.int32) for name in ("point", "replicate"))
    return Drawn(words, runs, replicates, words.scale * shaped, failed)
