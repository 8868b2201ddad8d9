"""Results are kept whole: killed runs go on, finished ones are reused, and equal inputs give equal bytes."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from sim.experiments.identity import run_id
from sim.experiments.results import load_results
from sim.experiments.runner import SECONDS_BETWEEN_PARTS
from sim.experiments.store import RunFolder
from sim.model.errors import BadInput

SETTINGS = ("--firms", "200", "--months", "12", "--engine", "numpy", "--no-figures")
REPLICATES = 100


def command(out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "sim", "run", "baseline", "--out", str(out), *SETTINGS, *options]


def finished(out: Path, *options: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    arguments = command(out, *options)
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done


def only_run(out: Path) -> Path:
    (path,) = (out / "baseline").iterdir()
    return path


def manifest(path: Path) -> dict:
    return json.loads((path / "manifest.json").read_text())


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory) -> Path:
    """A run of all replicates that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole")
    finished(out, "--replicates", str(REPLICATES))
    return only_run(out)


def stopped_half_way(out: Path, number: int) -> int:
    """Send a signal to a run as soon as it has kept some replicates; its return code.

    What is finished is kept second by second: paused for one, even the fastest machine keeps something half-way.
    """
    process = subprocess.Popen(
        command(out, "--replicates", str(REPLICATES)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 120
        while not list(out.glob("baseline/*/parts/*.parquet")):
            assert process.poll() is None, "the run ended before anything was kept"
            assert time.monotonic() < deadline
            if list(out.glob("baseline/*/scenario.toml")):
                time.sleep(0.3)
                process.send_signal(signal.SIGSTOP)
                time.sleep(SECONDS_BETWEEN_PARTS)
                process.send_signal(signal.SIGCONT)
            time.sleep(0.005)
        process.send_signal(number)
        return process.wait(timeout=60)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_stopped_run_goes_on_to_the_same_bytes(tmp_path, whole_run, number, code):
    assert stopped_half_way(tmp_path, number) == code
    path = only_run(tmp_path)
    assert manifest(path)["status"] == "partial"
    assert not (path / "outcomes.parquet").exists()
    kept = sum(len(pq.read_table(part)["replicate"].unique()) for part in path.glob("parts/*.parquet"))
    assert 0 < kept < REPLICATES

    again = finished(tmp_path, "--replicates", str(REPLICATES))
    assert f"{REPLICATES - kept} replicates computed, {kept} kept from before" in again.stderr
    assert (path / "outcomes.parquet").read_bytes() == (whole_run / "outcomes.parquet").read_bytes()
    assert (path / "scenario.toml").read_bytes() == (whole_run / "scenario.toml").read_bytes()
    assert manifest(path)["status"] == "finished"
    assert not (path / "parts").exists()


def test_the_outcome_table_is_tidy_and_sorted(whole_run):
    table = pq.read_table(whole_run / "outcomes.parquet")
    assert table.column_names == ["replicate", "month", "date", "outcome", "group", "value"]
    assert b"pandas" not in (pq.read_metadata(whole_run / "outcomes.parquet").metadata or {})
    replicate, month = (table.column(name).to_numpy() for name in ("replicate", "month"))
    assert np.all(np.diff(replicate) >= 0)
    assert set(replicate) == set(range(REPLICATES))
    assert set(month) == set(range(13))
    assert table.column("date").to_pylist()[0] == "2025-12"
    assert table.column("date").to_pylist()[-1] == "2026-12"


def test_an_outcome_that_a_run_does_not_have_is_refused(whole_run):
    spent = load_results(whole_run, outcomes="spent")
    assert set(spent["outcome"]) == {"spent"}
    assert spent.index.tolist() == list(range(len(spent)))
    with pytest.raises(BadInput, match=r"outcomes, spnt: this run has no such outcome.*Did you mean 'spent'"):
        load_results(whole_run, outcomes=["spnt"])


def test_the_manifest_names_no_host_and_no_home(whole_run):
    text = (whole_run / "manifest.json").read_text()
    content = manifest(whole_run)
    assert content["outcomes"]["rows"] == pq.read_metadata(whole_run / "outcomes.parquet").num_rows
    assert {"python", "numpy", "numba", "mesa", "sim"} <= content["versions"].keys()
    assert content["machine"]["type"]
    assert content["command"].startswith("sim run baseline --out ")
    assert str(whole_run.parents[2]) not in text
    assert os.uname().nodename not in text


def test_a_finished_run_is_reused_and_computing_it_again_gives_the_same_bytes(tmp_path):
    first = finished(tmp_path, "--replicates", "3")
    path = only_run(tmp_path)
    before = (path / "outcomes.parquet").read_bytes()
    written = (path / "manifest.json").stat().st_mtime_ns

    reused = finished(tmp_path, "--replicates", "3")
    assert "reused" in reused.stderr
    assert reused.stdout == first.stdout
    assert (path / "manifest.json").stat().st_mtime_ns == written

    fresh = finished(tmp_path, "--replicates", "3", "--fresh")
    assert "identical to the byte" in fresh.stderr
    assert (path / "outcomes.parquet").read_bytes() == before
    assert only_run(tmp_path) == path


@pytest.mark.parametrize("options", [("--every", "5"), ("--set", "cost.public_price[micro]=50")])
def test_the_resolved_scenario_reproduces_the_bytes(tmp_path, options):
    finished(tmp_path, "--replicates", "2", *options)
    path = only_run(tmp_path)
    arguments = [*command(tmp_path / "again"), "--no-figures"]
    arguments[arguments.index("baseline")] = str(path / "scenario.toml")
    subprocess.run(arguments, check=True, capture_output=True)
    (again,) = (tmp_path / "again").glob("*/*/outcomes.parquet")
    assert again.read_bytes() == (path / "outcomes.parquet").read_bytes()


def test_csv_holds_exactly_what_parquet_holds(tmp_path):
    finished(tmp_path, "--replicates", "2", "--format", "csv")
    path = only_run(tmp_path)
    texts = {name: pa.string() for name in ("date", "outcome", "group")}
    options = pa.csv.ConvertOptions(column_types={**texts, "value": pa.float64()})
    from_csv = pa.csv.read_csv(path / "outcomes.csv", convert_options=options)
    for name in from_csv.column_names:
        expected = pq.read_table(path / "outcomes.parquet").column(name).to_pylist()
        np.testing.assert_array_equal(from_csv.column(name).to_pylist(), expected)


def test_an_outcome_table_that_was_changed_is_computed_again(tmp_path):
    finished(tmp_path, "--replicates", "2")
    path = only_run(tmp_path)
    whole = (path / "outcomes.parquet").read_bytes()
    (path / "outcomes.parquet").write_bytes(whole[:-100])
    assert "2 replicates computed" in finished(tmp_path, "--replicates", "2").stderr
    assert (path / "outcomes.parquet").read_bytes() == whole


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("here already")
    refused = finished(tmp_path / "file", "--replicates", "1", code=2)
    assert "Cannot write" in refused.stderr
    assert "--out" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (tmp_path / "file").read_text() == "here already"


@pytest.mark.parametrize("name", ["summary.csv", "figures"])
def test_a_finished_run_whose_report_cannot_be_written_says_so(tmp_path, name):
    """A folder stands in the way of a file, or a file in that of a folder: that stops even an administrator."""
    finished(tmp_path, "--replicates", "1")
    path = only_run(tmp_path) / name
    path.unlink(missing_ok=True)
    if name == "figures":
        path.write_text("")
    else:
        path.mkdir()
    arguments = [each for each in command(tmp_path, "--replicates", "1") if each != "--no-figures"]
    refused = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert refused.returncode == 2, refused.stderr
    assert f"Cannot write {path}" in refused.stderr
    assert "unexpected" not in refused.stderr


def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path):
    """A limit on the size of files stands for a full disk: the write fails when half of it is done."""
    refused = subprocess.run(
        command(tmp_path / "out", "--replicates", "3"),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000)),
    )
    assert refused.returncode == 2, refused.stderr
    assert "Cannot write" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_two_processes_do_not_write_the_same_run(tmp_path):
    folder = RunFolder(tmp_path / "run")
    with folder.held(), pytest.raises(BadInput, match="Another process"), RunFolder(tmp_path / "run").held():
        pass
    with folder.held():
        pass


def test_the_identity_covers_inputs_and_no_order():
    fields = {"values": {"a": (1.0, 2.0), "b": "ring"}, "run": {"seed": 0}}
    constants = {"constant.public": (0.1, 0.2)}
    same = {"run": {"seed": 0}, "values": {"b": "ring", "a": [1.0, 2.0]}}
    first = run_id(fields, constants, 10)
    assert len(first) == 12
    assert run_id(same, constants, 10) == first
    assert run_id(fields, constants, 11) != first
    assert run_id(fields, {"constant.public": (0.1, np.nextafter(0.2, 1))}, 10) != first
    assert run_id({**fields, "run": {"seed": 1}}, constants, 10) != first
