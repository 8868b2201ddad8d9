"""Folders of results that were damaged, emptied, moved or shared: nothing wrong is ever taken for a result."""

import json
import random
import re
import shutil
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from small_sweeps import POINTS, REPLICATES, carried_out, parts, written

import sim
from sim.cli import exit_code
from sim.experiments.store import RunFolder, locked
from sim.experiments.sweeps import carrying_out, part
from sim.experiments.sweeps.carrying_out import Order, carry_out
from sim.experiments.sweeps.executors import InProcess
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.items import Item
from sim.experiments.sweeps.manifest import KEYS
from sim.experiments.sweeps.parts import _held_twice
from sim.model.errors import BadInput
from sim.report.sweeps.status import status


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A small sweep that is finished: its file, and its folder."""
    folder = tmp_path_factory.mktemp("whole")
    file = written(folder)
    carried_out(file, folder / "sweep")
    return file, folder / "sweep"


@pytest.fixture
def copied(whole, tmp_path):
    """The same, to be damaged."""
    shutil.copytree(whole[1], tmp_path / "sweep")
    return whole[0], tmp_path / "sweep"


@pytest.mark.parametrize("missing", ["manifest.json", "points.parquet"])
def test_runs_without_what_says_of_what_are_taken_for_no_sweep(copied, tmp_path, missing):
    """Not for the same one either: its points may have been numbered otherwise."""
    file, folder = copied
    (folder / missing).unlink()
    before = parts(folder)
    for each in (file, written(tmp_path / "other", firms=70)):
        with pytest.raises(BadInput, match=r"holds runs, but not both manifest.json and points.parquet"):
            carried_out(each, folder)
    assert parts(folder) == before


@pytest.mark.parametrize("content", ["[1]", '"text"', "{", "3"])
def test_a_manifest_that_is_none_is_refused_by_name(copied, content):
    file, folder = copied
    (folder / "manifest.json").write_text(content)
    with pytest.raises(BadInput, match=r"manifest.json (cannot be read|is no manifest)"):
        carried_out(file, folder)


@pytest.mark.parametrize("value", ["gone", None])
def test_a_manifest_that_lacks_anything_is_refused_by_what_it_lacks(copied, value, capsys):
    _, folder = copied
    manifest = folder / "manifest.json"
    whole = json.loads(manifest.read_text())
    assert set(KEYS) == set(whole) - {"runs", "written", "price_level", "levels"}  # the last two only where known
    for key in KEYS:
        rest = {each: whole[each] for each in whole if each != key}
        manifest.write_text(json.dumps(rest if value else {**rest, key: value}))
        lacks = "holds no sweep" if (key, value) == ("reductions", "gone") else rf"manifest.json lacks {key}, or has"
        with pytest.raises(BadInput, match=lacks):
            sim.load_results(folder)
        assert exit_code(["status", str(folder)]) == 2
        assert "unexpected" not in capsys.readouterr().err


def test_a_file_in_place_of_a_folder_is_called_that(copied, capsys):
    file, _ = copied
    assert exit_code(["status", str(file)]) == 2
    assert f"{file} is a file. Allowed: the folder of a sweep" in capsys.readouterr().err


@pytest.mark.parametrize("torn", ["cut", "emptied", "no part"])
def test_a_part_that_is_damaged_is_named_until_it_is_computed_anew(copied, torn, capsys):
    file, folder = copied
    before, (path, *_) = parts(folder), sorted((folder / "parts").iterdir())
    content = {"cut": path.read_bytes()[:500], "emptied": b"", "no part": b"some text"}[torn]
    path.write_bytes(content)
    for use in (["export", str(folder), "--format", "csv"], ["plot", str(folder), "--outcome", "price"]):
        assert exit_code(use) == 2
        assert f"{path} is damaged, or no part of this sweep, or holds" in capsys.readouterr().err
    with pytest.raises(BadInput, match="is damaged, or no part of this sweep"):
        sim.load_results(folder)
    assert exit_code(["status", str(folder)]) == 0
    assert re.search(rf"^damaged +{re.escape(path.name)};", capsys.readouterr().out, re.MULTILINE)
    assert status(SweepFolder.looked(folder))["state"] == "incomplete"
    carried_out(file, folder)
    assert parts(folder) == before
    assert status(SweepFolder.looked(folder))["damaged"] == []


@pytest.mark.parametrize("content", [b"", b"PAR1", b"nothing of the kind"])
def test_points_that_cannot_be_read_are_refused_by_name(copied, content):
    file, folder = copied
    (folder / "points.parquet").write_bytes(content)
    for use in (lambda: carried_out(file, folder), lambda: sim.load_results(folder)):
        with pytest.raises(BadInput, match=r"points.parquet is damaged or cannot be read"):
            use()


def test_a_bit_that_flips_in_a_part_is_never_a_result(whole, copied):
    """Whoever reads finds the same numbers, or is told which file is damaged; the sweep mends it."""
    file, folder = copied
    sound, before = sim.load_results(whole[1], series=True), parts(folder)
    (path, *_), draw = sorted((folder / "parts").iterdir()), random.Random(7)
    content, refused = path.read_bytes(), 0
    for _ in range(60):
        place = draw.randrange(8, len(content) - 1200)  # the footer is Arrow's own affair
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << draw.randrange(8)]) + content[place + 1 :])
        try:
            assert sim.load_results(folder, series=True).equals(sound)
        except BadInput:
            refused += 1
    assert refused > 30
    carried_out(file, folder)
    assert parts(folder) == before


def test_a_part_that_says_it_holds_other_points_is_computed_anew(copied):
    """No checksum protects what it says; only its rows tell."""
    file, folder = copied
    before, (path, *_) = parts(folder), sorted((folder / "parts").iterdir())
    table = pq.read_table(path)
    said = table.schema.metadata | {part.POINTS: json.dumps([1, 3, 3, 4, 5, 6]).encode()}
    pq.write_table(table.replace_schema_metadata(said), path, compression="zstd", write_page_checksum=True)
    carried_out(file, folder)
    assert parts(folder) == before


def test_runs_that_two_parts_hold_are_never_counted_twice(copied, tmp_path):
    """As where a worker outlived a command with --limit, and kept its part when another had looked."""
    file, folder = copied
    order = Order(read(file), tmp_path / "some", "numpy", limit=POINTS - 2)
    carry_out(order, InProcess(), lambda _done, _wanted: None)
    (other,) = (tmp_path / "some" / "parts").iterdir()
    before = parts(folder)
    (folder / "parts" / other.name).write_bytes(other.read_bytes())
    with pytest.raises(BadInput, match=rf"{other.name} is damaged, .* or holds runs that another"):
        sim.load_results(folder)
    assert status(SweepFolder.looked(folder))["runs"]["kept"] == POINTS * REPLICATES
    carried_out(file, folder)
    assert parts(folder) == before


@pytest.mark.parametrize(("one", "other"), [((0, 4), (0, 1)), ((0, 4), (3, 5)), ((2, 6), (0, 3))])
def test_parts_that_share_one_replicate_hold_it_twice(one, other):
    found = {"one": Item((1, 2), range(*one)), "other": Item((2, 3), range(*other))}
    assert list(_held_twice(found)) == ["other"]
    apart = {"one": Item((1,), range(*one)), "other": Item((2, 3), range(*other))}
    assert list(_held_twice(apart)) == []


def test_what_was_kept_is_no_failure_though_its_worker_ended_before_it_could_say_so(whole, tmp_path):
    file, finished = whole

    class Ending(InProcess):
        def current(self):
            return self

        fresh = current

        def submit(self, function, *given):
            function(*given)
            future = Future()
            future.set_exception(BrokenProcessPool()) if given else future.set_result(0)
            return future

    carry_out(Order(read(file), tmp_path / "sweep", "numpy"), Ending(), lambda _done, _wanted: None)
    assert parts(tmp_path / "sweep") == parts(finished)
    assert not sim.load_results(tmp_path / "sweep")["stage"].any()


def test_a_folder_that_is_removed_meanwhile_ends_the_sweep_and_is_not_written_to(copied, tmp_path, monkeypatch):
    """Another sweep may have begun in its place."""
    file, folder = copied
    shutil.rmtree(folder)
    real = SweepFolder.keep

    def keep(self, item, content):
        real(self, item, content)
        if folder.exists() and not (folder / "mine").exists():
            folder.rename(tmp_path / "moved")
            folder.mkdir()
            (folder / "mine").touch()

    monkeypatch.setattr(carrying_out.SweepFolder, "keep", keep)
    with pytest.raises(BadInput, match="was removed, moved or replaced"):
        carried_out(file, folder)
    assert [path.name for path in folder.iterdir()] == ["mine"]
    assert len(parts(tmp_path / "moved")) == 1


def test_nothing_is_kept_in_a_folder_that_took_the_place_of_the_one_held(copied, tmp_path):
    _, path = copied
    folder = SweepFolder(path)
    folder.look()
    item = next(iter(folder.parts.values()))
    with folder.held():
        path.rename(tmp_path / "moved")
        path.mkdir()
        with pytest.raises(BadInput, match="was removed, moved or replaced"):
            folder.keep(item, b"")
    assert list(path.iterdir()) == []


def test_a_part_under_another_name_goes_and_the_part_itself_stays(copied):
    file, folder = copied
    before = parts(folder)
    name = next(iter(before))
    shutil.copy(folder / "parts" / name, folder / "parts" / "copy.parquet")
    assert status(SweepFolder.looked(folder))["damaged"] == ["copy.parquet"]
    assert carried_out(file, folder).computed == 0
    assert parts(folder) == before


def test_only_what_was_left_half_written_is_removed(copied):
    file, folder = copied
    mine = [folder / ".notes.tmp", folder / "more" / ".a.parquet.12.tmp", folder / "export" / ".runs.dta.77.tmp"]
    torn = [folder / ".manifest.json.12.tmp", folder / "parts" / ".some.parquet.345.tmp"]
    for path in (*mine, *torn):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    carried_out(file, folder)
    assert all(path.exists() for path in mine)
    assert not any(path.exists() for path in torn)


def test_workers_have_ended_before_the_folder_is_let_go(copied):
    file, path = copied

    class Watched(InProcess):
        def close(self):
            free.append(SweepFolder(path).is_free())

    free: list[bool] = []
    carry_out(Order(read(file), path, "numpy"), Watched(), lambda _done, _wanted: None)
    assert free == [False]


def test_an_item_that_needs_more_memory_than_there_is_fails_and_the_rest_goes_on(copied, monkeypatch):
    file, path = copied
    shutil.rmtree(path / "parts")

    def short(*_):
        raise MemoryError("no room")

    monkeypatch.setattr(carrying_out, "compute_and_keep", short)
    monkeypatch.setattr(carrying_out, "compute", short)
    ending = carried_out(file, path)
    assert ending.failed == ending.kept == POINTS * REPLICATES
    folder = SweepFolder(path)
    folder.look()
    assert {(each["stage"], each["message"]) for each in folder.failures()} == {("worker", "MemoryError: no room")}


def test_what_workers_left_half_written_goes_when_the_folder_is_let_go(copied):
    _, path = copied
    torn = path / "parts" / ".some.parquet.345.tmp"
    with SweepFolder(path).held():
        torn.touch()
    assert not torn.exists()


def test_a_damaged_part_of_a_run_is_computed_again(tmp_path):
    """One byte in the middle of a part: rows and their number are as before."""

    def run() -> Path:
        size = ("--firms", "60", "--months", "6", "--replicates", "4", "--no-figures")
        assert exit_code(["run", "baseline", *size, "--out", str(tmp_path)]) == 0
        return next(tmp_path.glob("baseline/*/manifest.json")).parent

    path = run()
    whole, manifest = (path / "outcomes.parquet").read_bytes(), json.loads((path / "manifest.json").read_text())
    table, folder = pq.read_table(path / "outcomes.parquet"), RunFolder(path)
    rows = table.num_rows // 4
    folder.keep(table.slice(0, 2 * rows), 0, 1)
    folder.keep(table.slice(2 * rows), 2, 3)
    (path / "outcomes.parquet").unlink()
    (path / "manifest.json").write_text(json.dumps(manifest | {"status": "partial", "outcomes": None}))
    part = min(folder.parts.iterdir())
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 255
    part.write_bytes(content)
    run()
    assert (path / "outcomes.parquet").read_bytes() == whole


@pytest.mark.parametrize(("name", "why"), [("", "it is empty"), ("no\udcff", "it is no UTF-8 text")])
def test_a_folder_name_that_is_none_is_refused(tmp_path, monkeypatch, capsys, name, why):
    """Empty, as where a script's variable is not set, it would be the folder one is in."""
    monkeypatch.chdir(tmp_path)
    for command in (["run", "baseline"], ["sweep", "subsidy-rate-and-cap"]):
        assert exit_code([*command, "--out", name]) == 2
        assert f"'--out': {why}" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_several_may_look_whether_a_folder_is_free_at_once(tmp_path):
    folder = SweepFolder(tmp_path)
    with locked(tmp_path, "looking", looking=True):
        assert folder.is_free()
    with folder.held():
        assert not SweepFolder(tmp_path).is_free()
    assert folder.is_free()


def test_a_part_that_goes_while_the_state_is_told_is_left_out(copied):
    """As one that is damaged does, when the sweep is given again."""
    (copied[1] / "parts" / "gone.parquet").symlink_to("nowhere")
    assert status(SweepFolder.looked(copied[1]))["damaged"] == ["gone.parquet"]
