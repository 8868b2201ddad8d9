"""Where oracles run: scenario files written, loaded, simulated and recorded by the ordinary path."""

from pathlib import Path

from sim.analysis.oracle import NEUTRAL, Oracle
from sim.engines.constants import solve
from sim.experiments.durable import made_folder, write_text
from sim.experiments.job import Job
from sim.experiments.runner import obtain
from sim.experiments.store import file_hash
from sim.experiments.tables import Outcomes, read_outcomes
from sim.model.scenario import load


class Broken(Exception):
    """A replicate of an oracle's run raised an error."""


class Bench:
    """The runs of one oracle.

    Parameters
    ----------
    oracle
        Whose scenario is run.
    folder
        Where the scenario file is written and runs are kept.
    quick
        Whether to make do with fewer firms and replicates.
    planted
        Settings of the planted fault, for `Oracle.compare` to put where they belong; none in the sound world.
    """

    def __init__(self, oracle: Oracle, folder: Path, quick: bool, planted: tuple[str, ...] = ()):
        self.oracle, self.folder, self.quick, self.planted = oracle, folder, quick, planted
        made_folder(folder)
        write_text(folder / "neutral.toml", NEUTRAL)
        self.file = folder / f"{oracle.id}.toml"
        write_text(self.file, oracle.scenario)

    def size(self, full: int, quick: int) -> int:
        """`full`, or `quick` where time is short or a fault is to be found."""
        return quick if self.quick or self.planted else full

    def written(self, name: str, text: str) -> Path:
        """A further scenario file beside the oracle's."""
        write_text(self.folder / name, text)
        return self.folder / name

    def run(self, *settings: str, file: Path | None = None) -> Outcomes:
        """Recorded outcomes of the oracle's scenario with some settings, on the compiled engine.

        Raises
        ------
        Broken
            If a replicate failed.
        """
        return read_outcomes(self._job("compiled", self.folder, settings, file).folder.outcomes)

    def hashes(self, settings: tuple[str, ...]) -> dict[str, str]:
        """Hash of the outcome table of the same run, by engine; each engine computes its own."""
        found = {}
        for engine in ("compiled", "numpy", "mesa"):
            job = self._job(engine, self.folder / "engines" / engine, settings, None)
            found[engine] = file_hash(job.folder.outcomes)
        return found

    def _job(self, engine: str, out: Path, settings: tuple[str, ...], file: Path | None) -> Job:
        """The run, made or found finished."""
        scenario = load(file or self.file, settings)
        job = Job(scenario, solve(scenario), engine, out, f"sim verify --only {self.oracle.id}")
        tally, _ = obtain(job, False, lambda _done, _wanted: None)
        if tally.failures:
            first = "replicate {replicate}, {stage}: {message}".format(**tally.failures[0])
            raise Broken(f"{len(tally.failures)} of {scenario.run.replicates} replicates failed; {first}")
        return job
