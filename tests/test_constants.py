"""Option constants place a world at its starting shares and keep it there when nothing moves."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from small_worlds import column, differences, with_values, world

from sim.engines import simulate
from sim.engines.constants import constants, lane_values, solve
from sim.engines.inversion import conditional_shares, solved
from sim.model import appeals
from sim.model.errors import BadInput
from sim.model.facts import Offer
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.parameters import PARAMETERS
from sim.model.reference import PARTS, reference
from sim.model.scenario import Scenario, load, resolved_toml
from sim.model.start import log_stationary, start_values, start_worlds, target_shares

FROZEN = (
    "awareness.innovation=0", "awareness.imitation=0", "cost.private_decline=0", "market.cost_decline=0",
    "market.learning=0", "market.congestion_slope=0", "benefit.quality=0", "ecosystem.frontier_growth=0",
    "agents.value=0", "reach.public=0", "security.prior_hits=1e5", "security.prior_misses=9e5",
    "constants.solve=true",
)  # fmt: skip
"""Nothing changes but the draws: no progress, no learning, no news, belief set firm, nobody becomes aware."""


EIGHT = "[0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05]"


def strays(scenario: Scenario, replicate: int = 0) -> np.ndarray:
    """Distance of recorded shares from the starting shares in units of √(P(1-P)/N_c); (months, classes, options)."""
    result = simulate(scenario, replicate, "compiled")
    firms = scenario.run.firms * np.asarray(scenario.values["population.sample_mix"])
    found = np.array([[column(result, f"share.firms.{k}", c) for k in OPTIONS] for c in CLASSES])
    target = target_shares(scenario.base_values)
    spread = np.sqrt(target * (1 - target) / firms[:, None])
    return np.abs(np.moveaxis(found, 2, 0) - target) / spread


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("baseline", ("review.interval=12", "run.months=120")),
        ("baseline", ("review.interval=1", "run.months=36")),
        ("baseline", ("review.interval=12", "run.months=120", "reach.public=40", "network.kind=mean-field")),
        ("eu-2014", ("review.interval=3", "run.months=72")),
    ],
)
def test_a_frozen_world_does_not_drift(name, settings):
    """Pattern check 1: within 4√(P(1-P)/N_c) of the start after every year."""
    scenario = world(name, *FROZEN, *settings, "run.every=12", firms=20_000)
    assert strays(scenario).max() < 4.0


def test_constants_of_a_static_choice_would_drift():
    """The check above has power: constants solved as if moving cost nothing are not good enough."""
    scenario = world("baseline", *FROZEN, "review.interval=1", "run.months=36", firms=20_000)
    free = dict.fromkeys(("switch__migration", "cost__upfront_fixed", "cost__upfront_seat"), (0.0,) * 4)
    static = solve(with_values(scenario, **free))
    values = {**scenario.values, **static}
    assert strays(replace(scenario, values=values, base_values=values, constants_given=True)).max() > 12.0


@pytest.mark.parametrize("name", ["baseline", "eu-2014"])
def test_solved_shares_hit_their_targets_on_the_reference_population(name):
    scenario = load(name)
    (found,) = constants([scenario])
    values = {**scenario.base_values, **found.values}
    place, shares, (columns, tastes) = start_worlds([values]), target_shares(values), reference(values)
    for c in range(len(CLASSES)):
        systematic = start_values(columns[:, c], tastes, c, place)
        given = np.array([values[f"constant.{option}"][c] for option in OPTIONS])
        law = np.exp(log_stationary(systematic, columns[:, c], c, place))
        once = (law / law.sum(axis=0))[..., 0] @ PARTS
        wanted = conditional_shares(shares[c], np.array(values["awareness.start"][c]))
        assert once == pytest.approx(wanted, abs=1e-9)  # `start_values` adds the constants itself
        assert given[0] == 0.0
    assert np.abs(found.tilt).max() < 1e-6


@pytest.mark.parametrize("replicate", range(3))
@pytest.mark.parametrize("name", ["baseline", "eu-2014"])
def test_every_replicate_starts_at_the_starting_shares(name, replicate):
    scenario = world(name, "run.months=1", firms=4000)
    assert strays(scenario, replicate)[0].max() < 4.0


def test_a_target_of_zero_removes_the_option_for_the_class():
    scenario = world(
        "baseline", "start.hybrid={micro = 0}", "start.on_premise={micro = 0.898}", "constants.solve=true",
        "review.interval=1", "run.months=12", firms=500,
    )  # fmt: skip
    assert lane_values(scenario, constants([scenario])[0])["available.hybrid"] == (0, 1, 1, 1)
    result = simulate(scenario, 0, "numpy")
    assert column(result, "share.firms.hybrid", "micro").max() == 0.0
    assert column(result, "share.firms.hybrid", "small").max() > 0.0
    assert column(result, "share.firms.public", "micro").max() > 0.0


def test_constants_that_cannot_reach_the_start_name_class_and_option():
    scenario = world("baseline", "population.liquid_funds={large = 0}", "cost.credit=0", "constants.solve=true")
    with pytest.raises(BadInput, match=r"start\.(private|hybrid)\[large\]: no option constant makes"):
        constants([scenario])


def test_constants_are_found_where_long_steps_go_round_in_circles():
    """A world of sharp choices: from on premise at 0, three Gumbel scales at a time lead past the solution and back."""
    scenario = world(
        "baseline", "choice.scale=10", "choice.taste_option=5", "choice.taste_provider=3", "reach.public=100",
        "population.not_applicable=0", "awareness.start=1", "constants.solve=true",
    )  # fmt: skip
    assert strays(scenario)[0].max() < 4.0


def test_constants_are_found_far_from_nothing():
    """The price alone is worth hundreds of Gumbel scales: without constants nobody would be on public cloud."""
    scenario = world("baseline", "cost.public_price=20000", "constants.solve=true", firms=2000)
    assert min(solve(scenario)["constant.public"]) > 500 * max(scenario.values["choice.scale"])
    assert strays(scenario)[0].max() < 4.0


def test_threads_that_solve_worlds_at_once_do_not_disturb_each_other():
    """As in a worker of a scheduler that computes several tasks."""
    prices = range(80, 160, 4)
    worlds = [load("baseline", [f"cost.public_price={price}"], resolve=True).values for price in prices]

    def both(n):
        return np.concatenate([np.ravel(each) for each in solved([dict(worlds[n]), dict(worlds[n + 1])])])

    alone, interval = [both(n) for n in range(len(worlds) - 1)], sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            together = list(threads.map(both, range(len(alone))))
    finally:
        sys.setswitchinterval(interval)
    assert all(map(np.array_equal, alone, together))


def test_constants_are_held_in_counterfactuals_and_solved_again_when_asked():
    base = solve(load("baseline"))
    assert solve(load("baseline", ["cost.public_price=60"])) == base
    assert solve(load("subsidy")) == base
    for again in (
        load("baseline", ["cost.public_price=60"], resolve=True),
        load("baseline", ["cost.public_price=60", "constants.solve=true"]),
    ):
        found = solve(again)
        assert found["constant.public"] != base["constant.public"]
        # Forty less to pay is forty less to be added, but for the fixed cost that stays and tastes for providers.
        gap = np.array(base["constant.public"]) - np.array(found["constant.public"])
        assert gap == pytest.approx([40.0] * 4, abs=3.0)


def test_a_counterfactual_starts_where_its_base_world_does():
    usual, cheap = (simulate(world("baseline", f"cost.public_price={price}"), 0, "numpy") for price in (100, 60))
    for option in OPTIONS:
        assert column(usual, f"share.firms.{option}")[0] == column(cheap, f"share.firms.{option}")[0]
    assert column(cheap, "share.firms.public")[-1] > column(usual, "share.firms.public")[-1]


def test_given_constants_are_used_as_they_are():
    scenario = world("baseline", "constants.solve=false", "constant.public=7", "constant.private={large = -5}")
    assert solve(scenario)["constant.public"] == (7.0,) * 4
    assert solve(scenario)["constant.private"] == (0.0, 0.0, 0.0, -5.0)
    assert column(simulate(scenario, 0, "numpy"), "share.firms.public")[0] == pytest.approx(0.0927, abs=0.02)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("baseline", ()),
        ("eu-2014", ()),
        ("subsidy", ("cost.public_price={micro = 70}",)),
        ("provider-breach", ("start.hybrid={micro = 0}", "start.on_premise={micro = 0.898}", "constants.solve=true")),
        ("baseline", ("start.private=0.01", "start.on_premise={micro=0.882,small=0.8,medium=0.735,large=0.665}")),
    ],
)
def test_a_resolved_scenario_gives_the_same_numbers(name, settings, tmp_path):
    scenario = world(name, *settings, "run.months=30")
    written = tmp_path / "resolved.toml"
    written.write_text(resolved_toml(scenario, solve(scenario)), encoding="utf-8")
    for replicate in (0, 1):
        first = simulate(scenario, replicate, "compiled")
        second = simulate(load(written), replicate, "compiled")
        assert differences(first, second) == []


def test_appeals_give_each_share_exactly_and_are_zero_on_average():
    shares = (0.55, 0.3, 0.1, 0.05)
    unit = np.array([appeals._unit_appeals(shares)])
    assert np.abs(appeals._chosen(np.zeros(1, int), unit)[0] - shares).max() < 1e-12
    lane = world("baseline", f"market.shares={list(shares)}", "constants.solve=true").values
    found = appeals.appeals([lane])[:, 0]
    assert abs(found.sum()) < 1e-9
    assert np.ptp(found) > 1.0


def test_appeals_split_customers_by_market_share():
    """Large samples of normal tastes: the best of appeal + taste falls on each provider with its share."""
    values = {**load("baseline").values, **solve(load("baseline"))}
    place = start_worlds([values])
    offers = Offer(*place.offers[..., 0])
    reach = np.dot((0.9, 0.08, 0.017, 0.003), values["reach.public"]) * (1.0 - values["reach.network_weight"])
    tastes = np.random.Generator(np.random.SFC64(1)).standard_normal((400_000, 3))
    best = np.argmax(offers.appeal + reach * offers.presence + values["choice.taste_provider"] * tastes, axis=1)
    assert np.bincount(best) / best.size == pytest.approx((0.45, 0.35, 0.20), abs=0.004)


NATIONAL, MIX = (0.9, 0.08, 0.017, 0.003), (0.4, 0.3, 0.2, 0.1)
SEATS = tuple(w * (high - low) / np.log(high / low) for w, low, high in zip(
    NATIONAL, (1, 10, 50, 250), (10, 50, 250, 1001), strict=True
))  # fmt: skip
"""National seats by class where an employee needs one: log-uniform numbers of employees."""


EXPECTED = {
    "random": (0.3, NATIONAL), "mean-field": (0.0, NATIONAL), "communities": (0.0, NATIONAL), "ring": (0.0, MIX),
    "groups": (0.0, MIX), "supply-chain": (0.0, SEATS),
}  # fmt: skip
"""Part of a firm's partners that are of its own class, and how the others are weighted."""


@pytest.mark.parametrize("kind", PARAMETERS["network.kind"].choices)
def test_what_firms_see_at_the_start(kind):
    """Partners by class, as the network draws them, and the seats that each provider gives access to."""
    own, weights = EXPECTED[kind]
    settings = (f"network.kind={kind}", "network.homophily=0.3", "network.partners=4", "sector.intensity=1")
    values = world("baseline", *settings, "cost.hybrid_share=0.25").values | {"constant.appeal": (0.0,) * 3}
    place = start_worlds([values])
    private, public, hybrid = (0.012, 0.05, 0.125, 0.225), (0.09, 0.14, 0.15, 0.145), (0.018, 0.05, 0.105, 0.18)
    cloud = np.add(public, hybrid)
    for place_of, shares in ((1, private), (2, cloud)):
        everybody = np.dot(weights, shares) / sum(weights)
        assert place.seen[:, place_of, 0] == pytest.approx(own * np.array(shares) + (1 - own) * everybody, rel=1e-12)
    seats = np.dot(SEATS, np.add(public, 0.25 * np.array(hybrid))) / sum(SEATS)
    expected = [share * seats + 0.3 * (1 - share) * seats for share in (0.45, 0.35, 0.2)]
    assert Offer(*place.offers[..., 0]).presence == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("shares", ["[1]", "[0.5, 0.5]", "[0.9, 0.1]", EIGHT, "[1, 0]"])
def test_any_number_of_providers_and_any_shares_solve_or_are_refused(shares):
    scenario = world("baseline", f"market.shares={shares}", "constants.solve=true", "run.months=2")
    if "0]" in shares:
        with pytest.raises(BadInput, match=r"market\.shares"):
            solve(scenario)
    else:
        assert len(solve(scenario)["constant.appeal"]) == shares.count(",") + 1


def test_every_parameter_that_decides_constants_is_read_from_the_base_world():
    """Nothing in which a counterfactual differs moves the constants, save where its firms start."""
    base = world()
    moved = {
        key: tuple(v * 1.01 for v in value) if isinstance(value, tuple) else value
        for key, value in base.values.items()
        if not (PARAMETERS[key].choices or PARAMETERS[key].integer or key.startswith(("start.", "awareness.start")))
    }
    assert solve(replace(base, values={**base.values, **moved})) == solve(base)
