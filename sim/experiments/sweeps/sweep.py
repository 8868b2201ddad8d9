"""What a sweep is, once its file has been read and checked; everything is plain data, so that it travels to workers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.experiments.sweeps.quantities import Quantity
from sim.model.reading import Layer
from sim.model.scenario import Scenario

BASE, BASE_POINT = "base", 0
"""The base scenario as reference: its name in a file, and the number of its point; those of the design begin with 1."""


@dataclass(frozen=True)
class Reduction:
    """One number per run, taken from an outcome.

    Parameters
    ----------
    name
        Of its column.
    outcome, group
        What it is taken from.
    take
        "final", "at", "peak", "time-to" or "cumulative".
    month
        For "at": the reported month, 0 the start.
    above, below
        For "time-to": the threshold; one of them is given.
    """

    name: str
    outcome: str
    group: str
    take: str
    month: int | None = None
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True)
class Replicates:
    """How many replicates each point gets: a number, or batches until an interval is narrow enough.

    Parameters
    ----------
    number
        Replicates of every point; None with a stopping rule, of which the rest speaks.
    batch, most
        Replicates added at a time, and at most.
    outcome
        Name of the reduction that is watched.
    half_width
        Half the 95 % interval to reach, in the unit of the outcome.
    reference
        What the outcome's paired difference is taken to: "base" (a point of its own with the base scenario), the
        number of a point (from 1), or None for the outcome itself.
    """

    number: int | None
    batch: int = 0
    most: int = 0
    outcome: str = ""
    half_width: float = 0.0
    reference: int | str | None = None

    @property
    def limit(self) -> int:
        """How many replicates a point has at most."""
        return self.most if self.number is None else self.number

    @property
    def batches(self) -> list[range]:
        """Replicates that points get at a time."""
        size = self.batch if self.number is None else self.number
        return [range(first, first + size) for first in range(0, self.limit, size)]

    @property
    def reference_point(self) -> int | None:
        """Number of the point that the others are compared with, if any."""
        return BASE_POINT if isinstance(self.reference, str) else self.reference  # its only word is `BASE`


@dataclass(frozen=True)
class Design:
    """How points are chosen.

    Parameters
    ----------
    kind
        "grid", "lhs", "sobol", "morris" or "list".
    points
        Of a Latin hypercube or a Sobol sequence.
    trajectories, levels
        Of Morris' design; 0 elsewhere.
    seed
        Of shuffling and scrambling.
    rows
        Points of a list, values in the order of the quantities.
    """

    kind: str
    points: int = 0
    trajectories: int = 0
    levels: int = 0
    seed: int = 1
    rows: tuple[tuple[float | int | str, ...], ...] = ()


@dataclass(frozen=True)
class Sweep:
    """A sweep, read and checked.

    Parameters
    ----------
    name
        Stem of the file.
    title, question
        For readers.
    where
        The file's path, for messages.
    layers
        The base scenario's chain and what the file sets over it, parsed: no file is read later.
    base_step
        Place in `layers` of the last base world: constants are solved for what stands up to it.
    base
        The base scenario.
    quantities
        In the order of the file.
    design
        How points are chosen.
    replicates
        How many replicates each point gets.
    record
        (outcome, group) of what is kept month by month.
    every
        Months between recorded ones; the start and the last month are recorded too.
    reductions
        One column each.
    texts
        The file's own text, and that of its list of points, by the names that they get in the folder.
    notes
        Sentences a reader should see: harmless, but perhaps not what was meant.
    """

    name: str
    title: str
    question: str
    where: str
    layers: tuple[Layer, ...]
    base_step: int
    base: Scenario
    quantities: tuple[Quantity, ...]
    design: Design
    replicates: Replicates
    record: tuple[tuple[str, str], ...]
    every: int
    reductions: tuple[Reduction, ...]
    texts: Mapping[str, str]
    notes: tuple[str, ...]
