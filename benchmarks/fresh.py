"""What only a new process can tell: time of the very first month, and memory.

`python benchmarks/fresh.py month` prints seconds from the first import to the end of the first month of 64 lanes and
of one lane; `python benchmarks/fresh.py memory ENGINE FIRMS` the most memory a run over a year ever took, in bytes.
"""

import sys
import time

BEGUN = time.perf_counter()

from machine import one_core  # noqa: E402

one_core()

from pathlib import Path  # noqa: E402

from whole import lanes  # noqa: E402

from sim.engines import simulate_lanes  # noqa: E402

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["month"]:
            for count in (64, 1):
                simulate_lanes(lanes(count, 2000, months=1), 0)
            print(time.perf_counter() - BEGUN)
        case ["memory", engine, firms]:
            simulate_lanes(lanes(1, int(firms), months=12), 0, engine)
            status = Path("/proc/self/status").read_text().splitlines()  # Linux; `getrusage` counts the parent's too
            (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
            print(1024 * int(peak))
