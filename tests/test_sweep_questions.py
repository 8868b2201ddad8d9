"""What two sweeps in one folder, or computed by one process, may differ in, and what keeps them apart."""

import pytest
import sweep_texts
from small_sweeps import carried_out, parts, written

from sim.engines import simulate
from sim.experiments.results import load_results
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.points import point_scenario
from sim.experiments.sweeps.sampling import design_points
from sim.model.errors import BadInput
from sim.model.outcome_table import columns


def varied(folder, vary, settings=(), design='kind = "grid"', reduce="spent_at_end"):
    """File of a sweep of few firms in which other things are varied."""
    settings = {"run.firms": 60, "run.months": 12, **dict(settings)}
    given = ", ".join(f'"{key}" = {each}' for key, each in settings.items())
    folder.mkdir(parents=True, exist_ok=True)
    tables = {name: None for name in sweep_texts.SOUND if name.startswith("vary")}
    tables |= {f'vary."{key}"': f'role = "counterfactual"\n{each}' for key, each in vary.items()}
    tables |= {"base": f'scenario = "subsidy"\nset = {{ {given} }}', "design": design, "replicates": "number = 2"}
    tables |= {"record": 'outcomes = ["spent"]', f"reduce.{reduce}": 'outcome = "spent"'}
    return sweep_texts.written(folder, tables)


FACTORS, NUMBERS = ({"policy.subsidy.cap": f"{kind} = [0.5, 2.0]\nlevels = 2"} for kind in ("factor", "range"))
EARLY = {"policy.subsidy.start": 1}
LATER = {
    "policy.subsidy.start": 'values = ["2026-01", "2026-02"]', "policy.subsidy.end": 'values = ["2026-12"]',
}  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ((FACTORS, EARLY), (NUMBERS, EARLY), "factor policy.subsidy.cap"),
        ((LATER, {"policy.subsidy.rate": 0.1}), (LATER, {"policy.subsidy.rate": 0.9}), "policy subsidy rate: 0.1"),
    ],
    ids=["factors and values", "a policy that only points move into the run"],
)
def test_what_scenarios_of_points_are_made_of_is_told_apart(first, second, said, tmp_path):
    """On an old folder and by a process that knows the other sweep; the first holds the same numbers as points."""
    one, other = (varied(tmp_path / name, *each) for name, each in (("a", first), ("b", second)))
    carried_out(one, tmp_path / "one")
    with pytest.raises(BadInput, match=said):
        carried_out(other, tmp_path / "one")
    carried_out(other, tmp_path / "other")
    sweep, frame = read(other), load_results(tmp_path / "other", series=True)
    for point, values in enumerate(design_points(sweep), start=1):
        expected = simulate(point_scenario(sweep, values), 1, "numpy").values[-1, columns(()).index(("spent", "total"))]
        mine = frame[(frame["point"] == point) & (frame["replicate"] == 1) & (frame["month"] == 12)]
        assert mine["spent"].item() == expected


def test_a_policy_that_differs_is_named_with_the_setting_that_does(tmp_path):
    one, other = (varied(tmp_path / str(reach), FACTORS, settings={**EARLY, "policy.subsidy.reach": reach})
                  for reach in (0.5, 0.7))  # fmt: skip
    carried_out(one, tmp_path / "sweep")
    with pytest.raises(BadInput, match=r"base scenario policies subsidy reach: 0\.5 there, 0\.7 now\. Allowed"):
        carried_out(other, tmp_path / "sweep")


def test_reductions_in_another_order_are_refused_and_nothing_is_removed(tmp_path):
    file = written(tmp_path / "first")
    carried_out(file, tmp_path / "sweep")
    before, text = parts(tmp_path / "sweep"), file.read_text()
    head, first, second = text.partition("[reduce.public_at_end]")[0], *text.split("[reduce.")[1:]
    turned = tmp_path / "small.toml"
    turned.write_text(f"{head}[reduce.{second}\n[reduce.{first}")
    with pytest.raises(BadInput, match="order of reduce"):
        carried_out(turned, tmp_path / "sweep")
    manifest = tmp_path / "sweep/manifest.json"
    manifest.write_text(manifest.read_text().replace('"peak_price"', '"other"'))
    with pytest.raises(BadInput, match="has other columns"):
        SweepFolder(tmp_path / "sweep").look(verify=True)
    assert parts(tmp_path / "sweep") == before


def test_points_that_rounding_makes_equal_are_each_one_more(tmp_path):
    dates = {"policy.subsidy.start": 'range = ["2026-01", "2026-03"]'}
    few, more = (varied(tmp_path / str(n), dates, design=f'kind = "sobol"\npoints = {n}') for n in (8, 16))
    carried_out(few, tmp_path / "grown")
    carried_out(more, tmp_path / "grown")
    carried_out(more, tmp_path / "fresh")
    assert SweepFolder(tmp_path / "grown").points() == SweepFolder(tmp_path / "fresh").points()
    grown, fresh = (sorted(load_results(tmp_path / name)["spent_at_end"]) for name in ("grown", "fresh"))
    assert grown == fresh


@pytest.mark.parametrize("name", ["point", "replicate", "stage", "message", '"policy.subsidy.cap"'])
def test_a_reduction_has_no_name_of_another_column(name, tmp_path):
    with pytest.raises(BadInput, match=r"column .* of every run already"):
        read(varied(tmp_path, FACTORS, settings=EARLY, reduce=name))
