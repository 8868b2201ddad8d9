"""A run that is stopped, fails, or is computed again keeps what is finished, and says what became of it."""

import json
import re
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from sim.engines import simulate
from sim.engines.constants import solve
from sim.experiments import runner
from sim.experiments.estimate import dry_run
from sim.experiments.identity import Differs
from sim.experiments.job import Job
from sim.experiments.results import load_results
from sim.experiments.store import RunFolder, held, locked
from sim.experiments.tables import tidy
from sim.model.errors import BadInput
from sim.model.scenario import load
from sim.report import runs

REPLICATES = 4


@pytest.fixture
def job(tmp_path):
    """A small run."""
    settings = ("run.firms=40", "run.months=2", f"run.replicates={REPLICATES}", "cost.on_premise=900")
    scenario = load("baseline", settings)
    return Job(scenario, solve(scenario), "numpy", tmp_path, "sim run")


class Computed(list[int]):
    """Replicates that were computed, one after the other, and what some of them raise instead."""

    def __init__(self):
        super().__init__()
        self.raised: dict[int, BaseException] = {}


@pytest.fixture
def computed(monkeypatch):
    """Watch what is computed; each replicate is kept in a part of its own."""
    found = Computed()

    def watched(scenario, replicate, *others):
        found.append(replicate)
        if replicate in found.raised:
            raise found.raised[replicate]
        return simulate(scenario, replicate, *others)

    monkeypatch.setattr(runner, "simulate", watched)
    monkeypatch.setattr(runner, "SECONDS_BETWEEN_PARTS", 0.0)
    return found


def obtained(job, fresh=False):
    """How it went: replicates finished, the sentence, and progress."""
    seen = []
    tally, said = runner.obtain(job, fresh, lambda done, wanted: seen.append((done, wanted)))
    return tally, said, seen


def part(job, first, last):
    """Keep a part with replicates of a run that nobody disturbed."""
    numbers = list(range(first, last + 1))
    values = np.stack([simulate(job.scenario, n, "numpy").values for n in numbers])
    job.folder.keep(tidy(values, numbers, job.layout), first, last)


def manifest(job):
    return json.loads((job.folder.path / "manifest.json").read_text(encoding="utf-8"))


def test_what_is_finished_is_kept_when_the_disk_is_full_half_way(job, computed):
    computed.raised[2] = BadInput("Cannot write: the disk is full.")
    with pytest.raises(BadInput, match="disk is full"):
        obtained(job)
    assert job.folder.finished_replicates(job.layout) == {0, 1}
    assert manifest(job)["status"] == "partial"
    computed.raised.clear()
    _, said, _ = obtained(job)
    assert said == "2 replicates computed, 2 kept from before"
    assert computed == [0, 1, 2, 2, 3]
    assert not job.folder.parts.exists()


def test_nothing_is_left_of_a_run_none_of_which_is_finished(job, computed):
    computed.raised[0] = BadInput("cannot be")
    with pytest.raises(BadInput):
        obtained(job)
    assert list(job.out.iterdir()) == [], "nor the folder of its scenario"


def test_what_lay_in_the_folder_of_a_run_none_of_which_is_finished_stays(job, computed):
    obtained(job)
    job.folder.outcomes.write_bytes(b"changed")
    computed.raised[0] = BadInput("cannot be")
    with pytest.raises(BadInput, match="cannot be"):
        obtained(job)
    assert job.folder.outcomes.read_bytes() == b"changed"


def test_a_run_that_another_process_finishes_in_that_very_moment_is_not_begun_again(job, computed, monkeypatch):
    """It was not finished when first asked; it is once the folder is held."""
    obtained(job)
    whole, is_finished, answers = job.folder.outcomes.read_bytes(), RunFolder.is_finished, [False]
    monkeypatch.setattr(RunFolder, "is_finished", lambda folder: answers.pop() if answers else is_finished(folder))
    tally, said, _ = obtained(job)
    assert said == "finished before, reused (--fresh computes it again)"
    assert tally.finished == set(range(REPLICATES))
    assert computed == list(range(REPLICATES)), "none of them twice"
    assert (manifest(job)["status"], job.folder.outcomes.read_bytes()) == ("finished", whole)


def test_kept_replicates_may_lie_between_those_missing(job, computed, monkeypatch):
    obtained(job)
    whole = job.folder.outcomes.read_bytes()
    job.folder.remove()
    computed.clear()
    monkeypatch.setattr(runner, "SECONDS_BETWEEN_PARTS", 1000.0)  # parts are cut by what is kept alone
    part(job, 1, 2)
    _, said, _ = obtained(job)
    assert computed == [0, 3]
    assert said == "2 replicates computed, 2 kept from before"
    assert job.folder.outcomes.read_bytes() == whole


def test_a_part_of_another_run_or_of_other_replicates_is_not_taken(job, computed):
    """Names are the same in all runs, and what a part says of its rows stands where no checksum protects it."""
    obtained(job)
    whole = job.folder.outcomes.read_bytes()
    job.folder.remove()
    computed.clear()
    part(job, 0, 1)
    (kept,) = job.folder.parts.iterdir()
    other = RunFolder(job.folder.path.with_name("another"))
    other.keep(tidy(np.zeros((1, *simulate(job.scenario, 0, "numpy").values.shape)), [2], job.layout), 2, 2)
    (theirs,) = other.parts.iterdir()
    theirs.rename(job.folder.parts / theirs.name)
    other.remove()
    kept.rename(kept.with_name("replicates-000001-000002.parquet"))
    assert job.folder.finished_replicates(job.layout) == set()
    obtained(job)
    assert computed == list(range(REPLICATES))
    assert job.folder.outcomes.read_bytes() == whole


@pytest.mark.parametrize(
    ("spans", "taken"),
    [
        ([(0, 1), (1, 2)], {0, 1}), ([(0, 1), (0, 3), (2, 3)], {0, 1, 2, 3}), ([(0, 2), (1, 1), (2, 3)], {0, 1, 2}),
    ],
)  # fmt: skip
def test_no_replicate_is_taken_twice_from_parts_that_overlap(job, computed, spans, taken):
    for span in spans:
        part(job, *span)
    assert job.folder.finished_replicates(job.layout) == taken
    obtained(job)
    assert computed == sorted(set(range(REPLICATES)) - taken)
    table = load_results(job.folder.path)
    assert len(table) == REPLICATES * job.layout.rows == manifest(job)["outcomes"]["rows"]
    assert table.groupby("replicate").size().to_dict() == dict.fromkeys(range(REPLICATES), job.layout.rows)


def test_fresh_finishes_an_unfinished_run_and_then_computes_all_again(job, computed):
    part(job, 0, 1)
    computed.clear()
    _, said, _ = obtained(job, fresh=True)
    assert computed == [2, 3, 0, 1, 2, 3]
    assert said == "2 replicates computed, 2 kept from before; all computed again, identical to the byte"


def test_fresh_loses_no_replicate_of_an_unfinished_run_though_interrupted(job, computed):
    part(job, 0, 1)
    computed.raised[2] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        obtained(job, fresh=True)
    assert job.folder.finished_replicates(job.layout) == {0, 1}


def test_fresh_of_an_unfinished_run_that_fails_compares_nothing(job, computed):
    part(job, 0, 1)
    computed.clear()
    computed.raised[2] = ValueError("no")
    tally, said, _ = obtained(job, fresh=True)
    assert [each["replicate"] for each in tally.failures] == [2]
    assert said == "1 replicate computed, 2 kept from before"
    assert computed == [2, 3]


def test_fresh_computes_a_run_once_of_which_nothing_is_kept(job, computed):
    _, said, _ = obtained(job, fresh=True)
    assert computed == [0, 1, 2, 3]
    assert said == "4 replicates computed"


def test_fresh_takes_nothing_from_an_earlier_attempt(job, computed):
    obtained(job)
    again = RunFolder(job.folder.path.with_name(f"{job.id}.again"))
    part(job, 0, 3)
    again.path.mkdir()
    job.folder.parts.rename(again.parts)
    computed.clear()
    _, said, _ = obtained(job, fresh=True)
    assert computed == [0, 1, 2, 3]
    assert said == "4 replicates computed again, identical to the byte"
    assert not again.path.exists()


def test_a_finished_run_has_no_parts_and_is_reused(job, computed):
    obtained(job)
    part(job, 0, 1)
    computed.clear()
    _, said, _ = obtained(job)
    assert computed == []
    assert said == "finished before, reused (--fresh computes it again)"
    assert not job.folder.parts.exists()


def test_a_replicate_of_other_months_than_were_asked_for_has_failed(job, monkeypatch):
    def later(*given):
        found = simulate(*given)
        return replace(found, months=found.months + 1)

    monkeypatch.setattr(runner, "simulate", later)
    tally, _, _ = obtained(job)
    said = {each["message"] for each in tally.failures}
    assert said == {"ValueError: months [1, 2, 3] were recorded, not [0, 1, 2]"}
    assert tally.finished == set()


def test_a_run_whose_replicates_all_fail_again_is_not_equal(job, computed):
    obtained(job)
    computed.raised.update(dict.fromkeys(range(REPLICATES), ValueError("no")))
    with pytest.raises(Differs, match="is not equal to the one kept: some replicates failed"):
        obtained(job, fresh=True)
    assert job.folder.is_finished()


def test_progress_never_falls_and_ends_with_all(job, monkeypatch):
    monkeypatch.setattr(runner, "SECONDS_BETWEEN_PARTS", 1000.0)
    _, _, seen = obtained(job)
    assert seen == sorted(seen)
    assert seen[0] == (0, REPLICATES)
    assert seen[-1] == (REPLICATES, REPLICATES)
    assert {int(done) for done, _ in seen} == set(range(REPLICATES + 1))


def test_the_time_a_run_took_goes_on_where_it_was(job, computed):
    computed.raised[2] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        obtained(job)
    kept = manifest(job)
    assert 0.0 < kept["wall_seconds"] < 600.0
    (job.folder.path / "manifest.json").write_text(json.dumps({**kept, "wall_seconds": 5000.0}), encoding="utf-8")
    computed.raised.clear()
    obtained(job)
    assert 5000.0 <= manifest(job)["wall_seconds"] < 5600.0


def test_a_manifest_says_which_engine_notes_and_when(job):
    scenario = load("subsidy", ("run.firms=40", "run.months=2", "run.replicates=1"))
    auto = Job(scenario, job.constants, "auto", job.out, "sim run")
    runner.obtain(auto, False, lambda *_: None)
    found = manifest(auto)
    assert found["engine"] == "compiled"
    assert "lies outside of the run" in found["notes"][0]
    written = datetime.fromisoformat(found["written"])
    assert written.utcoffset() == UTC.utcoffset(None)
    assert abs((datetime.now(UTC) - written).total_seconds()) < 600


def test_the_first_failures_are_told_and_all_are_counted(job, computed):
    wanted = runs.FAILURES_SHOWN + 2
    many = load("baseline", ("run.firms=40", "run.months=2", f"run.replicates={wanted}"))
    computed.raised.update({n: ValueError(f"no {n}") for n in range(wanted)})
    failing = Job(many, solve(many), "numpy", job.out, "sim run")
    tally, _, _ = obtained(failing)
    lines = runs._failures(failing, tally)
    assert len(lines) == runs.FAILURES_SHOWN + 1
    assert lines[0] == "failed: baseline, replicate 0, start: ValueError: no 0"
    assert lines[-1] == f"baseline: {wanted} replicates failed; the manifest lists every failure."


def test_a_plan_says_what_is_kept_and_what_there_is(job, monkeypatch):
    monkeypatch.setattr("sim.engines.memory.available", lambda: 3.21e9)
    monkeypatch.setattr("sim.experiments.estimate._seconds", lambda *_: 100.0)
    part(job, 0, 2)
    lines = "\n".join(dry_run(job))
    assert f"run        {job.id}, engine numpy, seed {job.scenario.run.seed}\n" in lines
    assert f"folder     {job.folder.path}\n" in lines
    assert f"outcomes   {REPLICATES * job.layout.rows:,} rows, every month" in lines
    assert "state      3 replicates kept, 1 to compute" in lines
    assert "time       about 100 s " in lines
    assert re.search(r"about 0\.\d GB \(an estimate\), 3\.2 GB available", lines)
    obtained(job)
    lines = "\n".join(dry_run(job))
    assert "state      finished; would be reused" in lines
    assert "time       about 0 s " in lines


def test_a_run_may_begin_while_somebody_looks_for_a_moment(tmp_path):
    looking = threading.Event()

    def look():
        with locked(tmp_path, "looking", looking=True):
            looking.set()
            time.sleep(0.02)

    other = threading.Thread(target=look)
    other.start()
    looking.wait()
    with held(tmp_path, "computing"):  # refused, if nobody waited
        other.join()


def test_what_was_torn_is_removed_from_all_folders_of_a_run(job):
    torn = [folder / ".x.png.7.tmp" for folder in (job.folder.path, job.folder.parts, job.folder.figures)]
    for each in torn:
        each.parent.mkdir(parents=True, exist_ok=True)
        each.write_bytes(b"half")
    with job.folder.held():
        assert not any(each.exists() for each in torn)
