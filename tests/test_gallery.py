"""The gallery of scenarios: that the page and its figures show the library as it is, and how they are made."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from sim.model.nouns import OPTIONS
from sim.model.scenario import library, load
from sim.report import gallery, listing, pictures, style

COLOURS = [*(style.OPTION_COLOURS[option] for option in OPTIONS[1:]), pictures.AGENTS_COLOUR]
COLOURS += [colour for _, _, colour in pictures.FACED]


@pytest.fixture(scope="module")
def page(checkout):
    return (checkout / "docs" / "gallery.md").read_text(encoding="utf-8")


def test_the_page_shows_every_scenario_once_in_the_order_of_the_listing(page):
    order = [each.name for scenarios in listing.grouped().values() for each in scenarios]
    assert sorted(order) == sorted(library())
    assert re.findall(r"^### `([\w-]+)`: ", page, re.MULTILINE) == order
    assert re.findall(r"\(figures/gallery/([\w-]+)\.png\)", page) == order


def test_the_figures_are_those_of_the_library(checkout):
    figures = {path.stem: path.stat().st_size for path in (checkout / "docs" / "figures" / "gallery").iterdir()}
    assert set(figures) == set(library())
    assert max(figures.values()) < 50_000


@pytest.mark.parametrize("name", library())
def test_the_page_says_of_a_scenario_what_its_file_says(page, name):
    """All but what came of it, which takes the run."""
    found = re.search(rf"^### `{name}`: .*?(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    comparison = re.search(r"^\*\*After .*$", found[0], re.MULTILINE)
    assert (comparison is None) == (not listing.world_before(load(name)))
    assert found[0].rstrip() == gallery.entry(load(name), comparison[0] if comparison else "").rstrip()


def test_a_scenario_is_compared_with_the_world_in_which_it_takes_place(tmp_path):
    for name, world in (("baseline", ""), ("eu-2014", ""), ("push-later", "baseline"), ("ring", "baseline")):
        assert listing.world_before(load(name)) == world
    longer = tmp_path / "longer.toml"
    longer.write_text('extends = "baseline"\n[run]\nmonths = 240\n')
    assert listing.world_before(load(longer)) == ""


def test_what_differs_is_what_the_file_sets():
    assert gallery.settings("price-war") == (
        '[event.price_war]\nkind = "price_war"\nstart = "2027-01"\nend = "2028-12"\ncut = 0.2\n'
    )
    assert "[network]" in gallery.settings("ring")
    assert "extends" not in gallery.settings("ring")


def test_it_is_made_of_runs_and_made_alike_again(tmp_path, monkeypatch):
    some = {"Base worlds": [load("baseline")], "Events": [load("provider-breach")]}
    monkeypatch.setattr(gallery, "grouped", lambda: some)
    monkeypatch.setattr(gallery, "REPLICATES", 2)
    stale = tmp_path / "docs" / "figures" / "gallery" / "gone.png"
    stale.parent.mkdir(parents=True)
    stale.touch()
    made = []
    for _ in range(2):
        gallery.gallery(tmp_path / "docs", tmp_path / "results")
        made.append({path.name: path.read_bytes() for path in (tmp_path / "docs").rglob("*") if path.is_file()})
    assert set(made[0]) == {"gallery.md", "baseline.png", "provider-breach.png"}
    assert made[0] == made[1]
    with Image.open(io.BytesIO(made[0]["provider-breach.png"])) as image:
        pixels = np.asarray(image.convert("RGB"), int).reshape(-1, 3)
    for colour in COLOURS:  # each curve keeps its colour in the palette
        wanted = [int(colour[each : each + 2], 16) for each in (1, 3, 5)]
        assert (pixels == wanted).all(axis=1).any(), colour
    assert (pixels == 255).all(axis=1).mean() > 0.4
    text = made[0]["gallery.md"].decode()
    (found,) = re.findall(r"firms on public or hybrid cloud (\S+) \[.*? and (\S+) \[", text)
    assert all(-10 < float(change) < -1 for change in found)
