"""Where items are computed: in this process, in processes of this machine, or on a Dask cluster.

All three have the shape of `concurrent.futures`, so that what is above them is the same code.
"""

import logging
import multiprocessing
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, NamedTuple, Protocol, TypeVar

from sim.experiments.processes import Processes, cores, of_command
from sim.experiments.sweeps.cluster import Cluster
from sim.model.errors import BadInput

Given = TypeVar("Given")
Found = TypeVar("Found")

LOG = logging.getLogger("sim")

AHEAD = 2
"""Tasks given out for each worker: one being computed, one waiting; more would only take memory."""

PATIENCE = 60.0
"""Seconds without an answer after which it is said how things are."""

WORK = "sim.experiments.sweeps.computing", "sim.engines.compiled_engine"
"""What processes of a command import before their first task."""


class Lost(Exception):
    """A worker ended without an answer, twice, while it computed nothing but this task."""


class Executors(Protocol):
    """Gives out an executor, as often as one is broken."""

    @property
    def workers(self) -> int:
        """How many items are computed at a time."""

    @property
    def share_disk(self) -> bool:
        """Whether workers write where this process reads."""

    def current(self) -> Executor:
        """The executor given out before, or a first one."""

    def fresh(self) -> Executor:
        """An executor that works; the one given out before is ended."""

    def missing(self) -> str:
        """A sentence on what no answer can come without, if that is missing; else nothing."""

    def close(self) -> None:
        """End the workers at once, whatever they do."""


class Serial(Executor):
    """Computes in this process, when asked for."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        """A future that is done already."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*given, **named))
        except Exception as error:  # noqa: BLE001 - as any executor: whoever asks for the result gets it
            future.set_exception(error)
        return future


class InProcess:
    """One worker: this process."""

    workers, share_disk = 1, True

    def current(self) -> Executor:
        """The executor of this process."""
        return Serial()

    fresh = current

    def missing(self) -> str:
        """Nothing."""
        return ""

    def close(self) -> None:
        """Nothing to end."""


def executors(workers: int | None, dask: str | None, command: bool = False) -> Executors:
    """Where items are computed: on the Dask cluster at an address, or in so many processes, one a core where None.

    Parameters
    ----------
    command
        Whether a command of this package asks: then processes share what they import, and import it meanwhile.
    """
    if dask is not None:
        return Cluster(dask)
    many = cores() if workers is None else workers
    if many == 1 or multiprocessing.current_process().daemon:  # of a pool, which may have no children
        return InProcess()
    return of_command(many, *WORK) if command else Processes(many)


class Answer(NamedTuple):
    """A task and what came of it: what it returned, or the error it raised."""

    task: Any
    found: Any = None
    error: BaseException | None = None


def answers(
    executors: Executors,
    function: Callable[[Given], Found],
    tasks: Iterable[Given],
    idle: Callable[[], None] = lambda: None,
) -> Iterator[Answer]:
    """What comes of each task, as it comes, with few tasks given out at a time so that memory is bounded.

    A worker that is killed takes no other task with it: those given out are computed again, one at a time, until it is
    clear which of them kills its worker; that one is answered by `Lost`.

    Parameters
    ----------
    function
        Where executors share a disk, what it returns is short: of a worker that is killed amidst an answer of more
        than some kilobytes, the pool waits for the rest for ever.
    idle
        Called whenever no answer has come for a minute.
    """
    waiting, suspects = deque(tasks), deque[Given]()
    executor = executors.current()
    flying: dict[Future[Found], Given] = {}
    while waiting or flying:
        while waiting and len(flying) < AHEAD * executors.workers:
            task = waiting.popleft()
            flying[given(executor, function, task)] = task
        for future in _done(executors, flying, idle):
            task, error = flying.pop(future), error_of(future)
            if error is not None and is_loss(error):
                suspects.append(task)
            else:
                yield _answer(task, future)
        if suspects:
            for future, task in flying.items():
                _done(executors, [future], idle)
                if is_loss(error_of(future)):
                    suspects.append(task)
                else:
                    yield _answer(task, future)
            flying.clear()
            executors.fresh()
            yield from _one_by_one(executors, function, suspects, idle)
            suspects.clear()
            executor = executors.current()


def _done(
    executors: Executors, futures: Collection["Future[Found]"], idle: Callable[[], None]
) -> Collection["Future[Found]"]:
    """Those that are done, as soon as one is; meanwhile it is said how things are."""
    while not (done := wait(futures, PATIENCE, FIRST_COMPLETED).done):
        if sentence := executors.missing():
            LOG.warning("%s", sentence, extra={"event": "note"})
        idle()
    return done


def error_of(future: "Future[Any]") -> BaseException | None:
    """What a task raised, if anything; waits for it."""
    try:
        return future.exception()
    except CancelledError as error:  # its worker or its scheduler is gone
        return error


def _answer(task: Any, future: "Future[Any]") -> Answer:
    """What a task that was not lost came to."""
    error = future.exception()
    return Answer(task, None if error else future.result(), error)


def _one_by_one(
    executors: Executors, function: Callable[[Given], Found], tasks: Iterable[Given], idle: Callable[[], None]
) -> Iterator[Answer]:
    """What comes of tasks that are computed one at a time, each twice where its worker is lost."""
    for task in tasks:
        for _ in range(2):
            future = given(executors.current(), function, task)
            _done(executors, [future], idle)
            if not is_loss(error_of(future)):
                yield _answer(task, future)
                break
            executors.fresh()
        else:
            if is_loss(error_of(given(executors.current(), int))):
                raise BadInput(
                    "Workers end before they compute anything; what they said stands above. Allowed: processes that "
                    "can start Python as this one does. Compute in this process (--workers 1); where a script calls "
                    "the command, call it under `if __name__ == \"__main__\":`."
                )
            reason = "its worker was killed twice while it computed nothing else; out of memory, perhaps"
            yield Answer(task, error=Lost(reason))


def given(executor: Executor, function: Callable[..., Found], *task: Any) -> "Future[Found]":
    """What becomes of a task; it is lost where no worker can be started, or one ended while it had nothing to do."""
    try:
        return executor.submit(function, *task)
    except (BrokenProcessPool, EOFError, ConnectionError) as error:
        lost: Future[Found] = Future()
        lost.set_exception(BrokenProcessPool(str(error)))
        return lost


def is_loss(error: BaseException | None) -> bool:
    """Whether an error says that a worker ended, rather than what a task raised."""
    return isinstance(error, BrokenProcessPool | CancelledError) or type(error).__name__ == "KilledWorker"
