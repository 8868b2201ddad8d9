"""The Mesa model as Mesa users know it: in batch runs, by hand, with its agents and collected data."""

import multiprocessing
import tracemalloc

import mesa
import numpy as np
import pytest

from sim import cli
from sim.engines.mesa_engine import CloudAdoption
from sim.engines.mesa_firm import Firm
from sim.engines.mesa_government import Government
from sim.engines.mesa_provider import PublicProvider
from sim.engines.world import build
from sim.experiments.tables import read_outcomes
from sim.model.errors import BadInput
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS, OUTCOMES, spelled
from sim.model.scenario import load
from sim.model.tallies import FIRST_FLOW, PROVIDER_SEATS

MONTHS, REPLICATES = 14, 3
SIZE = ("run.firms=100", f"run.months={MONTHS}")
SETTINGS = {
    "baseline": (),
    "subsidy": ("policy.subsidy.start=2026-03", "policy.subsidy.end=2026-12", "policy.subsidy.reach=0.9"),
}


@pytest.fixture(autouse=True)
def start_method():
    """Mesa 3.5 changes how all later processes start; put that back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


@pytest.fixture(scope="module")
def scenarios():
    return {name: load(name, [*SIZE, *settings]) for name, settings in SETTINGS.items()}


@pytest.fixture(scope="module")
def from_the_command(tmp_path_factory):
    """What `sim run --engine mesa` wrote, by scenario."""
    found = {}
    for name, settings in SETTINGS.items():
        out = tmp_path_factory.mktemp(name)
        options = [f"--set={setting}" for setting in (*SIZE, *settings)]
        options += ["--engine=mesa", f"--replicates={REPLICATES}", f"--out={out}", "--no-figures"]
        assert cli.exit_code(["run", name, *options]) == 0
        (path,) = out.glob("*/*/outcomes.parquet")
        found[name] = read_outcomes(path)
    return found


def batch(scenarios, **options):
    parameters = {"replicate": range(REPLICATES), "scenario": list(scenarios.values())}
    return mesa.batch_run(CloudAdoption, parameters, display_progress=False, **options)


def check(rows, from_the_command):
    """Every outcome in every row is the one the command wrote, to the bit."""
    for row in rows:
        outcomes = from_the_command[row["scenario"].name]
        for column in COLUMNS:
            written = outcomes.of(*column)[row["replicate"], int(row["Step"])]
            np.testing.assert_array_equal(row[spelled(*column)], written, err_msg=f"{column} at {row['Step']}")


def months_by_run(rows):
    found = {}
    for row in rows:
        found.setdefault((row["scenario"].name, row["replicate"]), []).append(row["Step"])
    return found


@pytest.mark.parametrize("max_steps", [MONTHS, 1000])
def test_a_batch_run_gives_what_the_command_gives_in_every_month(max_steps, scenarios, from_the_command):
    rows = batch(scenarios, max_steps=max_steps, data_collection_period=1)
    expected = {(name, r): list(range(MONTHS + 1)) for name in scenarios for r in range(REPLICATES)}
    assert months_by_run(rows) == expected
    check(rows, from_the_command)


def test_a_batch_run_ends_with_the_last_month(scenarios, from_the_command):
    rows = batch(scenarios, max_steps=MONTHS)
    assert months_by_run(rows) == {(name, r): [MONTHS] for name in scenarios for r in range(REPLICATES)}
    check(rows, from_the_command)


def test_a_batch_run_may_stop_before_the_end(scenarios, from_the_command):
    rows = batch(scenarios, max_steps=5)
    assert {row["Step"] for row in rows} == {5}
    check(rows, from_the_command)


def test_a_batch_run_over_processes_gives_the_same(scenarios, from_the_command):
    rows = batch(scenarios, max_steps=MONTHS, number_processes=2)
    assert len(rows) == len(scenarios) * REPLICATES
    check(rows, from_the_command)


def test_replicates_of_a_batch_differ(scenarios):
    rows = batch({"baseline": scenarios["baseline"]}, max_steps=MONTHS)
    assert len({row["share.firms.public"] for row in rows}) == REPLICATES


def test_a_scenario_may_be_a_name_or_a_file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text('extends = "baseline"\n[run]\nfirms = 40\nmonths = 2\n', encoding="utf-8")
    assert CloudAdoption(path).case.run.firms == 40
    rows = mesa.batch_run(CloudAdoption, {"replicate": range(2), "scenario": str(path)}, display_progress=False)
    assert [row["Step"] for row in rows] == [2, 2]
    assert CloudAdoption("baseline").case.name == "baseline"


def test_collected_data_are_named_after_outcomes_and_classes(scenarios):
    model = CloudAdoption(scenarios["baseline"])
    model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    names = list(OUTCOMES) + [f"{name}[{c}]" for name, outcome in OUTCOMES.items() if outcome.by_class for c in CLASSES]
    assert sorted(frame.columns) == sorted(names)
    assert list(frame.index) == [0, 1]
    assert frame["price"][1] == model.outcomes()["price"] != frame["price"][0]


def test_the_model_can_be_stepped_by_hand_until_it_has_run_out(scenarios):
    model = CloudAdoption(scenarios["baseline"])
    for month in range(1, MONTHS + 1):
        model.step()
        assert model.month == month
    last = model.reported()
    model.run_model()
    assert not model.running
    assert model.month == MONTHS
    assert model.reported() is last
    assert len(model.datacollector.model_vars["price"]) == MONTHS + 1


def test_agents_can_be_inspected(scenarios):
    model = CloudAdoption(scenarios["subsidy"])
    model.run_model()
    firms = model.agents_by_type[Firm]
    assert [len(model.agents_by_type[kind]) for kind in (Firm, PublicProvider, Government)] == [100, 3, 1]
    weights = dict(enumerate(model.weights))
    national = firms.agg("size_class", lambda classes: sum(weights[c] for c in classes))
    public = sum(weights[firm.size_class] for firm in firms if firm.option == 2)
    assert public / national == pytest.approx(model.outcomes()["share.firms.public"])
    assert all((firm.provider >= 0) == (firm.option >= 2) for firm in firms)
    assert all(set(firm.partners) <= set(firms) and firm not in firm.partners for firm in firms)


def test_a_firm_takes_less_than_a_kilobyte_and_a_half():
    """At the peak of construction and a year, everything that grows with the number of firms counted."""
    peaks = {}
    for firms in (200, 2000, 6000):  # the first, so that what is made once is there
        tracemalloc.start()
        try:
            model = CloudAdoption(load("baseline", [f"run.firms={firms}"]))
            for _ in range(13):
                model.step()
            peaks[firms] = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert 300 < (peaks[6000] - peaks[2000]) / 4000 < 1500


def test_what_a_firm_is_does_not_depend_on_whether_it_reviews(scenarios):
    world = build([scenarios["subsidy"]], 0)
    model = CloudAdoption(scenarios["subsidy"])
    model.step()
    columns = world.traits.firm_columns()
    for firm in model.firms:
        assert (firm.traits == columns[:, firm.place]).all()
        assert (firm.tastes == world.tastes[firm.place]).all()
        assert [partner.place for partner in firm.partners] == world.partners[firm.place].tolist()
        assert firm.seats == firm.traits.seats


def test_counts_follow_the_firms(scenarios):
    """Once all firms are taken out of the counts kept month by month, nothing is left but the flows."""
    model = CloudAdoption(scenarios["subsidy"])
    model.run_model()
    assert all(any(counts) for counts in model.tallies)
    for firm in model.firms:
        firm.count(-1)
    for counts in model.tallies:
        assert not any(counts[:FIRST_FLOW] + counts[PROVIDER_SEATS:])


def test_firms_changed_by_hand_are_counted_as_they_are(scenarios):
    model = CloudAdoption(scenarios["subsidy"])
    model.step()
    for firm in model.firms[::3]:
        firm.count(-1)
        firm.option, firm.provider, firm.aware, firm.hits = 3, 1, True, 5.0
        firm.count(+1)
    kept = [list(counts) for counts in model.tallies]
    for counts in model.tallies:
        counts[:FIRST_FLOW] = [0] * FIRST_FLOW
        counts[PROVIDER_SEATS:] = [0] * len(counts[PROVIDER_SEATS:])
    for firm in model.firms:
        assert (firm.public_seats > 0) == (firm.option >= 2)
        firm.count(+1)
    assert model.tallies == kept
    model.step()
    assert model.outcomes()["share.firms.hybrid"] > 0.25
    price = model.outcomes()["price"]
    model.outcomes()["price"] = 0.0
    assert model.outcomes()["price"] == price > 0.0, "what is kept is not what is given"


@pytest.mark.parametrize("rng", [None, 0, 99])
def test_mesas_own_generator_changes_nothing(rng, scenarios, from_the_command):
    model = CloudAdoption(scenarios["subsidy"], 1, rng=rng)
    model.run_model()
    for column in COLUMNS:
        assert model.outcomes()[spelled(*column)] == from_the_command["subsidy"].of(*column)[1, MONTHS]


def test_a_month_that_was_interrupted_is_not_gone_on_with(scenarios, monkeypatch):
    """Half of it is done: another step would do that half twice."""
    model = CloudAdoption(scenarios["baseline"])
    model.step()

    def interrupted(_firm):
        raise KeyboardInterrupt

    monkeypatch.setattr(Firm, "decide", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.step()
    assert not model.running, "or run_model() would spin where Mesa has lost the step"
    assert model.month == 1
    with pytest.raises(RuntimeError, match="month 2 was interrupted, and half of it is done: make the model anew"):
        CloudAdoption.step(model)  # as Mesa calls it


def test_a_model_with_firms_taken_away_would_report_them_all_the_same(scenarios):
    model = CloudAdoption(scenarios["baseline"])
    with pytest.raises(NotImplementedError, match="firms neither enter nor leave"):
        model.firms[0].remove()
    assert len(model.agents_by_type[Firm]) == 100


def test_parameters_of_a_model_cannot_be_changed(scenarios):
    """They are those of every other model of the scenario, and of the run that is kept."""
    model = CloudAdoption(scenarios["baseline"])
    with pytest.raises(TypeError, match="cannot be changed once they are checked"):
        model.world.values[0]["cost.public_price"] = (1.0,) * 4


def test_a_firm_has_luck_in_the_month_of_its_review_alone(scenarios):
    model = CloudAdoption(scenarios["baseline"])
    model.step()
    other = next(firm for firm in model.firms if firm.place not in range(*model._turns[0].indices(100)))
    with pytest.raises(ValueError, match=f"firm {other.place} does not review in this month"):
        model.luck(other.place)


@pytest.mark.parametrize("replicate", [-1, 1.5, "1"])
def test_replicates_are_whole_numbers(replicate):
    with pytest.raises(BadInput, match="allowed are whole numbers from 0"):
        CloudAdoption("baseline", replicate)


@pytest.mark.parametrize("scenario", [None, 3, {"run.firms": 100}])
def test_what_is_no_scenario_is_refused(scenario):
    with pytest.raises(BadInput):
        CloudAdoption(scenario)
