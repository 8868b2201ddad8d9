"""What cannot be read, or not now, is not removed, since it may be whole: three ways in which results were lost."""

import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from small_sweeps import carried_out, parts, written

from sim.engines.constants import solve
from sim.experiments import durable, runner, store, whole
from sim.experiments.job import Job
from sim.experiments.sweeps import carrying_out, part
from sim.experiments.sweeps.folder import SweepFolder
from sim.model.errors import BadInput
from sim.model.scenario import load
from sim.report import figures


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "some.parquet"
    with durable.whole_file(path) as stream:
        whole.pq.write_table(pa.table({"x": list(range(1000))}), stream, write_page_checksum=True)
    return path


@pytest.mark.parametrize("content", [b"", b"PAR1", b"junk" * 1000, None])
def test_a_damaged_table_is_not_whole(table, tmp_path, content):
    assert whole.is_whole(table)
    copy = tmp_path / table.name
    torn = bytearray(table.read_bytes())
    torn[200] ^= 1
    copy.write_bytes(bytes(torn) if content is None else content)
    assert not whole.is_whole(copy)


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_a_table_that_cannot_be_read_is_not_called_damaged(table, monkeypatch, error):
    def refused(_path):
        raise error

    monkeypatch.setattr(type(table), "read_bytes", refused)
    with pytest.raises(BadInput, match=rf"some.parquet cannot be read: {error.strerror}. Nothing was removed"):
        whole.is_whole(table)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (pa.ArrowMemoryError("malloc of size 64 failed"), "memory is short"),
        (pa.ArrowException("Failed to launch worker thread"), "Failed to launch worker thread"),
    ],
)
def test_a_table_is_not_called_damaged_where_memory_or_threads_are_short(table, monkeypatch, error, said):
    def short(*_args, **_named):
        raise error

    monkeypatch.setattr(whole.pq.ParquetFile, "read_row_group", short)
    with pytest.raises(BadInput, match=rf"cannot be read: {said}. Nothing was removed"):
        whole.is_whole(table)


def test_a_part_whose_end_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    def refused(_path):
        raise PermissionError(13, "Permission denied")

    carried_out(written(tmp_path), tmp_path / "sweep")
    monkeypatch.setattr(part.pq, "ParquetFile", refused)
    with pytest.raises(BadInput, match=r"\.parquet cannot be read: Permission denied\. Nothing was removed"):
        part.item_in(next((tmp_path / "sweep" / "parts").iterdir()), pa.schema([]))


def test_a_folder_in_place_of_a_part_is_named(tmp_path):
    file = written(tmp_path)
    carried_out(file, tmp_path / "sweep")
    before = parts(tmp_path / "sweep")
    (tmp_path / "sweep" / "parts" / "x.parquet").mkdir()
    with pytest.raises(BadInput, match=r"x\.parquet cannot be read: Is a directory"):
        carried_out(file, tmp_path / "sweep")
    (tmp_path / "sweep" / "parts" / "x.parquet").rmdir()
    assert parts(tmp_path / "sweep") == before
    assert carried_out(file, tmp_path / "sweep").computed == 0


def test_a_folder_that_cannot_be_looked_into_is_not_called_empty(tmp_path):
    assert whole.parquet_files(tmp_path / "none") == []
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=r"file cannot be looked into: Not a directory. Nothing was removed"):
        whole.parquet_files(tmp_path / "file")


@pytest.fixture
def job(tmp_path):
    scenario = load("baseline", ["run.firms=40", "run.months=2", "run.replicates=2"])
    return Job(scenario, solve(scenario), "numpy", tmp_path, "sim run")


def obtained(job):
    return runner.obtain(job, False, lambda _done, _wanted: None)


def test_a_failure_before_anything_is_computed_leaves_what_was_there(job, monkeypatch):
    """A finished run whose manifest is empty, and a disk that is full: its table stays."""
    obtained(job)
    (job.folder.path / "manifest.json").write_text("")
    before = job.folder.outcomes.read_bytes()

    def full(folder, _content):
        raise durable.cannot_write(folder.path, OSError(28, "No space left on device"))

    with monkeypatch.context() as patched:
        patched.setattr(store.RunFolder, "write_manifest", full)
        with pytest.raises(durable.CannotWrite, match="No space left"):
            obtained(job)
    assert job.folder.outcomes.read_bytes() == before
    obtained(job)
    assert job.folder.outcomes.read_bytes() == before
    assert job.folder.is_finished()


def test_a_manifest_that_goes_while_a_sweep_runs_is_written_again(tmp_path, monkeypatch):
    file, path, rounds = written(tmp_path), tmp_path / "sweep", carrying_out._rounds

    def gone(*given):
        rounds(*given)
        (path / "manifest.json").unlink()

    with monkeypatch.context() as patched:
        patched.setattr(carrying_out, "_rounds", gone)
        carried_out(file, path)
    assert SweepFolder(path).manifest()["status"] == "finished"
    assert carried_out(file, path).computed == 0


RULE = 'batch = 8\nmost = {}\noutcome = "public_at_end"\nhalf_width = 0.9\n'


@pytest.mark.parametrize(
    ("before", "now", "refused"),
    [
        ("number = 4\n", "number = 3\n", "4 there, 3 now"),
        ("number = 9\n", RULE.format(8), "9 there, 8 now"),
        (RULE.format(16), "number = 8\n", "16 there, 8 now"),
        ("number = 4\n", RULE.format(8), ""),
    ],
)
def test_fewer_replicates_are_refused(before, now, refused, tmp_path):
    file = written(tmp_path)
    text = file.read_text()
    file.write_text(text.replace("number = 4\n", before))
    carried_out(file, tmp_path / "sweep")
    file.write_text(text.replace("number = 4\n", now))
    if not refused:
        assert carried_out(file, tmp_path / "sweep").computed > 0
        return
    with pytest.raises(BadInput, match=rf"replicates: {refused}.*more points or more replicates"):
        carried_out(file, tmp_path / "sweep")


def test_figures_that_are_none_are_drawn_again(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", {"some": lambda *_: Figure()})
    (path,) = figures.draw_all(None, None, tmp_path, again=False)
    drawn = path.read_bytes()
    for content in (b"", b"junk", drawn[:-1]):
        path.write_bytes(content)
        figures.draw_all(None, None, tmp_path, again=False)
        assert path.read_bytes() == drawn
