"""docs/sweeps.md: its examples are read as they stand, its lists are complete."""

import re

import pytest
from sweep_texts import tables_of
from walking import blocks

from sim.experiments.sweeps import design, kept, laws, rule, vary
from sim.experiments.sweeps.file import TABLES, read
from sim.experiments.sweeps.points import point_scenario
from sim.experiments.sweeps.sampling import design_points
from sim.model.reading import sweeps

EXAMPLES = 9


@pytest.fixture(scope="module")
def page(checkout):
    return (checkout / "docs" / "sweeps.md").read_text(encoding="utf-8")


def as_file(first, block):
    """A whole file: the block, and the tables of the first one that it does not replace."""
    own = {name.split(".")[0] for name, _ in tables_of(block)}
    return "".join(text for name, text in tables_of(first) if name.split(".")[0] not in own) + block


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_an_example_can_be_run(number, page, tmp_path):
    examples = blocks(page, "toml")
    assert len(examples) == EXAMPLES
    (listed,) = blocks(page, "csv")
    (tmp_path / "points.csv").write_text(listed, encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(as_file(examples[0], examples[number]), encoding="utf-8")
    sweep = read(path)
    points = design_points(sweep)
    assert point_scenario(sweep, points[0]) != sweep.base
    assert sweep.notes == ()


def test_every_setting_has_an_example(page):
    text = "\n".join(blocks(page, "toml"))
    settings = {name for settings in design.KINDS.values() for name in settings}
    settings |= {*vary.SETTINGS, *rule.RULE, "number", "outcomes", "every", "outcome", "take"}
    settings |= {name for names in kept.TAKES.values() for name in names}
    assert {name for name in settings if not re.search(rf"^{name} = ", text, re.MULTILINE)} == set()
    words = {*design.KINDS, *laws.NEEDS, *kept.TAKES} - {"uniform", "peak"}
    assert {word for word in words if f'"{word}"' not in text} == set()
    assert {name for name in TABLES if not re.search(rf"^\[{name}\b", text, re.MULTILINE)} == set()


def test_it_lists_the_sweeps(page):
    rows = re.findall(r"^\| `([\w-]+)` \| `(\w+)`, (\d+) points \| (.+) \|$", page, re.MULTILINE)
    expected = {name: read(name) for name in sweeps()}
    assert rows == [
        (name, sweep.design.kind, str(len(design_points(sweep))), sweep.question) for name, sweep in expected.items()
    ]
