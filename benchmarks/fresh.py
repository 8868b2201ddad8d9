"""One run in a process of its own, for what only such a process can tell: `fresh.py ENGINE FIRMS MONTHS`.

Prints as JSON the processor time of the run in seconds, that until the end of the first month, and the most memory it
took in bytes. Code is compiled, and the constants solved, by a small run before.
"""

import json
import sys
import time
from pathlib import Path

from sim.engines import simulate
from sim.model.scenario import load


def peak() -> int:
    """Most memory so far, bytes."""
    status = Path("/proc/self/status").read_text().splitlines()  # Linux; `getrusage` counts the parent's too
    (size,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    return 1024 * int(size)


def main() -> None:
    """Run and print."""
    engine, firms, months = sys.argv[1], *map(int, sys.argv[2:])
    scenario = load("baseline", (f"run.firms={firms}", f"run.months={months}"))
    simulate(load("baseline", ("run.firms=240", "run.months=12")), 0, engine)
    begun, first = time.process_time(), []

    def on_month(done: int) -> None:
        if done == 1:
            first.append(time.process_time() - begun)

    simulate(scenario, 0, engine, on_month=on_month)
    print(json.dumps({"run": time.process_time() - begun, "first": first[0], "peak": peak()}))


if __name__ == "__main__":
    main()
