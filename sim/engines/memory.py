"""How much memory a replicate needs, how much there is, and a refusal beforehand where it does not suffice."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.engines.state import State
from sim.engines.streams import CHUNK
from sim.model.complaints import counted
from sim.model.errors import BadInput
from sim.model.population import Traits
from sim.model.scenario import Scenario

OF_NETWORK = {"random": 0, "mean-field": 0, "supply-chain": 32, "communities": 64, "ring": 40, "groups": 40}
"""Bytes a firm that drawing partners takes besides, by kind of network."""

OF_CODE = 1
"""Bytes a lane of each firm for what others see of it, in the array engines."""

OF_REVIEW = 6
"""Bytes a lane of each firm that reviews in a month: partners counted, a new option and a hit; in the array engines."""

OF_MESA = 1400
"""Bytes a firm of the Mesa engine, whose firms are objects, made when none is worked on any longer."""

OF_CHUNK, OF_CHUNK_LANE = 800, 100
"""Bytes a firm of a chunk that is being worked on, and those a lane."""

WORTH_ASKING = 3e8
"""Bytes below which the system is not asked: that would take longer than many a small replicate."""


def needed(lanes: Sequence[Scenario], engine: str, threads: int) -> float:
    """Bytes that one replicate of a block takes at its peak, the packages apart."""
    a_firm, worked_on = _parts(lanes, engine)
    firms = lanes[0].run.firms
    return firms * a_firm + min(firms, threads * CHUNK) * worked_on


def _parts(lanes: Sequence[Scenario], engine: str) -> tuple[float, float]:
    """Bytes for each firm, and further ones for each of those that are worked on at once."""
    values, many = lanes[0].values, len(lanes)
    traits, state = Traits.room(1, values).arrays(), vars(State.room(1, many)).values()
    kept = 1 + sum(each.nbytes for each in (*traits, *state)) + 8 * len(values["market.shares"])
    network = 0 if values["network.kind"] == "mean-field" else 4 * values["network.partners"]
    if engine == "mesa":
        return kept + network + OF_MESA, 0.0
    month = (OF_CODE + OF_REVIEW / values["review.interval"]) * many
    return kept + network + max(month, OF_NETWORK[values["network.kind"]]), OF_CHUNK + OF_CHUNK_LANE * many


def available() -> float:
    """Bytes that this process can still get: of the machine, of its control groups and by its own limit.

    Infinity where the system does not say.
    """
    return min([*_of_machine(), *_of_groups(), *_of_limits()], default=float("inf"))


def check(lanes: Sequence[Scenario], engine: str, threads: int) -> None:
    """Refuse a replicate for which memory does not suffice, before anything is drawn.

    Raises
    ------
    BadInput
        With how much is needed, how much there is, and what to do.
    """
    wanted = needed(lanes, engine, threads)
    if wanted < WORTH_ASKING or wanted <= (there := available()):
        return
    a_firm, worked_on = _parts(lanes, engine)
    fit = int(max((there - threads * CHUNK * worked_on) / a_firm, max(there, 0.0) / (a_firm + worked_on)))
    fewer = 10 ** max(0, len(str(fit)) - 2)
    raise BadInput(
        f"run.firms: {counted(lanes[0].run.firms, 'firm')} need about {wanted / 1e9:.1f} GB of memory, and "
        f"{max(there, 0.0) / 1e9:.1f} GB are available. About {fit // fewer * fewer:,} firms fit. Lower run.firms "
        "(--firms), end other programs, or run on a machine or under a limit with more memory."
    )


def _of_machine() -> Iterator[float]:
    """What the machine can still give."""
    for line in _text(Path("/proc/meminfo")).splitlines():
        if line.startswith("MemAvailable:"):
            yield 1024.0 * int(line.split()[1])
            return
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        yield float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def _of_groups() -> Iterator[float]:
    """What is left of the limits of the control groups that the process is in, of both versions of Linux's."""
    for line in _text(Path("/proc/self/cgroup")).splitlines():
        _, controllers, group = line.split(":", 2)
        old = controllers == "memory"
        if controllers and not old:
            continue
        root = Path("/sys/fs/cgroup/memory" if old else "/sys/fs/cgroup")
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes") if old else ("memory.max", "memory.current")
        here = root / group.lstrip("/")
        for folder in (here, *here.parents):
            limit, used = (_text(folder / name).strip() for name in names)
            if limit.isdigit() and used.isdigit():
                yield float(limit) - float(used) + _cached(folder)
            if folder == root:
                break


def _cached(folder: Path) -> float:
    """Bytes of files that a control group gives up when it needs them."""
    lines = (line.split() for line in _text(folder / "memory.stat").splitlines())
    return sum(float(number) for name, number in lines if name == "inactive_file")


def _of_limits() -> Iterator[float]:
    """What is left of the address space that the process may have (`ulimit -v`)."""
    if os.name != "posix":
        return
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    held = _text(Path("/proc/self/statm")).split()
    if most != resource.RLIM_INFINITY and held:
        yield float(most - int(held[0]) * os.sysconf("SC_PAGE_SIZE"))


def _text(path: Path) -> str:
    """Contents of a file of the system; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
