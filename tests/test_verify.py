"""`sim verify`: oracles hold, each notices its fault, and a fault of any other kind makes the command fail."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats
from test_perturbed_rules import altered

from sim import cli
from sim.analysis import judging, oracles, repeated
from sim.analysis.bench import Bench, Broken
from sim.analysis.mean_field import path
from sim.analysis.oracle import Check, Comparison, Verdict
from sim.analysis.verification import chosen, known, passed, verify
from sim.engines import compiled_engine, world
from sim.engines.economy import Economy
from sim.experiments import runner
from sim.model import market
from sim.model.market import Provider
from sim.model.market import month as true_month
from sim.report import verification

BY_COMMAND = ("O2", "O14")
"""Oracles that the tests of the command run."""


def command(tmp_path, *arguments: str):
    return CliRunner().invoke(cli.cli, ["verify", "--quick", f"--out={tmp_path}", *arguments])


def test_every_file_is_an_oracle(checkout):
    files = sorted(path.stem for path in (checkout / "sim/analysis/oracles").glob("o*.py"))
    every = known()
    assert [f"o{int(each[1:]):02d}" for each in every] == [name[:3] for name in files]
    assert len(files) >= 16
    assert list(oracles.__path__)


def test_the_page_describes_every_oracle(checkout):
    page = (checkout / "docs/oracles.md").read_text(encoding="utf-8")
    for oracle in known().values():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {oracle.id} |")]
        assert oracle.title in row
        assert oracle.reference in row
        assert oracle.fault in row


@pytest.mark.parametrize("name", [name for name in known() if name not in BY_COMMAND])
def test_an_oracle_holds_and_notices_its_fault(name, tmp_path):
    verdict = verify(known()[name], tmp_path, quick=True)
    assert [check for check in verdict.checks if not check.holds] == []
    assert verdict.caught is not None
    assert verdict.holds


def test_the_command_prints_expected_and_found_and_keeps_the_runs(tmp_path):
    result = command(tmp_path, "--only", "o14, o2")
    assert result.exit_code == 0, result.output
    assert "2 oracles of 2 hold, and each noticed its planted fault." in result.output
    for text in ("O2 Logsum", "Small & Rosen 1981", "40.429", "1e-12", "noticed", "engines", "to the byte"):
        assert text in result.output
    assert result.output.index("O2 Logsum") < result.output.index("O14 Experience")
    for name, scenario in (("O2", "public_cloud_subsidy"), ("O14", "cost_decline")):
        folder = tmp_path / "verify" / name
        assert scenario in (folder / f"{name}.toml").read_text(encoding="utf-8")
        manifests = [json.loads(path.read_text(encoding="utf-8")) for path in folder.rglob("manifest.json")]
        assert {each["status"] for each in manifests} == {"finished"}
        assert {each["engine"] for each in manifests} == {"compiled", "numpy", "mesa"}
        assert {each["command"] for each in manifests} == {f"sim verify --only {name}"}


@pytest.mark.parametrize("only", ["O99", "", "O2;O14"])
def test_an_unknown_oracle_is_bad_input(only, tmp_path, capsys):
    assert cli.exit_code(["verify", "--only", only, "--out", str(tmp_path)]) == 2
    message = capsys.readouterr().err
    assert f'"{only.upper()}" is no oracle' in message
    assert "O1, O2, " in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_results_that_cannot_be_written_are_bad_input(workers, tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    out = str(tmp_path / "file" / "results")
    assert cli.exit_code(["verify", "--quick", "--only=O14,O15", "--workers", workers, "--out", out]) == 2
    assert "Cannot write" in capsys.readouterr().err


def test_louder_chance_fails_the_logsum(tmp_path, monkeypatch):
    """Draws a tenth too wide, in all engines alike: what a test of their equality cannot see."""
    true = world.luck

    def louder(*arguments):
        aware, hit, choice = true(*arguments)
        return aware, hit, 1.1 * choice

    monkeypatch.setattr(world, "luck", louder)
    result = command(tmp_path, "--only=O2", "--workers=1")
    assert result.exit_code == 1
    assert "FAILS" in result.output
    assert "1 oracle of 1 failed: O2." in result.output


def test_one_oracle_that_fails_is_enough():
    good, bad = (SimpleNamespace(holds=holds) for holds in (True, False))
    assert passed([good, good])
    assert not passed([good, bad])
    assert not passed([bad, good])


def test_a_leaking_treasury_fails_its_oracle(tmp_path, monkeypatch):
    true = Economy.close_month

    def close_month(self):
        true(self)
        treasury = self.fiscal.treasury
        treasury.left -= treasury.limited & (treasury.left > 10)

    monkeypatch.setattr(Economy, "close_month", close_month)
    verdict = verify(known()["O15"], tmp_path, quick=True)
    assert any(check.what.startswith("months in which spent + left") for check in verdict.checks if not check.holds)


def test_a_rule_altered_for_one_engine_fails_its_oracle_and_the_equality(tmp_path, monkeypatch):
    def dearer(*arguments):
        new = true_month(*arguments)
        return Provider(
            new.price, new.unit_cost * 1.001, new.capacity, new.use, new.quality, new.security, new.congestion,
            new.in_price,
        )  # fmt: skip

    monkeypatch.setattr(compiled_engine, "market", altered(market, month=dearer))
    verdict = verify(known()["O14"], tmp_path, quick=True)
    failing = {check.what: check.found for check in verdict.checks if not check.holds}
    assert set(failing) == {"ln c at each doubling", "ln(c/c₀) in 180 months", "engines"}
    assert failing["engines"] == "differing: numpy, mesa"


def test_a_fault_that_is_not_noticed_fails(tmp_path):
    verdict = verify(replace(known()["O14"], fault_settings=()), tmp_path, quick=True)
    assert all(check.holds for check in verdict.checks)
    assert verdict.caught is None
    assert not verdict.holds


@pytest.mark.parametrize("settings", [("market.learning=7",), ("policy.p.instrument=none",)])
def test_a_fault_that_cannot_run_counts_as_not_noticed(settings, tmp_path):
    verdict = verify(replace(known()["O14"], fault_settings=settings), tmp_path, quick=True)
    assert verdict.caught is None


def test_a_run_that_breaks_fails_with_its_message(tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("a rule divides by nothing")

    monkeypatch.setattr(runner, "simulate", broken)
    result = command(tmp_path, "--only=O14")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    (line,) = [line for line in lines if line.startswith("O14, run: ")]
    assert line.endswith("1 of 1 replicates failed; replicate 0, start: ZeroDivisionError: a rule divides by nothing")
    assert "O14, power: the planted fault was not noticed: λ 10 % higher" in lines


def test_nothing_kept_from_before_is_used(tmp_path, monkeypatch):
    assert verify(known()["O14"], tmp_path, quick=True).holds
    monkeypatch.setattr(compiled_engine, "provider_month", lambda *_: lambda: None)
    assert not verify(known()["O14"], tmp_path, quick=True).holds


def test_workers_give_what_one_process_gives(tmp_path):
    alone, together = (command(tmp_path, "--only=O14,O15", f"--workers={n}") for n in (1, 2))
    assert together.exit_code == 0, together.output
    assert alone.stdout == together.stdout


def test_when_one_of_its_processes_is_killed_it_says_so(tmp_path):
    """Nobody waits for ever."""
    command = [sys.executable, "-m", "sim", "verify", "--only=O2,O14", "--workers=2", "--out", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while len(list(tmp_path.glob("verify/*/*"))) < 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(max(int(each) for each in children), signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "A process that ran oracles was killed" in said) == (2, True), said


def test_a_sweep_that_hangs_is_ended_and_fails_its_oracle(tmp_path, monkeypatch):
    monkeypatch.setattr(repeated, "MOST_SECONDS", 0.01)
    with pytest.raises(Broken, match=r"--workers 1 did not end within 0\.01 seconds"):
        repeated._swept(SimpleNamespace(folder=tmp_path), tmp_path / "none.toml", "hangs", "--workers", "1")
    with pytest.raises(Broken, match=r"--workers 2 kept nothing within 0\.01 seconds"):
        repeated._killed_and_resumed(SimpleNamespace(folder=tmp_path), tmp_path / "none.toml")


def test_a_sweep_is_killed_as_soon_as_it_has_kept_something_and_then_resumed(tmp_path, monkeypatch):
    (tmp_path / "killed" / "parts").mkdir(parents=True)
    (tmp_path / "killed" / "parts" / "part.parquet").touch()
    ends = []
    going = SimpleNamespace(poll=lambda: None, kill=lambda: ends.append("killed"), communicate=lambda: ends.append(""))
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: going)
    monkeypatch.setattr(repeated, "MOST_SECONDS", -1)
    monkeypatch.setattr(repeated, "_swept", lambda _bench, _file, *options: [*ends, *options])
    done = repeated._killed_and_resumed(SimpleNamespace(folder=tmp_path), tmp_path / "none.toml")
    assert done == ["killed", "", "killed", "--workers", "2", "--resume"]


@pytest.mark.parametrize(("whole", "blocks", "differing"), [(0.0, 0.0, 0), (1.0, 0.0, 6), (0.0, 1.0, 6)])
def test_a_number_that_differs_in_either_sweep_is_told(whole, blocks, differing, tmp_path, monkeypatch):
    """Three outcomes of one replicate, in both of its months."""
    gaps = {"workers-1": whole, "blocks": blocks}

    def swept(path):
        rows = SimpleNamespace(to_pylist=lambda: [[0.0, 0.0], [gaps[path.name], gaps[path.name]], [0.0, 0.0]])
        return SimpleNamespace(runs=lambda names: [dict.fromkeys(names, rows)])

    monkeypatch.setattr(repeated.SweepFolder, "looked", swept)
    alone = SimpleNamespace(of=lambda _name: np.zeros((3, 2)))
    check = repeated._lanes(SimpleNamespace(run=lambda *_: alone, quick=False, folder=tmp_path))
    assert (check.found, check.holds) == (f"{differing} of them differ", differing == 0)


def test_hashes_that_all_have_are_told_once_and_others_each():
    assert repeated._joined(["b", "b"]) == "b"
    assert repeated._joined(["b", "a", "b"]) == "a, b"


@pytest.mark.parametrize(("quick", "sizes"), [(False, [9, 2]), (True, [2, 2])])
def test_an_oracle_is_met_at_full_size_unless_time_is_short_and_its_fault_is_found_at_less(
    quick, sizes, tmp_path, monkeypatch
):
    found = []

    def compare(bench):
        found.append(bench.size(9, 2))
        return Comparison([])

    monkeypatch.setattr(Bench, "hashes", lambda *_: {"compiled": ""})
    verify(replace(known()["O14"], compare=compare), tmp_path, quick)
    assert found == sizes


def test_the_report_tells_what_was_expected_what_was_found_and_which_oracles_fail(tmp_path, monkeypatch):
    """One holds, a check of the second fails, and the fault of the third is not noticed."""
    sound, wrong = Check("share", "0.5", "0.51", "1 error", True), Check("price", "80", "95", "7 errors", False)
    caught, oracle = Check("share", "0.5", "0.7", "9 errors", False), known()["O14"]
    made = [
        Verdict(replace(oracle, id=name), checks, found, {"time": 1.0}, tmp_path, 1.0)
        for name, checks, found in (("O7", [sound], caught), ("O8", [sound, wrong], caught), ("O9", [sound], None))
    ]
    _, *columns = (column.cells for column in verification.table_of(made).columns)
    power, noticed = f"power: {oracle.fault}", (f"power: {oracle.fault}", "0.5", "0.7", "9 errors", "noticed")
    holds = ("share", "0.5", "0.51", "1 error", "holds")
    assert list(zip(*columns, strict=True)) == [
        holds, noticed, holds, ("price", "80", "95", "7 errors", "FAILS"), noticed,
        holds, (power, "must not hold", "was not noticed", "", "FAILS"),
    ]  # fmt: skip
    assert list(verification.failures(made)) == [
        "O8, price: expected 80, found 95", f"O9, power: the planted fault was not noticed: {oracle.fault}",
    ]  # fmt: skip
    assert verification.summary(made) == "2 oracles of 3 failed: O8, O9."
    assert verification.summary(made[:1]) == "1 oracle of 1 holds, and each noticed its planted fault."
    monkeypatch.setattr("sim.report.oracle_figures.draw", lambda verdict: verdict.oracle.id)
    failing = [replace(each, oracle=replace(oracle, id="O7")) for each in made]
    assert [verification._drawn(each) for each in failing] == [["O7"]] * 3, "most of all where it fails"


def test_chosen_keeps_the_order_of_the_oracles():
    assert [oracle.id for oracle in chosen("O10,O9 , o1")] == ["O1", "O9", "O10"]
    assert [oracle.id for oracle in chosen(None)] == list(known())


@pytest.mark.parametrize(
    ("check", "holds"),
    [
        (judging.within_errors("", [1.0, 2.0], [1.3, 1.61], 0.1), True),
        (judging.within_errors("", [1.0, 2.0], [1.41, 2.0], 0.1), False),
        (judging.within_errors("", 0.0, 4.0, 1.0), True),
        (judging.within_errors("", 1.0, np.nan, 0.1), False),
        (judging.within_errors("", 1.0, 0.5, 0.1), False),
        (judging.within_errors("", 1.0, 1.1, 0.0), False),
        (judging.within_errors("", 1.0, 1.0, 0.0), True),
        (judging.same_law("", [250, 260, 490], np.array([0.25, 0.25, 0.5])), True),
        (judging.same_law("", [250, 320, 430], np.array([0.25, 0.25, 0.5])), False),
        (judging.same_law("", [551, 449], np.array([0.5, 0.5])), True),  # p = 0.0013
        (judging.same_law("", [555, 445], np.array([0.5, 0.5])), False),  # p = 0.0005
        (judging.same_law("", [490, 480, 0, 30], np.array([0.49, 0.499, 0.0055, 0.0055])), False),
        (judging.same_law("", [494, 503, 2, 1], np.array([0.4965, 0.5, 0.002, 0.0015])), True),
        (judging.same_law("", [499, 500, 1], np.array([0.5, 0.5, 0.0])), False),
        (judging.same_variance("", 1.0, np.tile([-1.0, 1.0], 200)), True),
        (judging.same_variance("", 1.3, np.tile([-1.0, 1.0], 200)), False),
        (judging.same_variance("", 0.7, np.tile([-1.0, 1.0], 200)), False),
        (judging.identity("", [1.0, 0.0], [1.0 + 1e-13, 0.0]), True),
        (judging.identity("", [1.0, 0.0], [1.0, 1e-13]), False),
        (judging.identity("", 1.0, 1.0 + 1e-11), False),
        (judging.identity("", 1.0, np.nan), False),
        (judging.identity("", 1.0, 0.9), False),
        (judging.exactly("", 0, 0.0), True),
        (judging.exactly("", 0, 1), False),
    ],
)
def test_judging(check, holds):
    assert check.holds is holds


@pytest.mark.parametrize("how", [judging.identity, partial(judging.within_errors, errors=1.0)])
def test_judging_shows_what_is_expected_and_found_and_of_many_what_fits_worst(how):
    few, many = how("", [1.0, 2.0], found=[1.0, 7.0]), how("", np.arange(1.0, 6.0), found=[1.0, 2.0, 4.0, 9.0, 5.0])
    assert (few.expected, few.found) == ("1 2", "1 7")
    assert (many.expected, many.found) == ("4", "9")
    assert how("", np.ones(5), found=[1.0, 9.0, np.nan, 1.0, 1.0]).found == "nan"


def test_judging_says_what_a_textbook_does():
    """Five values 1, 2, 3, 4, 10: their variance is 12.5, and the 99 % interval that of a chi-square of four."""
    check = judging.same_variance("", 5.0, np.array([1.0, 2.0, 3.0, 4.0, 10.0]))
    low, high = 4 * 12.5 / stats.chi2.ppf([0.995, 0.005], 4)
    assert check.found == "12.5"
    assert check.statistic == f"99 % interval {low:.4g} to {high:.4g}"
    assert judging.mean_error(np.array([1.0, 2.0, 4.0])) == pytest.approx(np.sqrt(7 / 3 / 3))
    counts, law = [500, 470, 10, 8, 6, 4, 2], np.array([0.5, 0.48, 0.006, 0.005, 0.004, 0.003, 0.002])
    check = judging.same_law("", counts, law)
    cells = check.statistic.partition("(")[2].partition(")")[0]
    pooled = len(counts) - int(cells)  # states in the pool
    observed, expected = np.array(counts), law * sum(counts)
    rare = np.argsort(expected)[:pooled]
    common = np.argsort(expected)[pooled:]
    statistic, p = stats.chisquare(
        [observed[rare].sum(), *observed[common]], [expected[rare].sum(), *expected[common]]
    )
    assert pooled > 1
    assert check.statistic == f"chi-square({cells}) = {statistic:.1f}, p = {p:.2g}"


def test_parts_of_two_sweeps_are_told_apart(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "parts").mkdir(parents=True)
        (tmp_path / name / "parts" / "part.parquet").write_bytes(name.encode())
    assert repeated._parts(tmp_path / "one") != repeated._parts(tmp_path / "two")


def test_the_mean_field_and_its_noise_against_draws():
    """Linear noise about the path: the variance of 4,000 simulated chains of 5,000 firms, within its 99 % interval."""
    values, reach, start = np.zeros(2), np.array([1.0, 2.0]), np.array([0.6, 0.4])
    shares, noise = path(values, reach, start, 6)
    rng = np.random.Generator(np.random.SFC64(1))
    found = np.full(4000, 0.4)
    for _ in range(6):
        odds = np.exp(values[1] + reach[1] * found - values[0] - reach[0] * (1 - found))
        found = rng.binomial(5000, odds / (1 + odds)) / 5000
    assert judging.same_variance("", noise[-1, 1, 1] / 5000, found).holds
    assert judging.within_errors("", shares[-1, 1], found.mean(), np.sqrt(noise[-1, 1, 1] / 5000 / 4000)).holds
