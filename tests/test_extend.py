"""docs/extend.md, walked through on a copy: its changes apply one after another, and all engines see all of them alike.

On the way the Mesa engine runs, which has next to nothing to compile anew after a change. Before and after it the
compiled one does: compiled code never outlives the source it was made from, wherever it is kept.
"""

import os
import shlex
import shutil
from pathlib import Path

import pytest
from walking import (
    INSTRUMENT,
    OUTCOME,
    PARAMETER,
    RULE,
    SECTIONS,
    Walk,
    apply,
    asked,
    commands,
    copied,
    edits,
    kept,
    section,
    swap,
)

ENGINES = ("numpy", "compiled", "mesa")
MOST_FILES = 3

BASELINE = "sim run baseline"
BEFORE = "before any change"
AFTER = "after all of them"

HALVES = "compile_all_but_decisions", "compile_decisions"

BESIDE = {
    "sim/model/facts.py": ("private_benefit", "public_benefit"),
    "sim/model/tallies.py": ("aware", "agents"),
}
"""Two fields of a file that stand beside each other."""


@pytest.fixture(scope="module")
def unchanged(checkout, tmp_path_factory):
    """A copy as it stands, which finds what is compiled elsewhere: the kernels of each half, of a run, and all kept."""
    walk = Walk(copied(checkout, tmp_path_factory.mktemp("extended") / "copy"))
    walk.start_with_what_is_compiled()
    halves = [walk.compile_ahead(half) for half in HALVES]
    needed = asked(walk.run(BEFORE, "compiled", BASELINE, NUMBA_DEBUG_CACHE=1))
    walk.run(BEFORE, "mesa", BASELINE)
    return walk, halves, needed, kept(walk.cache)


@pytest.fixture(scope="module")
def walk(checkout, unchanged):
    """The commands of all sections, one after another; at the end the last of each on every engine, fields swapped."""
    walk, *_ = unchanged
    for title in SECTIONS:
        text = section(checkout, title)
        for change in edits(text):
            apply(change, walk.folder)
        for command in commands(text):
            if command.startswith("sim run"):
                walk.run(title, "mesa", command)
            else:
                walk.tables[title, command, "mesa"] = walk.sim(shlex.split(command)[1:])
    for place, names in BESIDE.items():
        swap(place, names, walk.folder)
    for engine in ENGINES:
        walk.run(AFTER, engine, *dict.fromkeys(commands(section(checkout, title))[-1] for title in SECTIONS))
    return walk


def test_two_halves_compiled_ahead_are_all_that_a_run_needs(unchanged):
    """Each kernel is in the half that is said to have it; both make a small world first."""
    _, (rest, decisions), needed, _ = unchanged
    assert needed == rest | decisions
    rest, decisions = ({Path(each).name.partition("-")[0] for each in part} for part in (rest, decisions - rest))
    assert rest > {"start_kernels.ready", "outcome_kernels.record", "book_kernels.closed"}
    assert {name.split(".")[-1] for name in decisions} == {"review", "month", "_look_alone", "_finish"}


@pytest.mark.parametrize("title", SECTIONS)
def test_an_extension_touches_few_files(title, checkout):
    assert 1 <= len({change.place for change in edits(section(checkout, title))}) <= MOST_FILES


@pytest.mark.parametrize("title", SECTIONS[1:])
def test_an_extension_needs_no_other(title, checkout, tmp_path):
    """The first is walked through alone (`walk`)."""
    folder = copied(checkout, tmp_path)
    for change in edits(section(checkout, title)):
        apply(change, folder)
    Walk(folder).sim(["check", "baseline"])


@pytest.mark.parametrize("title", SECTIONS)
def test_engines_agree_on_the_extended_model(title, checkout, walk):
    command = commands(section(checkout, title))[-1]
    assert len({walk.table(AFTER, command, engine) for engine in ENGINES}) == 1


def test_a_changed_rule_changes_results(walk):
    assert walk.table(RULE, BASELINE) != walk.table(BEFORE, BASELINE)
    assert walk.last(RULE, BASELINE, "share.aware") < walk.last(BEFORE, BASELINE, "share.aware")


def test_a_changed_rule_is_compiled_anew_and_the_unchanged_one_stays(walk, unchanged):
    before, after = (walk.table(stage, BASELINE, "compiled") for stage in (BEFORE, AFTER))
    assert before == walk.table(BEFORE, BASELINE)
    assert after != before
    _, _, _, all_kept = unchanged
    assert all_kept.items() <= kept(walk.cache).items()


def test_facts_and_counts_in_another_order_change_nothing(checkout, walk):
    """They are read by name; code compiled for the old order must not serve the new one."""
    (command,) = commands(section(checkout, OUTCOME))
    assert walk.table(AFTER, command, "compiled") == walk.table(OUTCOME, command)


def test_a_new_parameter_is_listed_settable_and_neutral_by_default(checkout, walk):
    shown, default, changed = commands(section(checkout, PARAMETER))
    assert "cost.schooling" in walk.table(PARAMETER, shown)
    assert walk.table(PARAMETER, default) == walk.table(RULE, BASELINE)
    public = "share.firms.public"
    assert walk.last(PARAMETER, changed, public) < walk.last(PARAMETER, default, public)


def test_a_new_instrument_moves_what_it_raises(checkout, walk):
    checked, granted = commands(section(checkout, INSTRUMENT))
    assert "is a sound scenario" in walk.table(INSTRUMENT, checked)
    returned = [walk.last(*each, "spent") for each in ((INSTRUMENT, granted), (PARAMETER, BASELINE))]
    assert returned[0] > returned[1] == 0.0
    staying = [walk.last(*each, "share.firms.on_premise") for each in ((INSTRUMENT, granted), (PARAMETER, BASELINE))]
    assert abs(staying[0] - staying[1]) > 0.005


def test_a_new_outcome_is_in_the_table(checkout, walk):
    (command,) = commands(section(checkout, OUTCOME))
    assert "share.firms.public_use" not in walk.table(BEFORE, BASELINE)
    parts = sum(walk.last(OUTCOME, command, f"share.firms.{option}") for option in ("public", "hybrid"))
    assert walk.last(OUTCOME, command, "share.firms.public_use") == pytest.approx(parts)


def test_an_installation_that_cannot_be_written_and_a_cache_home_that_is_a_file(walk, tmp_path):
    """Files stand where folders would be made, which stops even an administrator."""
    (tmp_path / "file").write_text("")
    temporary = tmp_path / "temporary" / f"sim-{os.getuid()}"
    shutil.copytree(walk.cache / "sim", temporary)  # so that one kernel alone has to be compiled
    missing = list(temporary.rglob("*.record-*.nbi"))
    for path in missing:
        path.unlink()
    for bytecode in list((walk.folder / "sim").rglob("__pycache__")):
        shutil.rmtree(bytecode)
    folders = [walk.folder / "sim", *(path for path in (walk.folder / "sim").rglob("*") if path.is_dir())]
    for folder in folders:
        (folder / "__pycache__").write_text("")
        folder.chmod(0o555)
    before = {path: path.stat().st_mtime_ns for path in walk.folder.rglob("*")}
    try:
        walk.run("unwritable", "compiled", BASELINE, XDG_CACHE_HOME=tmp_path / "file", TMPDIR=temporary.parent)
        assert walk.table("unwritable", BASELINE, "compiled") == walk.table(AFTER, BASELINE)
        assert {path: path.stat().st_mtime_ns for path in walk.folder.rglob("*")} == before
        assert sum(path.exists() for path in missing) == 1, "compiled code is kept in the temporary folder instead"
    finally:
        for folder in folders:
            folder.chmod(0o755)
            (folder / "__pycache__").unlink()
