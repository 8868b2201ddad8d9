"""Compiled code is kept under what it was made from; what cannot be kept, or is damaged, stops nobody."""

import importlib
import multiprocessing
import os
import sys

import numba
import pytest
from walking import Walk, copied, kept

from sim.engines import compiling
from sim.engines.lifting import kernel

JOBS, TIMES = 3, 20


@pytest.mark.parametrize("name", ["rules", "market", "arithmetic", "facts", "tallies", "review", "parameters/costs"])
def test_each_source_that_is_compiled_decides_the_cache_folder(name, copy):
    """By what it says, whatever its size and the time at which it was changed."""
    usual, path = compiling.cache_folder(), copy / "sim" / "model" / f"{name}.py"
    text, times = path.read_bytes(), path.stat()
    try:
        path.write_bytes(text.swapcase())
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert compiling.cache_folder() != usual
    finally:
        path.write_bytes(text)
    assert compiling.cache_folder() == usual


def test_no_code_is_taken_from_a_temporary_folder_where_others_may_write(tmp_path, monkeypatch):
    """Anybody may have made it, and what is loaded from it is run."""
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    usual = compiling.cache_folder()
    assert usual.parent.parent == tmp_path
    assert usual == compiling.cache_folder()
    assert usual.parent.stat().st_mode & 0o777 == 0o700
    usual.parent.chmod(0o777)
    assert usual.parent not in compiling.cache_folder().parents


def test_code_made_for_looking_at_faults_is_kept_apart(monkeypatch):
    folders = {compiling.cache_folder()}
    for name, asked in (("OPT", 0), ("BOUNDSCHECK", 1)):
        with monkeypatch.context() as patched:
            patched.setattr(compiling.numba.config, name, asked)
            folders.add(compiling.cache_folder())
    assert len(folders) == 3


@pytest.fixture(scope="module")
def installation(checkout, tmp_path_factory):
    return copied(checkout, tmp_path_factory.mktemp("installation"), "__pycache__")


@pytest.fixture
def copy(installation, monkeypatch):
    """A copy of the package, whose sources count in place of these, and a cache home of its own."""
    monkeypatch.setattr(compiling, "__file__", str(installation / "sim" / "engines" / "compiling.py"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(installation / "cache"))
    return installation


FOUND_BY = """
from hashlib import sha256
from sim.engines.compiled_kernels import compile_providers, compile_review
from sim.model import market, rules
reviews = [compile_review(rules, 32, several, providers) for several in (False, True) for providers in (1, 3)]
for each in (*reviews, compile_providers(market)):
    key = each._cache._index_key((), each.targetctx.codegen())
    print(sha256(repr(key).encode()).hexdigest())
"""


def test_kernels_are_found_from_sources_and_from_bytecode(installation):
    """The first command of an installation has read sources, all others read the bytecode that it left."""
    walk = Walk(installation)
    before, after = (walk.python(FOUND_BY, "", PYTHONDONTWRITEBYTECODE="") for _ in range(2))
    assert list((installation / "sim").rglob("*.pyc"))
    assert before == after
    assert len(set(before.split())) == 5


def doubled(x):
    return x + x


def test_a_copy_of_the_sources_finds_what_is_compiled(tmp_path, monkeypatch):
    """And what stands elsewhere under the same names is not taken for it."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    found = []
    for folder, factor in (("first", 2.0), ("copy", 2.0), ("other", 3.0)):
        place = tmp_path / folder / "engines" / "multiplied.py"
        place.parent.mkdir(parents=True)
        place.write_text(f"def multiplied(x):\n    return {factor} * x\n", encoding="utf-8")
        monkeypatch.syspath_prepend(place.parent)
        monkeypatch.delitem(sys.modules, "multiplied", raising=False)
        dispatcher = kernel()(importlib.import_module("multiplied").multiplied)
        assert dispatcher(2.0) == factor * 2.0
        found.append(bool(dispatcher.stats.cache_hits))
    assert found == [False, True, False]


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


def compile_again_and_again(folder, barrier):
    for n in range(TIMES):
        numba.config.CACHE_DIR = str(folder / str(n))
        barrier.wait()
        doubled_from_cache()
        barrier.wait()
        assert doubled_from_cache()


def test_jobs_that_compile_the_same_at_once_leave_it_whole(tmp_path):
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(JOBS, timeout=60)
    jobs = [context.Process(target=compile_again_and_again, args=(tmp_path, barrier)) for _ in range(JOBS)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0] * JOBS
    assert len(kept(tmp_path)) == 2 * TIMES
