"""The compiled kernel against a review written by hand in C: equal to the bit, and how many times as slow.

Both let the same firms decide in the same months of `whole.toml`, in turns in one process. Timed is the review alone:
partners are counted and draws are drawn already. The C compiler has to be there as `cc`.
"""

import ctypes
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from machine import one_core
from rows import STEP, emit, in_turns, options, ratio, row

if __name__ == "__main__":
    one_core()

import numpy as np
from whole import lanes

from sim.engines import arrays, compiled_engine
from sim.engines.binding import bound
from sim.engines.world import build
from sim.model import rules, tallies
from sim.model.facts import Firm, Offer, Priced, Support, Terms
from sim.model.monthly_terms import MOVED
from sim.model.nouns import SECTORS
from sim.model.scenario import Scenario

Review = Callable[..., float]
"""Lets the firms of a month decide, as the compiled kernel is called; returns the seconds of the core it took."""

SOURCE = Path(__file__).with_suffix(".c")
NEUTRAL = (
    "-fno-trapping-math", "-fno-thread-jumps", "-fno-tree-pre",
    "-ffinite-math-only", "-fno-signed-zeros",
    "-fno-tree-loop-distribute-patterns",
    "-mprefer-vector-width=512",
)  # fmt: skip
"""Change no result: loops with conditions become vectors, of fewer instructions, as wide as the processor has them.

Loops that copy a row stay loops: it is too short to call a function for. Rules know no infinity, and the sign of a zero
reaches no result: counts are whole, beliefs above zero.
"""

FLAGS = ("-O3", "-march=native", "-ffp-contract=off", *NEUTRAL)

WIDTH, PROVIDERS, POLICIES = 32, 3, 2
"""Lanes worked on at once; what `whole.toml` has of providers and policies that support the price."""

LANES, FIRMS = 64, 2000
"""Size of the run that is timed."""

STEPS = ("learn", "stay", "entitle", "limit", "compare_2", "choose", "settle_2")


OPERATION = re.compile(r"^\tv(?:add|sub|mul|div|min|max|cmp\w*?|u?comi)([ps]d)\b", re.MULTILINE)
"""Arithmetic and comparisons in an assembly, and whether of vectors or single numbers."""


class Month(ctypes.Structure):
    """What a review is handed, in the order of `Month` in the source."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("firms", "lanes", "policies", "groups", "partners")),
        ("months", ctypes.c_double),
        ("arrays", ctypes.c_void_p * 23),
    )


def facts() -> str:
    """The header that tells C what the model's facts and counts are called, in their order."""
    rows = tallies.ROW | {"provider_seats": tallies.PROVIDER_SEATS, "agent_seats": tallies.AGENT_SEATS}
    kinds = {"Terms": Terms, "Offer": Offer, "Priced": Priced, "Support": Support}
    lines = [
        f"enum {{ LANES = {WIDTH}, PROVIDERS = {PROVIDERS}, GROUPS = {len(SECTORS)}, MOVED = {len(MOVED)} }};",
        f"static const int moved_rows[] = {{ {', '.join(map(str, MOVED))} }};",
        f"enum {{ {', '.join(f'ROW_{name} = {row}' for name, row in rows.items())} }};",
        f"enum {{ FIRMS = {len(Firm._fields)}, TERMS = {len(Terms._fields)}, OFFERS = {len(Offer._fields)},",
        f"       SUPPORTS = {len(Support._fields)} }};",
        f"#define EACH_PROVIDER(act) {' '.join(f'act({j})' for j in range(PROVIDERS))}",
        "typedef double Row[LANES] __attribute__((aligned(64)));",
        f"typedef struct {{ double {', '.join(Firm._fields)}; }} Firm;",
        *(f"typedef struct {{ Row {', '.join(kind._fields)}; }} {name};" for name, kind in kinds.items()),
    ]
    return "\n".join(lines) + "\n"


def compile_with(folder: Path, *options: str) -> str:
    """Run the C compiler on the source, with the header of facts in `folder`; return what it says.

    Raises
    ------
    RuntimeError
        There is no C compiler, or it refuses the source.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise RuntimeError("The yardstick is written in C and there is no compiler cc on the PATH: install gcc, say.")
    (folder / "facts.h").write_text(facts())
    command = [compiler, *FLAGS, *options, f"-I{folder}", str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stderr


def c_review() -> Review:
    """The review in C."""
    with tempfile.TemporaryDirectory() as folder:
        compile_with(Path(folder), "-shared", "-fPIC", "-o", f"{folder}/yardstick.so", "-lm")
        library = ctypes.CDLL(f"{folder}/yardstick.so")

    def review(bounds, months, partners, who, state, around, faced, counted, claims, moved, columns, luck, _room):
        (tastes, sectors, group_of), (counts, everywhere) = who, around
        terms, offers, supports = faced
        if len(everywhere) or len(offers) != PROVIDERS or len(supports) > POLICIES:
            raise ValueError(f"the yardstick knows {PROVIDERS} providers, {POLICIES} supporting policies, a network")
        turn = np.empty(columns.shape[1], np.int64)
        firms = bounds, columns, tastes, group_of[sectors], *luck
        given = (*firms, *state, counts, *faced, counted, claims, turn, *moved)
        kept = [np.ascontiguousarray(each) for each in given]  # what is written to is contiguous already
        sizes = columns.shape[1], offers.shape[2], len(supports), terms.shape[1], partners
        pointers = (ctypes.c_void_p * len(kept))(*(each.ctypes.data for each in kept))
        return seconds(library.review, ctypes.byref(Month(*sizes, months, pointers)))

    return review


def kernel_review() -> Review:
    """The compiled kernel for many lanes."""
    kernel = compiled_engine._compiled_review(rules, compiled_engine.WIDTH, False, PROVIDERS)
    return lambda *arguments: seconds(bound(kernel, more=arguments), *arguments)


def seconds(work: Callable[..., object], *arguments: object) -> float:
    """What a call takes of the core by itself, without what other processes take."""
    start = time.thread_time()
    work(*arguments)
    return time.thread_time() - start


def vectorised(processor: str = "native") -> dict[str, tuple[int, int, int]]:
    """Of each step: bytes of its loop's vectors by the compiler's report (0: none), packed and scalar operations."""
    with tempfile.TemporaryDirectory() as folder:
        said = compile_with(Path(folder), f"-march={processor}", "-fopt-info-vec", "-S", "-o", f"{folder}/yardstick.s")
        assembly = Path(folder, "yardstick.s").read_text()
    report = {int(line): int(size) for line, size in re.findall(r"steps\.h:(\d+):.* (\d+) byte vectors", said)}
    source = SOURCE.with_name("yardstick_steps.h").read_text().splitlines()
    found = {}
    for step in STEPS:
        start = next(n for n, line in enumerate(source) if re.match(rf"(STEP |PART )?{step.partition('_')[0]}\(", line))
        loop = next(n for n in range(start, len(source)) if "EACH_LANE" in source[n])
        body = re.search(rf"^{step}(?:\.\w+)*:\n(.*?)^\t\.size", assembly, re.MULTILINE | re.DOTALL)
        names = OPERATION.findall(body[1] if body else "")
        found[step] = report.get(loop + 1, 0), names.count("pd"), names.count("sd")
    return found


def run(block: list[Scenario], review: Review) -> tuple[list[arrays.Result], float]:
    """Results of a run of all months with a review of one's own, and the seconds it took."""
    world, took = build(block, 0), 0.0

    def review_of(_world, arguments, _drawn):
        def timed(*drawn):
            nonlocal took
            took += review(*arguments, *drawn)

        return timed

    with mock.patch.object(compiled_engine, "_review_of", review_of):
        return arrays.run(world, compiled_engine, every=1), took


def _where(ours, theirs):
    """In which rows of counts two reviews differ; if in others, no more than that the rules do."""
    if ours.shape[0] != tallies.ROWS:
        return ": the C rules are not the model's"
    rows = [name for name, row in tallies.ROW.items() if ours[row].tobytes() != theirs[row].tobytes()]
    return f" in the counts of {', '.join(rows)}"


def checked(kernel: Review, other: Review) -> Review:
    """The kernel's review, which lets the other do the same on copies and stops where an array is not the same."""

    def review(*arguments):
        *same, state, around, faced, counted, claims, moved, columns, draws, room = arguments
        copies = [[each.copy() for each in part] for part in (state, (counted, claims), moved)]
        took = kernel(*arguments)
        other(*same, copies[0], around, faced, *copies[1], copies[2], columns, draws, room)
        for part, copied in zip((state, (counted, claims), moved), copies, strict=True):
            for ours, theirs in zip(part, copied, strict=True):
                if ours.tobytes() != theirs.tobytes():
                    raise AssertionError(f"the kernel and the yardstick disagree{_where(ours, theirs)}")
        return took

    return review


def main() -> None:
    """Check and measure."""
    rounds = options(__doc__, 15).rounds
    block, works = lanes(LANES, FIRMS), {"compiled kernel": kernel_review(), "C": c_review()}
    run(block, checked(*works.values()))
    decisions = LANES * FIRMS * block[0].run.months / block[0].values["review.interval"]
    found = in_turns(
        {name: lambda _, review=review: run(block, review)[1] * 1e9 / decisions for name, review in works.items()},
        rounds,
    )
    emit([
        *(row(name, values, "ns per decision") for name, values in found.items()),
        ratio("kernel / C", *found.values()),
        *(row(step, list(counts), STEP) for step, counts in vectorised().items()),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
