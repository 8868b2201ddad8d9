"""The first run ever: nothing is compiled yet, and compiling takes longer than all else."""

from concurrent.futures import wait
from contextlib import closing, suppress
from multiprocessing import current_process

from sim.experiments.processes import Processes, cores
from sim.model.scenario import Scenario


def compile_beside(scenario: Scenario) -> None:
    """Compile what runs of a scenario need in this process and another, where no review is compiled yet.

    What the other one compiles is found on disk. Whatever becomes of it: what is missing is compiled where it is met.
    """
    from sim.engines.ahead import compile_all_but_decisions, compile_decisions
    from sim.engines.compiling import is_kept

    if is_kept("review") or cores() == 1 or current_process().daemon:  # which may not start another
        return
    with closing(Processes(1)) as other:
        rest = []
        with suppress(OSError):  # of a system that starts no more processes
            rest = [other.current().submit(compile_all_but_decisions, scenario)]
        compile_decisions(scenario)
        wait(rest)
