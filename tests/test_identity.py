"""What a run is called, and how its command is kept: other inputs or other sources, another name."""

import shutil

import pytest

from sim.experiments import identity
from sim.experiments.identity import command_line, model_version, run_id


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package that versions are made of."""
    copy = tmp_path / "sim"
    shutil.copytree(identity.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(identity, "PACKAGE", copy)
    model_version.cache_clear()
    yield copy
    model_version.cache_clear()


@pytest.mark.parametrize("place", ["model/rules.py", "model/parameters/costs.py", "engines/recording.py"])
def test_an_edited_source_is_another_version_of_the_model(place, package):
    before = model_version()
    path = package / place
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    model_version.cache_clear()
    assert model_version() != before
    assert before.startswith("0.1.0+")


def test_a_source_that_decides_no_results_is_not(package):
    before = model_version()
    (package / "report" / "style.py").write_text("", encoding="utf-8")
    model_version.cache_clear()
    assert model_version() == before


def test_a_run_has_another_name_with_another_model_constant_field_or_number_of_replicates(monkeypatch):
    given = {"seed": 1}, {"constant.public": [1.0]}, 10
    others = [({"seed": 2}, *given[1:]), (given[0], {"constant.public": [1.5]}, 10), (*given[:2], 11)]
    names = [run_id(*each) for each in (given, *others)]
    monkeypatch.setattr(identity, "model_version", lambda: "another")
    names.append(run_id(*given))
    assert len(set(names)) == 5
    assert all(len(name) == 12 for name in names)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "my file.toml", "--set", "a[b]=1"], "sim run 'my file.toml' --set 'a[b]=1'"),
        (["run", "x", "--out=/home/me/results"], "sim run x --out=results"),
        (["run", "x", "--out=/home/me/a=b/results"], "sim run x --out=results"),
        (["run", "/home/me/own.toml", "--months=3"], "sim run own.toml --months=3"),
    ],
)
def test_a_command_can_be_pasted_and_names_nobody_s_home(arguments, said):
    assert command_line(arguments) == said


def test_a_path_within_the_current_folder_is_told_from_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command_line(["run", "x", "--out", str(tmp_path / "a" / "b")]) == "sim run x --out a/b"
