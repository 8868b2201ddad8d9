"""The report of one run: the printed summary, its file, the figures, and the table as text."""

from pathlib import Path

from sim.experiments.durable import readers_file
from sim.experiments.job import Job
from sim.experiments.sweeps.executors import Executors
from sim.experiments.tables import read_outcomes, write_csv
from sim.report.console import reader_console
from sim.report.drawing import begin_drawing
from sim.report.summary import summary_rows, summary_table, write_summary


def report(job: Job, as_csv: bool, hands: Executors | None, again: bool) -> list[Path]:
    """Write and print what a reader wants of a run whose outcome table is there.

    Parameters
    ----------
    job : Job
        The run.
    as_csv : bool
        Write the outcome table as text too.
    hands : Executors or None
        Who draws the figures; None for none.
    again : bool
        Draw even figures that are there.

    Returns
    -------
    list of Path
        The folder of the run, then the files written for a reader.
    """
    folder = job.folder
    outcomes = read_outcomes(folder.outcomes)
    drawn = begin_drawing(hands, outcomes, job.scenario, folder.figures, again) if hands is not None else list
    rows = summary_rows(outcomes, job.scenario)
    paths = [folder.path, folder.outcomes, folder.path / "summary.csv"]
    write_summary(paths[-1], rows)
    reader_console().print(summary_table(rows, job.scenario, len(outcomes.replicates)))
    if as_csv:
        paths.append(folder.path / "outcomes.csv")
        with readers_file(paths[-1]) as stream:
            write_csv(stream, folder.outcomes)
    return paths + drawn()
