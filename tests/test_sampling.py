"""Designs and their points: where they lie, in which order, and which scenario each makes."""

from dataclasses import replace
from itertools import pairwise, product

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from small_worlds import column
from sweep_texts import only, written

from sim.engines import simulate
from sim.engines.constants import constants, solve
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.laws import Law
from sim.experiments.sweeps.points import point_scenario
from sim.experiments.sweeps.quantities import Quantity
from sim.experiments.sweeps.sampling import design_points, problem, unit_points
from sim.model.complaints import Refused
from sim.model.errors import BadInput
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.run import month_index
from sim.model.scenario import load
from sim.model.start import target_shares

PRICE = "cost.public_price"
RATE = "policy.subsidy.rate"
HELD, UNKNOWN = 'role = "counterfactual"', 'role = "uncertain"'
BASELINE = 'scenario = "baseline"'

UNITS = st.floats(0, 1)


def swept(folder, changes):
    return read(written(folder, changes))


def varied(key, settings, folder, design="kind = 'sobol'\npoints = 8", base='scenario = "subsidy"'):
    """A sweep of one quantity."""
    return swept(folder, only(key, settings, design=design, base=base))


# Quantities


@st.composite
def laws(draw):
    low = draw(st.floats(1e-3, 1e3))
    high = low + draw(st.floats(1e-3, 1e3))
    inside = low + draw(UNITS) * (high - low)
    name = draw(st.sampled_from(["uniform", "log-uniform", "triangular", "normal"]))
    return Law(name, low, high, mode=min(inside, high), mean=inside, sd=draw(st.floats(0.05, 3)) * (high - low))


@given(laws(), st.lists(UNITS, min_size=2))
def test_a_quantity_maps_the_unit_interval_into_its_range_in_order(law, places):
    law.check(str)
    quantity = Quantity("x.y", "uncertain", "", "number", ("x", "y"), law=law)
    found = [quantity.at(u) for u in sorted(places)]
    assert all(law.low <= value <= law.high for value in found)
    assert found == sorted(found)
    assert (quantity.at(0.0), quantity.at(1.0)) == pytest.approx((law.low, law.high), rel=1e-11)


@given(st.integers(0, 30), st.integers(1, 30), st.lists(UNITS, min_size=2))
def test_whole_numbers_are_whole_and_in_order(low, more, places):
    quantity = Quantity("x.y", "uncertain", "", "number", ("x", "y"), True, Law("uniform", low, low + more))
    found = [quantity.at(u) for u in sorted(places)]
    assert all(isinstance(value, int) and low <= value <= low + more for value in found)
    assert found == sorted(found)
    assert (quantity.at(0.0), quantity.at(1.0)) == (low, low + more)


def test_only_what_is_equally_likely_is_counted_from_end_to_end():
    for law, ends in ((Law("uniform", 1, 9), [1, 9]), (Law("triangular", 1, 9, mode=2), [])):
        assert Quantity("x.y", "uncertain", "", "number", ("x", "y"), True, law).countable == ends


def test_a_mean_may_lie_eight_deviations_outside_of_the_range():
    Law("normal", 0, 1, mean=8.9, sd=1).check(str)
    Law("normal", 0, 1, mean=-7.9, sd=1).check(str)
    for mean in (9.1, -8.1):
        with pytest.raises(Refused, match="more than eight deviations outside"):
            Law("normal", 0, 1, mean=mean, sd=1).check(str)


def test_a_factor_of_whole_numbers_gives_the_nearest():
    quantity = Quantity("x.y", "uncertain", "", "number", ("x", "y"), True, Law("uniform", 1, 2), factor_of=(("", 8),))
    assert (quantity.raw(1.2), quantity.raw(1.3), quantity.raw(0.95)) == (10, 10, 8)


def test_every_whole_number_gets_the_same_part_of_the_unit_interval():
    quantity = Quantity("x.y", "uncertain", "", "number", ("x", "y"), True, Law("uniform", 1, 4))
    drawn = [quantity.at((n + 0.5) / 400) for n in range(400)]
    assert [drawn.count(value) for value in (1, 2, 3, 4)] == [100] * 4


def test_words_share_the_unit_interval():
    quantity = Quantity("network.kind", "uncertain", "", "word", ("network", "kind"), values=("ring", "random"))
    assert [quantity.at(u) for u in (0.0, 0.49, 0.5, 1.0)] == ["ring", "ring", "random", "random"]


def test_laws_have_their_shape():
    middle = {
        name: float(Law(name, 1.0, 100.0, mode=1.0, mean=1.0, sd=1e4).quantiles(np.array([0.5]))[0])
        for name in ("uniform", "log-uniform", "triangular", "normal")
    }
    # The median of a triangle with its mode at the lower end lies 1 - sqrt(1/2) up; a wide normal is nearly flat.
    expected = {"uniform": 50.5, "log-uniform": 10.0, "triangular": 1 + 99 * (1 - 0.5**0.5), "normal": 50.5}
    assert middle == pytest.approx(expected, rel=1e-3)


@given(st.integers(0, 119), st.integers(1, 119), UNITS)
def test_dates_are_months_of_their_range(first, more, u):
    start = month_index("2026-01")
    law = Law("uniform", start + first, min(start + first + more, start + 120))
    date = Quantity("policy.x.start", "counterfactual", "month", "date", ("policy", "x", "start"), law=law).at(u)
    assert law.low <= month_index(date) <= law.high


def test_a_quantity_without_a_range_has_the_plausible_one(tmp_path):
    (quantity,) = varied("security.loss", UNKNOWN, tmp_path).quantities
    assert (quantity.law.low, quantity.law.high, quantity.unit) == (500, 8000, "money per seat and hit")
    (quantity,) = varied(RATE, HELD, tmp_path).quantities
    assert (quantity.law.low, quantity.law.high, quantity.unit) == (0, 0.9, "share of price")


@pytest.mark.parametrize(("low", "high", "count"), [(4, 8, 6), (5, 9, 6), (4, 6, 4), (5, 7, 4)])
def test_levels_between_two_whole_numbers_are_no_likelier_the_even_one(low, high, count):
    """Levels that lie just between two are the upper one: each of the range is there, as with an odd low end."""
    law = Law("uniform", low, high)
    steps = ("network", "partners")
    found = Quantity("network.partners", "uncertain", "firms", "number", steps, True, law, count=count)
    assert found.levels() == list(range(low, high + 1))


def test_whole_numbers_spread_as_their_law_says():
    """A normal law's deviation is that of whole numbers too."""
    law, steps = Law("normal", 100, 1000, mean=500.0, sd=100.0), ("run", "firms")
    firms = Quantity("run.firms", "counterfactual", "firms", "number", steps, True, law)
    assert firms.along([0.15865525, 0.5, 0.84134475]) == pytest.approx([400, 500, 600], abs=1)


# Designs


def test_the_points_of_a_seed_are_these(tmp_path):
    """Computed with SciPy 1.14.1 and 1.17.1: another version that draws otherwise would change finished sweeps."""
    keys = ("cost.public_price", "risk.threat", "risk.incident")
    changes = {f'vary."{key}"': UNKNOWN for key in keys}
    sweep = swept(
        tmp_path, only("cost.public_price", UNKNOWN, **changes, design='kind = "sobol"\npoints = 2\nseed = 5')
    )
    expected = [[0.33724048, 0.72266012, 0.02708572], [0.6074012, 0.05639074, 0.91873673]]
    assert unit_points(sweep) == pytest.approx(np.array(expected), abs=1e-8)
    lhs = swept(
        tmp_path,
        only("risk.threat", UNKNOWN, **{'vary."risk.incident"': UNKNOWN}, design='kind = "lhs"\npoints = 2\nseed = 5'),
    )
    expected = [[0.79844076, 0.12320411], [0.48408117, 0.98962432]]
    assert unit_points(lhs) == pytest.approx(np.array(expected), abs=1e-8)


@pytest.mark.parametrize("kind", ["sobol", "lhs", "morris"])
def test_a_design_is_the_same_again_and_another_with_another_seed(kind, tmp_path):
    settings = "trajectories = 4" if kind == "morris" else "points = 16"
    first, again, other = (
        design_points(swept(tmp_path, {"design": f'kind = "{kind}"\n{settings}\nseed = {seed}'})) for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_a_longer_sobol_design_begins_with_the_points_of_a_shorter_one(tmp_path):
    short, long = (design_points(swept(tmp_path, {"design": f'kind = "sobol"\npoints = {n}'})) for n in (1024, 2048))
    assert long[:1024] == short
    assert len({tuple(point.values()) for point in long}) == 2048


def test_a_latin_hypercube_has_one_point_in_every_layer(tmp_path):
    points = unit_points(swept(tmp_path, {"design": 'kind = "lhs"\npoints = 50'}))
    for layer in points.T:
        assert sorted(np.floor(layer * 50)) == list(range(50))


def test_a_sobol_design_is_balanced_in_every_pair_of_halves(tmp_path):
    points = unit_points(swept(tmp_path, {"design": 'kind = "sobol"\npoints = 64'}))
    cells = [tuple(cell) for cell in np.floor(points * 2).astype(int)]
    assert [cells.count(cell) for cell in product((0, 1), repeat=2)] == [16] * 4


def test_a_grid_varies_the_first_quantity_slowest_and_gives_equal_points_once(tmp_path):
    changes = only(
        RATE, HELD + "\nvalues = [0.5, 0.1]", design='kind = "grid"', base=BASELINE.replace("baseline", "subsidy")
    )
    changes |= {'vary."network.partners"': UNKNOWN + "\nrange = [4, 6]\nlevels = 7"}
    points = design_points(swept(tmp_path, changes))
    assert [tuple(point.values()) for point in points] == [(0.5, 4), (0.5, 5), (0.5, 6), (0.1, 4), (0.1, 5), (0.1, 6)]


def test_levels_of_a_grid_are_even_in_the_quantiles(tmp_path):
    settings = HELD + '\nrange = [1, 100]\ndistribution = "log-uniform"\nlevels = 3'
    assert varied(PRICE, settings, tmp_path, 'kind = "grid"').quantities[0].levels() == [1, 10, 100]
    one = varied(PRICE, HELD + "\nrange = [1, 100]\nlevels = 1", tmp_path, 'kind = "grid"')
    assert one.quantities[0].levels() == [50.5]
    dates = varied(
        "policy.subsidy.start", HELD + '\nrange = ["2027-01", "2027-05"]\nlevels = 3', tmp_path, 'kind = "grid"'
    )
    assert dates.quantities[0].levels() == ["2027-01", "2027-03", "2027-05"]


def test_each_step_of_morris_changes_one_quantity(tmp_path):
    changes = only(
        "network.kind",
        UNKNOWN + '\nvalues = ["random", "ring", "mean-field"]',
        design='kind = "morris"\ntrajectories = 20',
    )
    changes |= {'vary."network.partners"': UNKNOWN, 'vary."security.loss"': UNKNOWN, f'vary."{RATE}"': HELD}
    sweep = swept(tmp_path, changes)
    points = [tuple(point.values()) for point in design_points(sweep)]
    assert len(points) == 20 * 5
    for trajectory in range(20):
        own = points[trajectory * 5 : trajectory * 5 + 5]
        changed = [[k for k in range(4) if one[k] != other[k]] for one, other in pairwise(own)]
        assert sorted(changed) == [[0], [1], [2], [3]]


def test_morris_points_are_what_salib_analyses(tmp_path):
    """A linear function has its own slopes as elementary effects."""
    from SALib.analyze import morris

    sweep = swept(tmp_path, {"design": 'kind = "morris"\ntrajectories = 6'})
    points = unit_points(sweep)
    outcome, levels = points @ np.array([3.0, -2.0]), sweep.design.levels
    effects = morris.analyze(problem(["a", "b"]), points, outcome, num_levels=levels)
    assert list(effects["mu"]) == pytest.approx([3.0, -2.0])


# Scenarios of points


def test_uncertain_points_start_where_the_base_world_does(tmp_path):
    """Constants are solved as `--resolve` would, so that no firm has to be placed against them (no tilt)."""
    sweep = swept(tmp_path, only(PRICE, UNKNOWN, **{'vary."security.loss"': UNKNOWN}, base=BASELINE))
    for point in design_points(sweep):
        scenario = point_scenario(sweep, point)
        resolved = load("baseline", [f"{key}={value}" for key, value in point.items()], resolve=True)
        assert solve(scenario) == solve(resolved) != solve(sweep.base)
        assert not constants([scenario])[0].tilt.any()
        assert target_shares(scenario.base_values) == pytest.approx(target_shares(sweep.base.values))


def test_uncertain_points_stay_at_their_starting_shares_where_counterfactual_ones_leave_them(tmp_path):
    """A year in which the price doubles moves firms off public cloud at once, unless the constants make up for it."""
    public = {}
    for role in (HELD, UNKNOWN):
        changes = only(PRICE, role, base='scenario = "baseline"\nset = { "run.months" = 12 }')
        scenario = point_scenario(swept(tmp_path, changes | {"record": 'outcomes = ["price"]'}), {PRICE: 200.0})
        shares = column(simulate(replace(scenario, run=replace(scenario.run, firms=4000)), 0), "share.firms.public")
        public[role] = shares[-1] - shares[0]
    assert public[HELD] < -0.02
    assert abs(public[UNKNOWN]) < 0.02


def test_counterfactual_points_hold_the_constants_of_the_base(tmp_path):
    sweep = swept(tmp_path, only(PRICE, HELD, **{'vary."security.loss"': HELD}, base=BASELINE))
    for point in design_points(sweep):
        scenario = point_scenario(sweep, point)
        assert scenario.values[PRICE] == (point[PRICE],) * 4
        assert scenario.base_values == sweep.base.base_values
        assert solve(scenario) == solve(sweep.base)


def test_a_point_is_what_a_file_would_say(tmp_path):
    """Uncertain: a base world with these values, extended. Counterfactual: what `--set` does."""
    sweep = swept(tmp_path, only(PRICE, UNKNOWN, **{'vary."risk.threat"': HELD, f'vary."{RATE}"': HELD}))
    (tmp_path / "world.toml").write_text('extends = "baseline"\n[constants]\nsolve = true\n[cost]\npublic_price = 77\n')
    text = written(tmp_path, {}).parent / "own.toml"
    subsidy = load("subsidy").policies[0]
    text.write_text(
        'extends = "world.toml"\n[policy.subsidy]\ninstrument = "public_cloud_subsidy"\nstart = "2027-01"\n'
        f'end = "2030-12"\nclasses = ["micro", "small"]\nrate = 0.5\ncap = {subsidy.fields["cap"]}\n'
        f"budget = {subsidy.budget}\nreach = {subsidy.reach}\nredemption = {subsidy.redemption}\n"
    )
    by_hand = load(text, ["run.firms=300", "risk.threat=0.01", f"{RATE}=0.2"])
    point = point_scenario(sweep, {PRICE: 77, "risk.threat": 0.01, RATE: 0.2})
    assert point.run.firms == sweep.base.run.firms
    same = replace(by_hand, run=point.run)
    assert point.fingerprint_fields() == same.fingerprint_fields()


def test_what_a_scenario_changes_counterfactually_stays(tmp_path):
    (tmp_path / "own.toml").write_text('extends = "subsidy"\n[risk]\nthreat = 0.11\n[policy.subsidy]\nrate = 0.15\n')
    sweep = swept(tmp_path, only(PRICE, UNKNOWN, base='scenario = "own.toml"'))
    scenario = point_scenario(sweep, {PRICE: 140.0})
    assert (scenario.values["risk.threat"], scenario.base_values["risk.threat"]) == (0.11, 0.05)
    assert scenario.policies == sweep.base.policies
    assert scenario.values[PRICE] == scenario.base_values[PRICE] == (140.0,) * 4


def test_constants_are_solved_in_the_last_base_world(tmp_path):
    """A layer with [constants] is a base world of its own: what is uncertain is set over it."""
    sweep = varied(PRICE, UNKNOWN, tmp_path, base='scenario = "increasing-returns-early"')
    scenario = point_scenario(sweep, {PRICE: 60.0})
    assert scenario.base_values == sweep.base.base_values | {PRICE: (60.0,) * 4}
    assert scenario.values == sweep.base.values | {PRICE: (60.0,) * 4}
    assert not scenario.constants_given


def test_given_constants_are_solved_for_what_is_uncertain(tmp_path):
    (tmp_path / "own.toml").write_text('extends = "baseline"\n[constants]\nsolve = false\n[constant]\npublic = 5\n')
    sweep = varied(PRICE, UNKNOWN, tmp_path, base='scenario = "own.toml"')
    assert sweep.base.constants_given
    scenario = point_scenario(sweep, {PRICE: 60.0})
    assert not scenario.constants_given
    assert solve(scenario) == solve(load("baseline", [f"{PRICE}=60"], resolve=True))


def test_a_factor_keeps_proportions(tmp_path):
    sweep = varied("cost.interest", UNKNOWN + "\nfactor = [0.5, 2]", tmp_path)
    scenario = point_scenario(sweep, {"cost.interest": 0.5})
    assert scenario.values["cost.interest"] == pytest.approx([0.06, 0.045, 0.035, 0.025])
    budget = varied("policy.subsidy.budget", HELD + "\nfactor = [0.5, 2]", tmp_path)
    assert point_scenario(budget, {"policy.subsidy.budget": 1.5}).policies[0].budget == 30e9
    whole = varied("network.partners", UNKNOWN + "\nfactor = [0.5, 2]", tmp_path)
    assert point_scenario(whole, {"network.partners": 1.3}).values["network.partners"] == 10


def test_one_class_or_provider_is_varied_alone(tmp_path):
    sweep = swept(tmp_path, only(f"{PRICE}[small]", UNKNOWN, **{'vary."market.markup[2]"': HELD}))
    scenario = point_scenario(sweep, {f"{PRICE}[small]": 66.0, "market.markup[2]": 0.5})
    assert scenario.values[PRICE] == (100.0, 66.0, 100.0, 100.0)
    assert scenario.values["market.markup"] == (0.3, 0.5, 0.3)


@pytest.mark.parametrize("role", [HELD, UNKNOWN])
def test_firms_on_premise_give_way_to_the_options_that_are_varied(role, tmp_path):
    changes = only("start.public[micro]", role + "\nrange = [0.05, 0.2]", base=BASELINE)
    sweep = swept(tmp_path, changes | {'vary."start.hybrid"': role + "\nfactor = [0.5, 1.5]"})
    for point in design_points(sweep):
        values = point_scenario(sweep, point).values
        assert values["start.public"] == (point["start.public[micro]"], 0.14, 0.15, 0.145)
        for place in range(len(CLASSES)):
            assert sum(values[f"start.{option}"][place] for option in OPTIONS) == pytest.approx(1)
        assert values["start.private"] == sweep.base.values["start.private"]


def test_the_other_shares_of_a_mix_keep_their_proportions(tmp_path):
    sweep = varied("market.shares[1]", UNKNOWN + "\nrange = [0.2, 0.8]", tmp_path)
    assert point_scenario(sweep, {"market.shares[1]": 0.78}).values["market.shares"] == pytest.approx(
        [0.78, 0.14, 0.08]
    )


def test_dates_move_a_policy(tmp_path):
    changes = only("policy.subsidy.start", HELD + '\nrange = ["2026-02", "2030-12"]')
    scenario = point_scenario(swept(tmp_path, changes), {"policy.subsidy.start": "2026-06"})
    assert (scenario.policies[0].start, scenario.policies[0].end) == (5, 60)


def test_the_number_of_firms_and_events_are_varied(tmp_path):
    changes = only("event.war.cut", HELD, **{'vary."run.firms"': HELD + "\nrange = [100, 400]"})
    (tmp_path / "own.toml").write_text(
        'extends = "baseline"\n[event.war]\nkind = "price_war"\nstart = "2028-01"\nend = "2029-12"\n'
    )
    sweep = swept(tmp_path, changes | {"base": 'scenario = "own.toml"'})
    scenario = point_scenario(sweep, {"event.war.cut": 0.33, "run.firms": 150})
    assert (scenario.events[0].fields["cut"], scenario.run.firms) == (0.33, 150)
    assert {quantity.key: quantity.shared for quantity in sweep.quantities} == {
        "run.firms": True,
        "event.war.cut": False,
    }


def test_values_may_come_out_of_a_table(tmp_path):
    sweep = swept(tmp_path, only("network.partners", UNKNOWN))
    by_hand, from_table = (point_scenario(sweep, {"network.partners": value}) for value in (5, np.int64(5)))
    assert by_hand == from_table


def test_no_values_give_the_base_scenario(tmp_path):
    sweep = swept(tmp_path, {})
    assert point_scenario(sweep, {}) == sweep.base


def test_a_point_that_cannot_be_is_refused_when_it_is_made(tmp_path):
    sweep = varied("policy.subsidy.start", HELD + '\nrange = ["2027-01", "2033-12"]', tmp_path)
    assert any(month_index(point["policy.subsidy.start"]) > month_index("2030-12") for point in design_points(sweep))
    with pytest.raises(BadInput, match=r"^point, policy\.subsidy\.start: the end lies before the start"):
        point_scenario(sweep, {"policy.subsidy.start": "2032-01"})


def test_a_value_of_no_quantity_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"no varied quantity \"security.los\".*Did you mean 'security.loss'"):
        point_scenario(swept(tmp_path, {}), {"security.los": 1.0})
