"""What travels: the built wheel, its scenarios and evidence; what is declared, and that it is all needed."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions

import house
import pytest

import sim

NOT_IMPORTED = {"networkx"}
"""Required for the sake of Mesa 3.5, which imports it without saying so."""

PARTS = {"solara-ui": "solara"}
"""Packages that come with the one that is declared."""


@pytest.fixture(scope="module")
def project(checkout):
    return tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def installed(checkout, tmp_path_factory):
    """The wheel, built and unpacked somewhere else."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=checkout, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def command(installed, *arguments):
    """Output of the command as installed, run from a folder that is not the checkout."""
    process = subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        cwd=installed.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        encoding="utf-8",
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def names(folder, pattern):
    return {path.relative_to(folder).as_posix() for path in folder.rglob(pattern)}


@pytest.mark.parametrize(
    ("here", "there", "pattern"),
    [
        ("sim", "sim", "*.py"),
        ("sim/evidence", "sim/evidence", "*.csv"),
        ("scenarios", "sim/scenarios", "*.toml"),
        ("scenarios", "sim/scenarios", "*.csv"),
    ],
)
def test_the_wheel_carries_all_of(here, there, pattern, checkout, installed):
    expected = names(checkout / here, pattern)
    assert expected
    assert names(installed / there, pattern) == expected
    for name in expected:
        assert (installed / there / name).read_bytes() == (checkout / here / name).read_bytes()


def test_the_wheel_carries_nothing_else(installed):
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {"sim"}
    suffixes = {path.suffix for path in (installed / "sim").rglob("*") if path.is_file()}
    assert suffixes <= {".py", ".pyi", ".csv", ".toml", ".typed"}


def test_the_installed_command_lists_the_scenarios(installed):
    listed = command(installed, "scenarios")
    for path in (installed / "sim" / "scenarios").glob("*.toml"):
        assert path.stem in listed


def test_the_installed_command_prints_an_evidence_row(installed):
    assert "828.8" in command(installed, "parameters", "--source", "A37")


def test_the_version_is_the_same_everywhere(checkout):
    citation = (checkout / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.+)$", citation, re.MULTILINE)[1] == sim.__version__
    changes = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(r"^## \[(.+?)\]", changes, re.MULTILINE)[1]
    assert heading in ("Unreleased", sim.__version__)


def distributions(requirements):
    """Names of packages without their versions; extras of the project itself left out."""
    found = {re.match(r"[\w.-]+", requirement)[0] for requirement in requirements}
    return found - {"sme-cloud-adoption"}


def imported(checkout, *, app):
    """Packages of others that the code imports, in the web page or elsewhere."""
    by_module = packages_distributions()
    found = set()
    for source in house.sources(checkout / "sim"):
        if source.place.startswith("app/") == app:
            tops = {name.split(".")[0] for _, name in source.imports()} - sys.stdlib_module_names - {"sim"}
            names = {by_module[top][0].lower().replace("_", "-") for top in tops}
            found |= {PARTS.get(name, name) for name in names}
    return found


def test_what_the_code_imports_is_what_is_declared(project, checkout):
    declared = distributions(project["dependencies"])
    extras = {name: distributions(each) for name, each in project["optional-dependencies"].items()}
    assert imported(checkout, app=False) - extras["cluster"] == declared - NOT_IMPORTED
    assert imported(checkout, app=True) <= declared | extras["viz"]


def test_every_dependency_has_a_line_saying_why(project, checkout):
    page = (checkout / "docs" / "dependencies.md").read_text(encoding="utf-8")
    parts = re.split(r"^## .*$", page, flags=re.MULTILINE)[1:]
    lists = [project["dependencies"], *(project["optional-dependencies"][name] for name in ("viz", "cluster", "dev"))]
    for part, requirements in zip(parts, lists, strict=True):
        explained = re.findall(r"^\| ([\w-]+) \| \S", part, re.MULTILINE)
        assert set(explained) - {"package"} == distributions(requirements)


def test_every_folder_of_the_package_is_a_package(checkout):
    for source in house.sources(checkout / "sim"):
        assert (source.path.parent / "__init__.py").exists(), f"{source.path.parent} has no __init__.py"
