"""README: its numbers come out of the command it names, and what it lists is there."""

import re

import pytest
from click.testing import CliRunner

from sim import cli
from sim.cli.endings import EXIT_CODES
from sim.model.scenario import library, load

DOCS = ("extend", "faults", "gallery", "mechanisms", "model", "oracles")
PAGES = ("README.md", "results/README.md", *(f"docs/{each}.md" for each in DOCS))

HEAVIEST_FIGURE = 200_000
"""Bytes."""


@pytest.fixture(scope="module")
def readme(checkout):
    return (checkout / "README.md").read_text(encoding="utf-8")


def block(readme, beginning):
    """The fenced block whose text begins like this, leading spaces left out."""
    (found,) = re.findall(rf"^```\w*\n(\s*{beginning}.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    return found


def rows(readme, heading):
    """First cells of the table under a heading, without its head."""
    part = readme.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return [line.split("|")[1].strip() for line in part.splitlines()[2:]]


def test_it_opens_with_the_two_commands(readme):
    first = block(readme, "make run")
    assert re.findall(r"^make \w+", first, re.MULTILINE) == ["make run", "make test"]
    assert readme.index(first) < 100


def test_its_numbers_are_those_of_the_run_it_names(readme, tmp_path):
    command = ["run", "baseline", "--replicates=100", "--every=60", "--no-figures", f"--out={tmp_path}"]
    result = CliRunner().invoke(cli.cli, command)
    assert result.exit_code == 0, result.output
    printed = {" ".join(line.split()) for line in result.output.splitlines()}
    quoted = {" ".join(line.split()) for line in block(readme, "start").splitlines()}
    assert len(quoted) == 6
    assert quoted - printed == set()


def test_it_lists_the_scenarios(readme):
    part = readme.split("| group | scenarios |", 1)[1].split("\n\n", 1)[0]
    assert sorted(re.findall(r"`([^`]+)`", part)) == sorted(library())


def test_it_lists_the_exit_codes(readme):
    codes = [int(code) for cell in rows(readme, "exit code") for code in cell.split(",")]
    assert codes == [int(code) for code in re.findall(r"^  (\d+) ", EXIT_CODES, re.MULTILINE)]


def test_its_example_is_a_sound_scenario(readme, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(block(readme, "extends"), encoding="utf-8")
    assert load(path).policies[0].instrument == "public_cloud_subsidy"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page, checkout):
    path = checkout / page
    targets = re.findall(r"\]\(([^):#]+)\)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_figures_are_light(checkout):
    figures = list((checkout / "docs" / "figures").rglob("*.png"))
    assert figures
    assert all(figure.stat().st_size < HEAVIEST_FIGURE for figure in figures)
