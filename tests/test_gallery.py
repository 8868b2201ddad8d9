"""The gallery of scenarios: that the page and its figures show the library as it is, and how they are made."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from sim.experiments.tables import Outcomes
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


def recorded(months, values) -> Outcomes:
    """Outcomes by name, of shape (replicates, months) or what spreads over it; shares that are not given are 0."""
    every = {f"share.{of}.{option}": 0.0 for of in ("firms", "seats") for option in OPTIONS} | values
    _, *spread = np.broadcast_arrays(np.zeros((1, len(months))), *every.values())
    columns = tuple((name, "total") for name in every)
    replicates = np.arange(len(spread[0]), dtype=np.int32)
    return Outcomes(replicates, np.array(months, np.int32), columns, np.stack(spread, axis=-1))


def faced(price, risk, agents, values) -> Outcomes:
    """Four months of a world in which all firms know of cloud, as a picture shows them."""
    others = {"price": price, "risk.perceived": risk, "share.agents": agents, "share.aware": 1.0, "ecosystem": 0.5}
    return recorded([0, 1, 2, 3], others | values)


def last_drawn(pair) -> list[dict[str, float]]:
    """Height of each curve at its last date, by panel and label."""
    panels = pictures.picture(pair).axes
    return [{line.get_label(): round(float(line.get_ydata()[-1]), 9) for line in axes.lines} for axes in panels]


def test_a_picture_shows_levels_of_a_world_that_stands_alone():
    own = faced([[90, 90, 60, 45]], [[0.1, 0.1, 0.1, 0.2]], 0.3, {"share.firms.public": 0.2, "share.seats.hybrid": 0.4})
    firms, seats, felt, ecosystem = last_drawn(pictures.Pair(load("baseline"), own))
    assert firms == {"private": 0.0, "public": 20.0, "hybrid": 0.0, "using agents": 30.0}
    assert seats == {"private": 0.0, "public": 0.0, "hybrid": 40.0}
    assert felt == {"price": 50.0, "perceived risk": 200.0}
    assert ecosystem == {"ecosystem": 50.0}


def test_a_picture_shows_what_a_scenario_adds_to_its_world_in_the_same_month():
    own = faced([[100, 90, 80, 40]], 0.3, 0.5, {"share.firms.public": 0.3, "ecosystem": 0.5})
    base = faced([[100, 90, 80, 80]], 0.2, 0.1, {"share.firms.public": 0.4, "ecosystem": 0.2})
    firms, _, felt, ecosystem = last_drawn(pictures.Pair(load("push-later"), own, base))
    assert (firms["public"], firms["using agents"]) == (-10.0, 40.0)
    assert (felt["price"], felt["perceived risk"]) == (-50.0, 50.0)
    assert ecosystem["ecosystem"] == 30.0


def test_a_picture_says_what_its_panels_show_and_when_something_is_in_force():
    given = ["policy.subsidy.start=2026-02", "policy.subsidy.end=2026-03"]
    own = faced(100.0, 0.2, 0.1, {})
    for base, headings in (
        (None, ["% of firms", "% of seats", "% of the start", "ecosystem, points"]),
        (own, ["firms, %-points", "seats, %-points", "difference in %", "ecosystem, points"]),
    ):
        figure = pictures.picture(pictures.Pair(load("subsidy", given), own, base))
        assert [axes.get_title() for axes in figure.axes] == headings
        legends = [[text.get_text() for text in legend.get_texts()] for legend in figure.legends]
        assert legends == [["private", "public", "hybrid", "using agents"], ["price", "perceived risk"]]
        for axes in figure.axes:
            ((begun, ended),) = [(each.get_x(), each.get_x() + each.get_width()) for each in axes.patches]
            assert (begun, ended) == pytest.approx((2026 + 1 / 12, 2026 + 3 / 12))


@pytest.mark.parametrize(
    ("change", "least"), [(-0.001, (-0.5, 0.5)), (0.001, (-0.5, 0.5)), (-0.02, None), (0.02, None)]
)
def test_a_scale_of_differences_shows_all_of_them_and_makes_no_noise_look_large(change, least):
    own, base = (faced(100.0, 0.2, 0.1, {"share.seats.public": 0.3 + of}) for of in (change, 0.0))
    limits = pictures.picture(pictures.Pair(load("push-later"), own, base)).axes[1].get_ylim()
    assert limits[0] < 100 * change < limits[1]
    assert least in (None, limits)


def test_the_page_tells_medians_and_bands_of_differences_in_points_and_money_in_billions():
    """Of 21 replicates in which public cloud gains 0 to 20 points, and hybrid cloud loses 2 in all."""
    gains = 0.01 * np.arange(21.0)[:, None]
    base = recorded([0, 60, 120], {"share.firms.hybrid": 0.1, "spent": 0.0})
    changed = {"share.firms.public": gains, "share.firms.hybrid": 0.08, "share.firms.private": 0.3}
    own = recorded([0, 60, 120], changed | {"spent": [[0.0, 2.5e9, 5e9]]})
    said = gallery.comparison(pictures.Pair(load("push-later"), own, base), "baseline")
    assert said == (
        "**After 5 and 10 years**, against `baseline`: "
        "firms on public or hybrid cloud +8.0 [-1.0, +17.0] and +8.0 [-1.0, +17.0] %-points; "
        "seats of such firms 0.0 [0.0, 0.0] and 0.0 [0.0, 0.0] %-points; public money 2.5 and 5.0 billion CNY."
    )
