"""Files of results are whole, and the bytes of an outcome table depend on the outcomes alone."""

import csv
import errno
import itertools
import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from sim.experiments import tables
from sim.experiments.durable import CannotWrite, cannot_write, made_folder, readers_file, remove_torn, whole_file
from sim.experiments.pieces import write_lines
from sim.experiments.store import RunFolder
from sim.model.errors import BadInput

LAYOUT = tables.TableLayout((0, 6, 12), "2026-01", (("price", "total"), ("share", "total"), ("share", "micro")))


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), whole_file(path) as stream:
        stream.writelines([b"half of the ", "new"])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    with whole_file(path) as stream:
        stream.write(b"new")
    assert path.read_bytes() == b"new"


def test_all_bytes_are_forced_to_the_disk_before_the_name_is_theirs(tmp_path, monkeypatch):
    path, forced = tmp_path / "file", []
    force = os.fsync

    def watched(descriptor):
        forced.append((os.fstat(descriptor).st_size, path.exists()))
        force(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    with whole_file(path) as stream:
        stream.write(b"ten bytes.")
    assert forced[0] == (10, False)
    assert len(forced) == 2, "and the folder's names"


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "The disk is full: free some space"), (errno.EDQUOT, "Your quota is used up: free some space"),
        (errno.EFBIG, "no file of this size here"), (errno.ENOTDIR, "is a file, not a folder"),
        (errno.ENAMETOOLONG, "is longer than the system allows: shorten what it is made of, the name of a policy"),
        (errno.EEXIST, "is a file, not a folder"), (errno.EACCES, "Choose a folder in which you may write"),
    ],
)  # fmt: skip
def test_each_refusal_of_the_system_has_its_advice(code, advice, tmp_path):
    said = str(cannot_write(tmp_path / "x", OSError(code, os.strerror(code))))
    assert said.startswith(f"Cannot write {tmp_path / 'x'}: {os.strerror(code)}. ")
    assert advice in said
    assert "--out" in said


def test_headings_with_commas_are_quoted(tmp_path):
    schema = pa.schema([("a, b", pa.int64()), ('"c"', pa.int64())])
    with open(tmp_path / "x.csv", "wb") as stream:
        write_lines(stream, schema, [pa.table([[1], [2]], schema=schema)])
    with open(tmp_path / "x.csv", encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == [["a, b", '"c"'], ["1", "2"]]
    assert b"\r" not in (tmp_path / "x.csv").read_bytes(), "lines end alike"


def test_what_the_system_says_of_a_file_is_told_with_its_name(tmp_path):
    for error in (OSError("gone"), pa.ArrowInvalid("no Parquet")):
        said = rf"{tmp_path} is damaged or cannot be read \({error}\)\. Give"
        with pytest.raises(BadInput, match=said), tables.reading(tmp_path):
            raise error


KILLED = """
import sys, time
from pathlib import Path
from sim.experiments.durable import readers_file
with readers_file(Path(sys.argv[1])) as stream:
    stream.write(b"half of ")
    print("writing", flush=True)
    time.sleep(600)
"""


def test_what_a_killed_process_left_of_a_file_goes_when_it_is_written_again(tmp_path):
    """Not before: somebody may be writing it. What others left of other files stays."""
    path, other = tmp_path / "figure [1].png", tmp_path / ".notes.77.tmp"
    other.touch()
    with subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout.readline() == b"writing\n"
            (torn,) = tmp_path.glob(f".figure*.{writer.pid}.tmp")
            with readers_file(path) as stream:
                stream.write(b"whole")
            assert torn.exists()
        finally:
            writer.kill()
    with readers_file(path) as stream:
        stream.write(b"anew")
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == {path: b"anew", other: b""}


def test_where_there_are_no_locks_what_is_torn_goes_from_folders_that_are_held_alone(tmp_path, monkeypatch):
    """As on some file systems of clusters."""

    def refuse(*_):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", refuse)
    path, torn = tmp_path / "figure.png", tmp_path / ".figure.png.77.tmp"
    torn.touch()
    with readers_file(path) as stream:
        stream.write(b"whole")
    assert path.read_bytes() == b"whole"
    assert torn.exists()
    remove_torn(tmp_path)
    assert not torn.exists()


def test_the_system_s_refusal_becomes_a_sentence(tmp_path):
    with pytest.raises(CannotWrite, match=r"Cannot write .*missing.*--out"), whole_file(tmp_path / "missing" / "file"):
        pass


def test_a_refusal_is_told_even_where_nothing_can_be_removed(tmp_path, monkeypatch):
    """As on a read-only file system, which stops even an administrator."""

    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("sim.experiments.durable.open", refuse, raising=False)
    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    with pytest.raises(CannotWrite, match=r"Cannot write .*file: Read-only.*--out"), whole_file(tmp_path / "file"):
        pass


def some_values(count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, len(LAYOUT.months), len(LAYOUT.columns)))


@pytest.mark.parametrize("groups", [1, 12, 27, 36, 1000])
def test_bytes_do_not_depend_on_how_replicates_were_kept(tmp_path, monkeypatch, groups):
    monkeypatch.setattr(tables, "ROWS_PER_GROUP", groups)
    values, written = some_values(7), []
    for cuts in ([0, 7], [0, 1, 2, 3, 4, 5, 6, 7], [0, 3, 4, 7]):
        folder = RunFolder(tmp_path / "-".join(map(str, cuts)))
        for first, end in itertools.pairwise(cuts):
            folder.keep(tables.tidy(values[first:end], range(first, end), LAYOUT), first, end - 1)
        assert folder.finished_replicates(LAYOUT) == set(range(7))
        folder.merge(LAYOUT)
        written.append(folder.outcomes.read_bytes())
    assert written[0] == written[1] == written[2]
    read = tables.read_outcomes(folder.outcomes)
    np.testing.assert_array_equal(read.values, values)
    assert read.columns == LAYOUT.columns
    assert read.months.tolist() == list(LAYOUT.months)


def test_a_broken_part_is_computed_again(tmp_path):
    folder, values = RunFolder(tmp_path), some_values(4)
    folder.keep(tables.tidy(values[:2], range(2), LAYOUT), 0, 1)
    folder.keep(tables.tidy(values[2:], range(2, 4), LAYOUT), 2, 3)
    part = folder.parts / "replicates-000002-000003.parquet"
    part.write_bytes(part.read_bytes()[:50])
    assert folder.finished_replicates(LAYOUT) == {0, 1}


def test_zeros_and_gaps_have_one_form():
    values = some_values(1)
    values[0, 0] = -0.0, np.nan, -np.nan
    bits = tables.tidy(values, [0], LAYOUT).column("value").to_numpy()[:3].view(np.int64)
    assert bits[0] == 0
    assert bits[1] == bits[2]


def test_a_column_cut_out_of_another_is_read_from_where_it_begins():
    whole = pa.array([1.0, 2.0, 3.0, 4.0])
    cut = pa.chunked_array([whole.slice(1, 2), whole.slice(3)])
    assert tables.array_of(cut, np.float64).tolist() == [2.0, 3.0, 4.0]


def test_a_folder_in_which_nothing_may_be_written_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)  # root may write anywhere
    with pytest.raises(CannotWrite, match=r": Permission denied\. Choose a folder in which you may write"):
        made_folder(tmp_path)
