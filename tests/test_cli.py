"""The command line: what it prints, what it refuses, and the code it ends with."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import small_sweeps

import sim
from sim import cli
from sim.cli import group
from sim.engines import ENGINES, simulate
from sim.experiments import estimate, runner
from sim.experiments.processes import MOST_WORKERS
from sim.experiments.results import load_results
from sim.experiments.sweeps import executors
from sim.experiments.sweeps.executors import InProcess
from sim.report.figures import FIGURES
from sim.report.sweeps import running as sweeps

HEAVY = ("numpy", "scipy", "numba", "mesa", "matplotlib", "pandas", "pyarrow", "rich")
SMALL = ("--firms", "60", "--months", "3", "--engine", "numpy")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch) -> Path:
    """Every test runs where ./results is its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return cli.exit_code(["run", "baseline", *SMALL, *arguments])


def manifest(folder: Path) -> dict:
    (path,) = folder.glob("results/baseline/*/manifest.json")
    return json.loads(path.read_text())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "-h"], ["--version"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys; from sim import cli; code = cli.exit_code(sys.argv[1:]); "
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    root = str(Path(sim.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stderr.strip() == "[]"
    assert done.stdout == f"sim, version {sim.__version__}\n" or "Exit codes" in done.stdout


def test_a_run_imports_neither_statistics_nor_matplotlib():
    """They take a second together; figures are drawn by other processes."""
    code = (
        "import sys; from sim import cli; code = cli.exit_code(sys.argv[1:]); "
        "print(sorted({'scipy.stats', 'matplotlib', 'pandas', 'mesa'} & set(sys.modules))); sys.exit(code)"
    )
    arguments = ["run", "baseline", *SMALL, "--replicates", "1", "--no-figures"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_figures_are_drawn_in_a_notebook_which_names_a_backend_of_its_own(tmp_path):
    command = [sys.executable, "-m", "sim", "run", "baseline", *SMALL, "--replicates", "2", "--out", str(tmp_path)]
    subprocess.run(command, env=os.environ | {"MPLBACKEND": "module://nowhere"}, capture_output=True, check=True)
    assert list(tmp_path.rglob("*.png"))


def test_workers_of_a_sweep_import_no_statistics_until_a_law_asks_for_them():
    work = "sim.experiments.sweeps.computing"
    code = f"import sys, {work}; print({{'scipy.stats', 'matplotlib', 'pandas'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_engines_offered_are_those_there_are():
    assert group.ENGINES == ENGINES
    assert group.MOST_WORKERS == MOST_WORKERS


def test_help_has_the_table_of_exit_codes(capsys):
    assert cli.exit_code(["run", "--help"]) == 0
    text = capsys.readouterr().out
    for code in ("0", "1", "2", "3", "130", "141", "143"):
        assert any(line.split()[:1] == [code] for line in text.splitlines()), code


@pytest.mark.parametrize(
    ("command", "folder"),
    [("run", "results"), ("sweep", "results/sweeps/NAME"), ("export", "DIR/export"), ("plot", "DIR/figures")],
)
def test_help_shows_the_default_folder_as_it_would_be_typed(command, folder, capsys):
    assert cli.exit_code([command, "--help"]) == 0
    assert f"[default: {folder}]" in " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("own_folder")
def test_what_policies_spend_is_printed_where_they_do(capsys):
    """By policy too; a world without policies has no such rows."""
    common = ["--firms", "100", "--months", "24", "--replicates", "1", "--no-figures"]
    assert cli.exit_code(["run", "push", *common]) == 0
    printed = capsys.readouterr().out
    for words in ("billion CNY", "budget_left", "spent", "subsidy", "outreach", "demonstration", "supported"):
        assert words in printed, words
    assert cli.exit_code(["run", "baseline", *common]) == 0
    printed = capsys.readouterr().out
    assert "spent" not in printed
    assert "supported" not in printed


def test_a_run_prints_its_summary_and_the_paths_of_what_it_wrote(own_folder, capsys):
    assert run("--replicates", "2") == 0
    printed, said = capsys.readouterr()
    assert "median [5th–95th percentile] of 2 replicates" in printed
    assert "share.firms, %" in printed
    assert "…" not in printed
    assert "CNY per seat-month" in printed
    assert "2 replicates computed" in said
    paths = [own_folder / line for line in printed.splitlines() if line.startswith("results")]
    assert len([path for path in paths if path.suffix == ".png"]) == 6
    assert all(path.exists() for path in paths)
    assert manifest(own_folder)["status"] == "finished"


def test_options_reach_the_run(own_folder):
    options = ("--replicates", "1", "--seed", "0", "--every", "2", "--no-figures", "--set", "cost.public_price=90")
    assert run(*options) == 0
    content = manifest(own_folder)
    settings = {"firms": 60, "months": 3, "replicates": 1, "seed": 0, "every": 2}
    assert settings.items() <= content["run_settings"].items()
    assert content["engine"] == "numpy"
    (folder,) = own_folder.glob("results/baseline/*")
    assert "public_price" in (folder / "scenario.toml").read_text()
    assert not (folder / "figures").exists()


def test_a_dry_run_writes_nothing(own_folder, capsys):
    assert run("--replicates", "1000", "--dry-run") == 0
    printed = capsys.readouterr().out
    for word in ("1,000 replicates of 60 firms", "estimate", "time", "memory", "GB", "1,000 to compute"):
        assert word in printed
    assert not list(own_folder.iterdir())


def test_a_dry_run_counts_in_the_singular(capsys):
    one = ("--firms", "1", "--months", "1", "--replicates", "1", "--set", "network.kind=mean-field")
    assert cli.exit_code(["run", "baseline", "--engine", "numpy", *one, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    for words in ("1 replicate of 1 firm, 1 month from", "rows, every month\n", "0 replicates kept, 1 to compute"):
        assert words in printed
    assert run("--every", "3", "--dry-run") == 0
    assert "rows, every 3 months\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "baselin"], "baseline"),
        (["run", ""], "scenario: the name is empty"),
        (["run", "baseline", "--firms", "0"], "run.firms"),
        (["run", "baseline", "--firms", "many"], "run.firms"),
        (["run", "baseline", "--set", "cost.public_prise=90"], "Did you mean 'public_price'"),
        (["run", "baseline", "--set", "nonsense"], "PARAMETER=VALUE"),
        (["run", "baseline", "--engine", "abacus"], "compiled"),
        (["run", "baseline", "--colour", "blue"], "--colour"),
        (["run"], "SCENARIO"),
        (["walk"], "walk"),
        (["sweep", "screening", "--workers=0"], "--workers"),
        (["sweep", "screening", "--workers=1025"], "--workers"),
        (["sweep", "screening", "--limit=0"], "--limit"),
        (["export", ".", "--format=csv", "--out="], 'it is empty. Allowed: the path of a folder, "." for this one'),
        (["plot", ".", "--outcome=price", "--out="], "it is empty"),
        (["check", "missing.toml"], "missing.toml"),
        (["parameters", "no-such-thing"], "no-such-thing"),
        (["parameters", "--source", "Z99"], "Z99"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(own_folder, capsys, arguments, words):
    assert cli.exit_code(arguments) == 2
    printed, said = capsys.readouterr()
    assert words in said
    assert "Traceback" not in said
    assert not printed
    assert not list(own_folder.iterdir())


def test_a_replicate_that_fails_is_listed_and_the_others_are_kept(own_folder, capsys, monkeypatch):
    def broken(scenario, replicate, engine, every, on_month, *others):
        if replicate == 1:
            on_month(2)
            raise ZeroDivisionError("no seats left")
        return simulate(scenario, replicate, engine, every, on_month, *others)

    monkeypatch.setattr(runner, "simulate", broken)
    assert run("--replicates", "3", "--no-figures") == 3
    printed, said = capsys.readouterr()
    assert "replicate 1, after month 2: ZeroDivisionError: no seats left" in said
    assert "of 2 replicates" in printed
    assert "1 replicate failed;" in said
    content = manifest(own_folder)
    assert content["status"] == "failed"
    assert content["replicates_finished"] == 2
    assert content["failures"] == [
        {"replicate": 1, "stage": "after month 2", "message": "ZeroDivisionError: no seats left"}
    ]

    monkeypatch.setattr(runner, "simulate", simulate)
    assert run("--replicates", "3", "--no-figures") == 0
    assert "1 replicate computed, 2 kept from before" in capsys.readouterr().err
    content = manifest(own_folder)
    assert content["status"] == "finished"
    assert content["failures"] == []


def test_figures_of_fewer_replicates_are_drawn_again(own_folder, monkeypatch):
    def broken(scenario, replicate, *others):
        if replicate == 1:
            raise ZeroDivisionError("no seats left")
        return simulate(scenario, replicate, *others)

    monkeypatch.setattr("sim.report.drawing.cores", lambda: 1)
    monkeypatch.setattr("sim.report.figures.FIGURES", {"price": FIGURES["price"]})
    monkeypatch.setattr(runner, "simulate", broken)
    assert run("--replicates", "3") == 3
    (picture,) = own_folder.glob("results/baseline/*/figures/price.png")
    of_two = picture.read_bytes()
    monkeypatch.setattr(runner, "simulate", simulate)
    assert run("--replicates", "3") == 0
    assert picture.read_bytes() != of_two


def test_results_that_differ_when_computed_again_are_an_error(own_folder, capsys, monkeypatch):
    assert run("--replicates", "2", "--no-figures") == 0
    (kept,) = own_folder.glob("results/baseline/*/outcomes.parquet")
    before = kept.read_bytes()

    def slightly_off(*arguments):
        result = simulate(*arguments)
        result.values[-1, 0] = np.nextafter(result.values[-1, 0], 1.0)
        return result

    monkeypatch.setattr(runner, "simulate", slightly_off)
    capsys.readouterr()
    assert run("--replicates", "2", "--no-figures", "--fresh") == 1
    assert "not equal to the one kept: the outcomes differ" in capsys.readouterr().err
    assert kept.read_bytes() == before


def test_a_run_computed_again_that_is_stopped_leaves_nothing(own_folder, capsys, monkeypatch):
    assert run("--replicates", "2", "--no-figures") == 0
    kept = sorted(own_folder.rglob("*"))

    def stopped(*arguments):
        if arguments[1] == 1:
            raise KeyboardInterrupt
        return simulate(*arguments)

    monkeypatch.setattr(runner, "simulate", stopped)
    capsys.readouterr()
    assert run("--replicates", "2", "--no-figures", "--fresh") == 130
    assert "kept" not in capsys.readouterr().err
    assert sorted(own_folder.rglob("*")) == kept


def test_bad_input_found_by_the_engine_leaves_nothing(own_folder, capsys, monkeypatch):
    def refuses(*_arguments):
        raise cli.BadInput("overflow of seats; lower population.largest")

    monkeypatch.setattr(runner, "simulate", refuses)
    assert run("--replicates", "2") == 2
    assert "lower population.largest" in capsys.readouterr().err
    assert not [path for path in own_folder.rglob("*") if path.is_file()]


def test_an_unexpected_error_is_said_and_logged(capsys, monkeypatch):
    def fails(*_arguments):
        raise RuntimeError("the tide is out")

    monkeypatch.setattr("sim.model.scenario.load", fails)
    assert run() == 1
    said = capsys.readouterr().err
    assert "unexpected error: RuntimeError: the tide is out" in said
    assert "Traceback" not in said
    log = Path(said.split("The details are in ")[1].strip())
    assert "Traceback" in log.read_text()
    log.unlink()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_where_nothing_more_can_be_written_is_said_with_what_to_do(number, capsys, monkeypatch):
    """No bug, as an unexpected error would be: standard output on a full disk, or no room for what processes share."""
    def fails(*_arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("sim.model.scenario.load", fails)
    assert run() == 2
    said = capsys.readouterr().err
    what = "standard output, or what processes share (on Linux /dev/shm)"
    assert said.startswith(f"error: cannot write {what}: {os.strerror(number)}. Free some space")
    assert "the same command continues" in said


def test_scenarios_lists_names_and_titles(capsys):
    assert cli.exit_code(["scenarios"]) == 0
    printed = capsys.readouterr().out
    assert "baseline" in printed
    assert "eu-2014" in printed


def test_check_says_that_a_file_is_sound(own_folder, capsys):
    (own_folder / "mine.toml").write_text('extends = "baseline"\n[about]\ntitle = "我的情景"\n', encoding="utf-8")
    assert cli.exit_code(["check", "mine.toml"]) == 0
    assert "mine.toml is a sound scenario: 我的情景 (baseline > mine; 0 policies, 0 events)" in capsys.readouterr().out


def test_check_notes_what_is_not_plausible(own_folder, capsys):
    """A horizon in years instead of months, say; other currencies have no plausible amounts."""
    text = "[switch]\nhorizon = 3\n[cost]\npublic_price = {micro = 1e4}\n[policy.subsidy]\nrate = 1.0\n"
    text += "redemption = 0.1\nramp = 36\nbudget = 1e13\n[run]\nmonths = 500\n"
    text += '[event.slump]\nkind = "price_war"\nstart = 13\nend = 13\ncut = 0.65\n'
    (own_folder / "slip.toml").write_text(f'extends = "subsidy"\n{text}')
    assert cli.exit_code(["check", "slip.toml"]) == 0
    printed = capsys.readouterr().out
    assert "note: switch.horizon = 3 is outside of its plausible range, 12 to 60 months." in printed
    assert "cost.public_price = 10,000 is outside of its plausible range, 50 to 200 CNY per seat-month." in printed
    assert "policy.subsidy.rate = 1 is outside of its plausible range, 0 to 0.9 share of price." in printed
    assert "policy.subsidy.redemption = 0.1 is outside of its plausible range, 0.5 to 1 share of those" in printed
    assert "policy.subsidy.ramp = 36 is outside of its plausible range, 0 to 24 months." in printed
    assert "policy.subsidy.budget = 10,000,000,000,000 is outside of its plausible range, 0 to 1,000," in printed
    assert "run.months = 500 is outside of its plausible range, 12 to 240 months." in printed
    assert "event.slump.cut = 0.65 is outside of its plausible range, 0.1 to 0.6 share of the target price." in printed
    for name in ("baseline", "subsidy", "eu-2014"):
        assert cli.exit_code(["check", name]) == 0
        assert "note" not in capsys.readouterr().out


def test_a_run_notes_what_is_not_plausible_too(capsys):
    assert cli.exit_code(["run", "subsidy", "--dry-run", "--set", "policy.subsidy.cap=30"]) == 0
    assert "note: policy.subsidy.cap = 30 is outside of its plausible range" in capsys.readouterr().err


def test_starting_shares_that_constants_do_not_keep_are_noted(capsys):
    given = ("--set", "start.public[micro]=0.3", "--set", "start.on_premise[micro]=0.67")
    for more, said in (((), True), (("--resolve",), False), (("--set", "constants.solve=true"), False)):
        assert cli.exit_code(["run", "baseline", "--dry-run", *given, *more]) == 0
        assert ("note: start.on_premise, start.public: firms start there, but" in capsys.readouterr().err) == said


def test_check_notes_money_of_policies_that_is_meant_in_another_currency(own_folder, capsys):
    def notes(base: str, cap: str = "") -> list[str]:
        text = f'[policy.s]\ninstrument = "public_cloud_subsidy"\nstart = 13\n{cap}'
        text += '[policy.o]\ninstrument = "open_source"\nstart = 13\n'
        (own_folder / "mine.toml").write_text(f'extends = "{base}"\n{text}')
        assert cli.exit_code(["check", "mine.toml"]) == 0
        return [line for line in capsys.readouterr().out.splitlines() if line.startswith("note: ")]

    assert notes("baseline") == notes("eu-2014", "cap = 6000\n") == []
    (found,) = notes("eu-2014")
    assert found.startswith("note: policy.s: cap = 50,000 as by default, meant in CNY, but counted in EUR")


def test_check_notes_parameters_that_are_meant_in_another_currency(own_folder, capsys):
    """But for those on which [sources] says what they rest on."""
    text = '[world]\ncurrency = "CHF"\n[cost]\npublic_price = 40\n[constants]\nsolve = true\n'
    found = []
    for more in ("", '[sources]\n"security.loss" = "assumption: a Swiss one"\n'):
        (own_folder / "mine.toml").write_text(f"{text}{more}")
        assert cli.exit_code(["check", "mine.toml"]) == 0
        (note,) = (line for line in capsys.readouterr().out.splitlines() if "as by default, meant in CNY" in line)
        assert "but counted in CHF in this world" in note
        assert "cost.public_price" not in note
        assert "choice.scale" in note
        found.append("security.loss" in note)
    assert found == [True, False]


def test_check_notes_classes_that_overlap_and_ramps_that_never_end(own_folder, capsys):
    sizes = "[population]\nlargest = { micro = 9, small = 50, medium = 249, large = 5000 }\n"
    policy = '[policy.s]\ninstrument = "public_cloud_subsidy"\nstart = 1\nend = 6\nramp = '
    for ramp, there in ((6, False), (7, True)):
        (own_folder / "mine.toml").write_text(f'extends = "baseline"\n{sizes}{policy}{ramp}\n')
        assert cli.exit_code(["check", "mine.toml"]) == 0
        printed = capsys.readouterr().out
        assert "population.largest[small] = 50 and population.smallest[medium] = 50: firms of the same size" in printed
        assert printed.count("firms of the same size") == 1
        assert (f"policy.s.ramp = {ramp} months, but it is in force for 6" in printed) == there
    later = policy.replace("end = 6", "end = 30")
    (own_folder / "mine.toml").write_text(f'extends = "baseline"\n[run]\nmonths = 6\n{later}7\n')
    assert cli.exit_code(["check", "mine.toml"]) == 0
    assert "policy.s.ramp = 7 months, but it is in force for 6" in capsys.readouterr().out, "the run ends before it"


def test_check_counts_in_the_singular_and_notes_an_empty_file(own_folder, capsys):
    assert cli.exit_code(["check", "subsidy"]) == 0
    assert "1 policy, 0 events" in capsys.readouterr().out
    assert cli.exit_code(["check", "provider-breach"]) == 0
    assert "0 policies, 1 event)" in capsys.readouterr().out
    (own_folder / "empty.toml").touch()
    assert cli.exit_code(["check", "empty.toml"]) == 0
    assert "note: empty.toml sets no value" in capsys.readouterr().out


def test_every_file_of_a_run_is_described(own_folder, checkout):
    assert run("--replicates", "2", "--format", "csv", "--against", "subsidy") == 0
    (folder,) = own_folder.glob("results/baseline/*")
    (differences,) = folder.glob("against/*")
    page = (checkout / "results" / "README.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([\w.]+)/?` \|", page, re.MULTILINE))
    assert {path.name for place in (folder, differences) for path in place.iterdir()} == described - {"parts"}


@pytest.mark.parametrize(
    ("arguments", "unread"),
    [
        (["--help"], "stdout"),
        (["scenarios"], "stdout"),
        (["parameters"], "stdout"),
        (["run", "baseline", *SMALL, "--replicates", "2", "--no-figures"], "stdout"),
        (["run", "baseline", *SMALL, "--replicates", "2", "--no-figures"], "stderr"),
        (["run", "no-such-thing"], "stderr"),
    ],
)
def test_a_reader_who_leaves_ends_the_command_quietly(own_folder, arguments, unread):
    """As `sim run ... | head` does, here with a reader who has left before the first line."""
    reader, writer = os.pipe()
    os.close(reader)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, unread: writer}
    done = subprocess.run([sys.executable, "-m", "sim", *arguments], **streams, text=True, check=False)
    os.close(writer)
    assert done.returncode == cli.UNREAD == 141
    said = [] if unread == "stderr" else done.stderr.splitlines()
    assert all(line.startswith("baseline") for line in said), said
    for path in own_folder.glob("results/*/*/manifest.json"):
        assert json.loads(path.read_text())["failures"] == []


def test_what_an_unread_run_finished_is_kept(own_folder, capsys, monkeypatch):
    def left(*_arguments):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("sim.report.runs.summary_table", left)
    monkeypatch.setattr("sim.cli.endings._silence", lambda: None)
    assert run("--replicates", "2", "--no-figures") == cli.UNREAD
    assert manifest(own_folder)["status"] == "finished"
    monkeypatch.undo()
    monkeypatch.chdir(own_folder)
    assert run("--replicates", "2", "--no-figures") == 0
    assert "finished before, reused" in capsys.readouterr().err


def test_an_exit_of_another_cause_is_left_alone(monkeypatch):
    def leaves():
        raise SystemExit(7)

    monkeypatch.setattr("sim.report.listing.library", leaves)
    with pytest.raises(SystemExit, match="7"):
        cli.exit_code(["scenarios"])


def test_parameters_prints_in_every_form(capsys):
    assert cli.exit_code(["parameters", "security.loss"]) == 0
    assert "security.loss" in capsys.readouterr().out
    assert cli.exit_code(["parameters", "--source", "A37"]) == 0
    assert "A37" in capsys.readouterr().out
    assert cli.exit_code(["parameters", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("| parameter |")
    assert cli.exit_code(["parameters", "--format", "json-schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Scenario"


def test_options_reach_the_sweep(own_folder, capsys, monkeypatch):
    command = ["sweep", str(small_sweeps.written(own_folder)), "--out=kept", "--engine=numpy"]
    assert cli.exit_code([*command, "--workers=1", "--resume"]) == 2
    assert cli.exit_code([*command, "--workers=1", "--limit=2"]) == 0
    assert set(load_results("kept")["point"]) == {1, 2}
    capsys.readouterr()
    assert cli.exit_code([*command, "--workers=1", "--limit=3"]) == 0
    assert "small: 4 runs computed, 8 kept from before" in capsys.readouterr().err
    assert cli.exit_code([*command, "--workers=7", "--dry-run"]) == 0
    assert "with 7 workers" in capsys.readouterr().out
    engines = []
    monkeypatch.setattr(sweeps, "say_plan", lambda order, _workers: engines.append(order.engine))
    assert cli.exit_code([*command, "--engine=mesa", "--dry-run"]) == 0
    assert engines == ["mesa"]


@pytest.mark.parametrize(("whole", "code"), [(True, 0), (False, 3)])
def test_a_sweep_is_computed_where_it_is_told_to_be(own_folder, monkeypatch, whole, code):
    """The largest number of workers is allowed; a dry run needs none, and writes nothing."""
    asked, computed = [], []
    monkeypatch.setattr(executors, "executors", lambda *given, **more: asked.append((given, more)) or InProcess())
    monkeypatch.setattr(sweeps, "say_plan", lambda *_: None)
    monkeypatch.setattr(sweeps, "sweep_and_report", lambda order, _these: computed.append(order) or whole)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/sim", "sweep", "small.toml", "--workers=1024"])
    command = ["sweep", str(small_sweeps.written(own_folder)), "--workers=1024", "--dask=tcp://there:1"]
    assert cli.exit_code([*command, "--dry-run"]) == 0
    assert asked == computed == []
    assert cli.exit_code(command) == code
    assert asked == [((1024, "tcp://there:1"), {"command": True})]
    (order,) = computed
    assert (order.engine, order.command) == ("auto", "sim sweep small.toml --workers=1024")


@pytest.mark.parametrize(
    ("place", "options"),
    [
        ("running.sweep_and_report", ["sweep", "screening", "--workers=1"]),
        ("export.export", ["export", ".", "--format=csv"]),
        ("plot.plot", ["plot", ".", "--outcome=price"]),
    ],
)
def test_what_is_done_with_sweeps_says_that_it_was_interrupted(place, options, capsys, monkeypatch):
    monkeypatch.setattr(f"sim.report.sweeps.{place}", lambda *_: signal.raise_signal(signal.SIGINT))
    assert cli.exit_code(options) == 130
    assert "interrupted: what is finished is kept" in capsys.readouterr().err


def test_a_run_has_as_many_threads_as_it_is_told(capsys, monkeypatch):
    monkeypatch.setattr(estimate, "dry_run", lambda job: [f"{job.threads} threads"])
    assert run("--threads=37", "--dry-run") == 0
    assert capsys.readouterr().out == "37 threads\n"


def test_check_refuses_what_no_option_constants_can_be_solved_for(own_folder, capsys):
    flat = "[choice]\ntaste_provider = 0\n[constants]\nsolve = true\n"
    (own_folder / "flat.toml").write_text(f'extends = "baseline"\n{flat}')
    assert cli.exit_code(["check", "flat.toml"]) == 2
    assert "nothing then splits customers by market.shares" in capsys.readouterr().err


def test_parameters_as_markdown_are_those_that_match(capsys):
    assert cli.exit_code(["parameters", "cost.public_price", "--format=markdown"]) == 0
    assert re.findall(r"^\| `(\S+)`", capsys.readouterr().out, re.MULTILINE) == ["cost.public_price"]
