"""A run to be made, and what its manifest says of it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.experiments import identity
from sim.experiments.store import RunFolder
from sim.experiments.tables import TableLayout
from sim.model.outcome_table import columns
from sim.model.run import recorded
from sim.model.scenario import Scenario


@dataclass(frozen=True)
class Job:
    """A run to be made: a resolved scenario, its option constants, an engine and a place.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    constants : mapping
        Option constants and provider appeal, money per seat-month.
    engine : str
        Which engine computes it; results do not depend on it.
    out : Path
        Folder of all results.
    command : str
        The command that asked for it, for the manifest.
    threads : int
        Threads a very large population is simulated by; results do not depend on it.
    """

    scenario: Scenario
    constants: Mapping[str, Any]
    engine: str
    out: Path
    command: str
    threads: int = 1

    @property
    def id(self) -> str:
        """Identity of the run; see `identity.run_id`."""
        fields = self.scenario.fingerprint_fields()
        return identity.run_id(fields, self.constants, self.scenario.run.replicates)

    @property
    def folder(self) -> RunFolder:
        """Where the run is kept."""
        return RunFolder(self.out / self.scenario.name / self.id)

    @property
    def layout(self) -> TableLayout:
        """What each replicate records."""
        run = self.scenario.run
        months = tuple(recorded(run.months, run.every))
        return TableLayout(months, run.start, columns(policy.name for policy in self.scenario.policies))


@dataclass
class Tally:
    """How far the replicates of a run are.

    Parameters
    ----------
    finished : set of int
        Replicates computed and kept, now or before.
    failures : list of dict
        Replicate, stage and message of every replicate that raised an error.
    """

    finished: set[int]
    failures: list[dict[str, Any]] = field(default_factory=list)


def manifest(job: Job, tally: Tally, status: str, seconds: float, outcomes: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the manifest of a run says; times in seconds, dates in UTC."""
    run = job.scenario.run
    return {
        "run": job.id,
        "status": status,
        "scenario": job.scenario.name,
        "title": job.scenario.title,
        "run_settings": dataclasses.asdict(run),
        "seed": run.seed,
        "replicates_wanted": run.replicates,
        "replicates_finished": len(tally.finished),
        "failures": tally.failures,
        "engine": "compiled" if job.engine == "auto" else job.engine,
        "command": job.command,
        "model": identity.model_version(),
        "versions": identity.versions(),
        "machine": identity.machine(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(seconds, 3),
        "outcomes": outcomes,
        "notes": list(job.scenario.notes),
    }
