"""Compiled code never outlives the source it was made from, wherever it is kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from sim.engines.lifting import kernel

CODE = """
import hashlib, sys
from sim.engines import simulate
from sim.model.scenario import load

scenario = load("subsidy", ["run.firms=60", "run.months=14", "review.interval=1", "network.partners=4"])
for engine in sys.argv[1:]:
    if engine.startswith("compile_"):
        from sim.engines import ahead

        getattr(ahead, engine)(scenario)
    else:
        print(hashlib.sha256(simulate(scenario, 0, engine).values.tobytes()).hexdigest())
"""


SWAPPED = ("private_benefit", "public_benefit")
"""Two facts that stand beside each other in `facts.Terms`."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory, checkout):
    """A copy of the package, and a cache folder of its own."""
    home = tmp_path_factory.mktemp("installation")
    for part in ("sim", "scenarios"):
        shutil.copytree(checkout / part, home / part, ignore=shutil.ignore_patterns("__pycache__"))
    return home


def start(home: Path, *engines: str, **variables: object) -> subprocess.Popen:
    """Start a run of the copy that prints a digest of the outcomes for each engine."""
    environment = os.environ | {"PYTHONPATH": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONHASHSEED": "0"}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"} | {key: str(value) for key, value in variables.items()}
    command = [sys.executable, "-W", "error", "-c", CODE, *engines]
    return subprocess.Popen(
        command, cwd=home, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def digests(run: subprocess.Popen) -> list[str]:
    out, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors
    return out.split()


HALVES = "compile_all_but_decisions", "compile_decisions"


@pytest.fixture(scope="module")
def halves(installation):
    """What each half of compiling ahead leaves in the cache of the copy, which is empty before: when it was written."""
    found = []
    for half in HALVES:
        before = kept(installation / "cache")
        assert digests(start(installation, half)) == []
        found.append({path: when for path, when in kept(installation / "cache").items() if path not in before})
    return found


@pytest.fixture(scope="module")
def original(installation, halves):
    """Digest of the copy as it stands, which finds its code compiled ahead."""
    compiled, numpy = digests(start(installation, "compiled", "numpy"))
    assert compiled == numpy
    assert kept(installation / "cache") == halves[0] | halves[1]
    return compiled


def kept(cache: Path) -> dict[Path, int]:
    """Files of compiled code, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb[ci]")}


@pytest.mark.usefixtures("original")
def test_two_halves_compiled_ahead_are_all_that_a_run_needs(halves):
    """The fixture has let one run; each kernel is in the half that is said to have it."""
    rest, decisions = ({path.name.partition("-")[0] for path in half} for half in halves)
    assert rest > {"start_kernels.ready", "outcome_kernels.record", "book_kernels.closed"}
    assert {name.split(".")[-1] for name in decisions} == {"review", "month", "_look_alone", "_finish"}


def edit(path: Path, old: str, new: str) -> str:
    """Replace one piece of a file and return the file as it was; the size stays, and so does the time of change."""
    text, times = path.read_text(), path.stat()
    assert text.count(old) == 1, f"{path.name} does not hold {old!r} once: mend this test"
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return text


def test_an_edited_rule_changes_the_next_run_facts_and_counts_in_another_order_none(installation, original):
    """Facts and counts are read by name; code compiled for the old rule or the old order must not serve the new one.

    Two jobs at once find nothing compiled for the new one.
    """
    rules, facts, tallies = (installation / f"sim/model/{name}.py" for name in ("rules", "facts", "tallies"))
    before = {path: path.read_text() for path in (rules, facts, tallies)}
    lines = [next(line for line in before[facts].splitlines() if f"    {name}:" in line) for name in SWAPPED]
    aware, agents = "    aware: Number\n", "    agents: Number  # firms using agents\n"
    try:
        edit(rules, "t.presence_private\n        - t.private_cost", "t.presence_private\n        + t.private_cost")
        (edited,) = digests(start(installation, "mesa"))
        edit(facts, *("\n".join(pair) for pair in (lines, lines[::-1])))
        edit(tallies, aware + agents, agents + aware)
        jobs = [start(installation, engine) for engine in ("compiled", "numpy")]
        assert [digests(job) for job in jobs] == [[edited], [edited]]
    finally:
        for path, text in before.items():
            path.write_text(text)
    assert edited != original
    assert digests(start(installation, "compiled")) == [original]


@pytest.fixture(scope="module")
def usual(installation):
    """Cache folder of the copy as it stands."""
    return cache_of(installation)


@pytest.mark.parametrize("name", ["rules", "market", "arithmetic", "facts", "tallies", "review", "parameters/costs"])
def test_each_source_that_is_compiled_decides_the_cache_folder(installation, usual, name):
    path = installation / "sim" / "model" / f"{name}.py"
    before = path.read_text()
    try:
        path.write_text(before + "\n")
        assert cache_of(installation) != usual
    finally:
        path.write_text(before)


def cache_of(home: Path) -> str:
    """Cache folder that the copy would use."""
    code = "import numba; import sim.engines.compiled_engine; print(numba.config.CACHE_DIR)"
    environment = os.environ | {"PYTHONPATH": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=environment, capture_output=True, text=True, check=True
    )
    return found.stdout


def test_an_installation_that_cannot_be_written_and_a_cache_home_that_is_a_file(installation, original, tmp_path):
    """Files stand where folders would be made, which stops even an administrator."""
    (tmp_path / "file").write_text("")
    temporary = tmp_path / "temporary" / f"sim-{os.getuid()}"
    shutil.copytree(installation / "cache/sim", temporary)  # so that one kernel alone has to be compiled
    missing = list(temporary.rglob("*.record-*.nbi"))
    for path in missing:
        path.unlink()
    folders = [installation / "sim", *(path for path in (installation / "sim").rglob("*") if path.is_dir())]
    for folder in folders:
        (folder / "__pycache__").write_text("")
        folder.chmod(0o555)
    before = {path: path.stat().st_mtime_ns for path in installation.rglob("*")}
    try:
        run = start(installation, "compiled", XDG_CACHE_HOME=tmp_path / "file", TMPDIR=temporary.parent)
        assert digests(run) == [original]
        assert {path: path.stat().st_mtime_ns for path in installation.rglob("*")} == before
        assert sum(path.exists() for path in missing) == 1, "compiled code is kept in the temporary folder instead"
    finally:
        for folder in folders:
            folder.chmod(0o755)
            (folder / "__pycache__").unlink()


def doubled(x):
    return x + x


def doubled_from_cache() -> bool:
    """Whether compiled code was found; what it computes is right in any case."""
    dispatcher = kernel()(doubled)
    assert dispatcher(2.0) == 4.0
    return bool(dispatcher.stats.cache_hits)


def test_what_is_damaged_in_the_cache_is_compiled_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    assert not doubled_from_cache()
    whole = set(kept(tmp_path))
    assert len(whole) == 2
    for path in whole:
        for damage in (b"", path.read_bytes()[:40], b"junk" * 40):
            assert doubled_from_cache()
            path.write_bytes(damage)
            assert not doubled_from_cache()
            assert set(kept(tmp_path)) == whole
    assert doubled_from_cache()


def test_where_the_cache_cannot_be_written_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    assert kernel()(doubled)(2.0) == 4.0
    for path in kept(tmp_path):
        path.unlink()
        path.mkdir()
    assert kernel()(doubled)(2.0) == 4.0
