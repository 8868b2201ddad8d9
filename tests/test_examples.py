"""The examples and pages that users copy from do what they say, run as a user runs them."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from walking import blocks

import sim

ROOT = Path(sim.__file__).parents[1]


@pytest.fixture
def commands(tmp_path) -> dict[str, str]:
    """An environment with `sim`, `dask` and an `sbatch` that starts the job script at once."""
    folder = tmp_path / "bin"
    folder.mkdir()
    texts = {
        "sim": f'exec {sys.executable} -m sim "$@"',
        "dask": f'exec {sys.executable} -m dask "$@"',
        "sbatch": 'cp "$1" $$.sh\nbash $$.sh > /dev/null 2>&1 &\necho "Submitted batch job $$"',
        "scancel": "true",
    }
    for name, text in texts.items():
        (folder / name).write_text(f"#!/bin/bash\n{text}\n")
        (folder / name).chmod(stat.S_IRWXU)
    return {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DASK_JOBQUEUE__SLURM__SCHEDULER_OPTIONS": '{"host": "127.0.0.1", "dashboard": False}',
    }


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def finished(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sweep_status(folder: Path) -> tuple[str, int]:
    found = json.loads((folder / "manifest.json").read_text())
    return found["status"], found["runs"]


def test_the_page_on_python_runs(tmp_path, commands):
    script = tmp_path / "script.py"
    script.write_text("\n".join(blocks(page("python.md"), "python")))
    printed = finished([sys.executable, str(script)], tmp_path, commands)
    assert "share.firms.public" in printed
    assert sweep_status(tmp_path / "results/sweeps/subsidy-rate-and-cap")[0] == "finished"


def test_a_sweep_runs_where_there_is_no_script_as_in_a_notebook(tmp_path, commands):
    code = 'import sim; print(sim.sweep("subsidy-rate-and-cap", limit=2, workers=2).computed)'
    done = subprocess.run(
        [sys.executable], input=code, cwd=tmp_path, env=commands, capture_output=True, text=True, check=True
    )
    assert done.stdout == "64\n"


def test_the_recipe_for_a_cluster_on_this_machine_runs(tmp_path, commands):
    (recipe,) = blocks(page("cluster.md"), "bash")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    finished(["bash", "-c", "set -m\n" + recipe.replace("8786", str(port))], tmp_path, commands)
    assert sweep_status(tmp_path / "results/sweeps/on-a-cluster")[0] == "finished"


def test_the_example_for_slurm_runs(tmp_path, commands):
    (example,) = blocks(page("cluster.md"), "python")
    fewer = example.replace("jobs=40", "jobs=2").replace('out="results', 'limit=4, out="results')
    script = tmp_path / "slurm.py"
    script.write_text(fewer)
    assert "failed=0" in finished([sys.executable, str(script)], tmp_path, commands)
    assert sweep_status(tmp_path / "results/sweeps/on-slurm")[0] == "finished"


def test_the_batch_job_runs_again_and_again(tmp_path, commands):
    shutil.copytree(ROOT / "examples/batch", tmp_path / "batch")
    job = ["make", "-C", "batch", "OPTIONS=--limit 4"]
    finished(job, tmp_path, commands)
    sweeps = tmp_path / "batch/results/sweeps"
    figures = sorted(path.relative_to(sweeps) for path in sweeps.rglob("*.png"))
    assert len(figures) == 4
    logs = [path.read_text().splitlines() for path in sweeps.glob("*/log.jsonl")]
    assert all(json.loads(line)["event"] for log in logs for line in log)
    runs = {path.name: sweep_status(path) for path in sweeps.iterdir()}
    assert {status for status, _ in runs.values()} == {"finished"}
    finished(job, tmp_path, commands)
    assert {path.name: sweep_status(path) for path in sweeps.iterdir()} == runs
    assert json.loads((sweeps / "price-and-loss/log.jsonl").read_text().splitlines()[-1])["computed"] == 0


def test_the_example_on_plausible_worlds_runs_and_finds_nothing_where_nothing_differs(tmp_path, commands):
    """Its page varies the same parameters, and shows the same heading."""
    script = str(ROOT / "examples/plausible_worlds.py")
    few = ["--worlds=6", "--replicates=3", "--firms=300"]
    printed = finished([sys.executable, script, "baseline", "control-tightly", *few], tmp_path, commands)
    said, *heading, same, tight = printed.splitlines()
    page = (ROOT / "docs/model.md").read_text(encoding="utf-8")
    assert said.partition(";")[2] in page
    assert "\n".join(line.rstrip() for line in heading) in page
    assert same.split() == ["baseline", "0", "0", "0.00", "to", "0.00", "0", "0", "0.00", "to", "0.00"]
    assert tight.split()[6:8] == ["0", said.split()[0]], "control costs welfare in every world that can start"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["eu-2014"], "eu-2014 takes place in another world"),
        (["training", "--replicates=1"], "--replicates: at least two"),
    ],
)
def test_the_example_on_plausible_worlds_refuses_what_it_cannot_compare(given, said, commands):
    command = [sys.executable, str(ROOT / "examples/plausible_worlds.py"), *given]
    done = subprocess.run(command, env=commands, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
