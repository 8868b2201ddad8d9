"""Averages of firms' laws, what they gain by shifts, and the search for shifts that give wanted shares."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from small_worlds import world

from sim.engines import inversion
from sim.engines.constants import BESIDE, _bases, _known, constants, solve
from sim.engines.inversion import averages, board, boards
from sim.engines.start_kernels import NEAR
from sim.engines.world import build
from sim.model.errors import BadInput
from sim.model.fitting import TOLERANCE, Averages, fitted
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.reference import PARTS, reference
from sim.model.scenario import load
from sim.model.start import Frictions, frictions, log_stationary, side_by_side, start_values
from sim.model.stationary import level, link
from sim.model.terms import TERM_ROW

SHIFTS = np.random.Generator(np.random.SFC64(5)).normal(0.0, 40.0, (6, len(OPTIONS)))


def firms_of(name: str, c: int):
    """World of a base scenario with its constants, traits of its reference firms of a class, and their values."""
    scenario = load(name)
    place, (columns, tastes) = constants([scenario])[0].world, reference(scenario.base_values)
    return place, columns[:, c], start_values(columns[:, c], tastes, c, place)


def averaged(law: np.ndarray) -> np.ndarray:
    """Mean over reference firms of probabilities with these logarithms, shape (4, firms)."""
    weights = np.exp(law - law.max(axis=0))
    return (weights / weights.sum(axis=0)) @ PARTS


def stationary_averages(values: np.ndarray, costs: Frictions, scale: float) -> Averages:
    """Average laws of firms with these values, (4, firms, 1), and costs of moving."""
    levels = level(values, costs.entry, costs.is_open, scale)
    links = board(link(costs.moving + costs.entry)[..., 0])
    return averages(board(levels[..., 0]), links, PARTS, np.empty(links.shape))


def tilted_averages(law: np.ndarray) -> Averages:
    """Average laws with these logarithms, (4, firms)."""
    levels, firms = board(law), law.shape[1]
    parts = PARTS if firms == len(PARTS) else np.full(firms, 1.0 / firms)
    return averages(levels, np.ones(levels.shape), parts, np.empty(levels.shape))


def at(found: Averages, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Averages of the only problem, and what they gain, at one shift."""
    shares, gains = found(np.zeros(1, int), shift[None])
    return shares[0], gains[0]


@pytest.mark.parametrize("c", range(len(CLASSES)))
@pytest.mark.parametrize("name", ["baseline", "eu-2014"])
def test_averages_of_shifted_firms_are_those_of_their_stationary_law(name, c):
    """The symmetric form, in which constants are solved, is the law by which firms are placed."""
    place, columns, values = firms_of(name, c)
    scale = load(name).base_values["choice.scale"][c]
    found = stationary_averages(values, frictions(columns, c, place), scale)
    for shift in SHIFTS:
        law = log_stationary(values + shift[:, None, None], columns, c, place)[..., 0]
        assert at(found, shift / scale)[0] == pytest.approx(averaged(law), rel=1e-10, abs=1e-14)


def test_what_firms_choose_from_at_the_start_is_worked_out_equal_to_the_bit_when_compiled():
    scenarios = [load("baseline", [f"cost.public_price={price}"], resolve=True) for price in (80, 120)]
    place = side_by_side([each.world for each in constants(scenarios)])
    columns, tastes = reference(scenarios[0].values)
    room = np.empty((2, len(scenarios) * len(CLASSES), len(OPTIONS) * len(tastes)))
    levels, links, means = boards(columns, tastes, place, room)
    for n in range(len(levels)):
        lane, c = divmod(n, len(CLASSES))
        values, costs = start_values(columns[:, c], tastes, c, place), frictions(columns[:, c], c, place)
        wanted = level(values, costs.entry, costs.is_open, scenarios[lane].values["choice.scale"][c])[..., lane]
        assert np.array_equal(levels[n : n + 1], board(wanted))
        assert np.array_equal(links[n : n + 1], board(link(costs.moving + costs.entry)[..., lane]))
        assert means[n] == pytest.approx([row[row > -np.inf].mean() for row in wanted], rel=1e-12)


@pytest.mark.parametrize("far", [NEAR, 2 * NEAR, 1e4])
def test_averages_do_not_depend_on_where_weights_were_taken(far):
    place, columns, values = firms_of("baseline", 1)
    costs = frictions(columns, 1, place)
    again = stationary_averages(values, costs, 30.0)
    for free in ((0.0, 0.0, 0.0), (1.0, -1.0, 0.5), (0.1, -0.2, 0.3), (0.9, 0.1, 0.0)):
        shift = far * np.array([0.0, *free])
        shares, gains = at(stationary_averages(values, costs, 30.0), shift)
        assert at(again, shift)[0] == pytest.approx(shares, rel=1e-12, abs=1e-300)
        assert at(again, shift)[1] == pytest.approx(gains, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("kind", ["stationary", "tilted"])
def test_what_averages_gain_is_what_a_small_step_gains(kind):
    place, columns, values = firms_of("baseline", 2)
    if kind == "stationary":
        found = stationary_averages(values, frictions(columns, 2, place), 30.0)
    else:
        found = tilted_averages(log_stationary(values, columns, 2, place)[..., 0])
    step = 1e-3
    for shift in SHIFTS / 30.0:
        gains = at(found, shift)[1]
        steps = [at(found, shift + step * unit)[0] - at(found, shift - step * unit)[0] for unit in np.eye(4)]
        assert gains == pytest.approx(np.array(steps).T / (2 * step), abs=1e-7)
        assert gains == pytest.approx(gains.T, abs=1e-14)  # slopes of a slope
        assert gains.sum(axis=0) == pytest.approx(0.0, abs=1e-14)


def test_usual_worlds_take_five_evaluations(monkeypatch):
    asked = []

    def counted(*boards):
        found = averages(*boards)
        return lambda which, shifts: asked.append(len(which)) or found(which, shifts)

    monkeypatch.setattr(inversion, "averages", counted)
    solve(load("baseline", ["cost.public_price=97.25"], resolve=True))
    assert sum(asked) <= 5 * len(CLASSES)


@pytest.mark.parametrize("sharper", [1.0, 1e-3, 1e-9])
def test_the_stationary_law_is_exact_however_sharp_the_choice(sharper):
    """Against the formula term by term, also where every exponential by itself would over- or underflow."""
    scenario = load("baseline")
    place, (columns, tastes) = constants([scenario])[0].world, reference(scenario.base_values)
    terms = place.terms.copy()
    terms[:, TERM_ROW["scale"]] = 30.0 * sharper
    place = place._replace(terms=terms)
    values, costs = start_values(columns[:, 1], tastes, 1, place), frictions(columns[:, 1], 1, place)
    found = log_stationary(values, columns[:, 1], 1, place)
    staying = values / (30.0 * sharper)
    entering = np.where(costs.is_open, staying - costs.entry - costs.moving, -np.inf)
    for k in range(len(OPTIONS)):
        spread = np.logaddexp.reduce([staying[k], *(entering[j] for j in range(len(OPTIONS)) if j != k)])
        wanted = np.where(costs.is_open[k], staying[k] - costs.entry[k] + spread, -np.inf)
        assert found[k] == pytest.approx(wanted, rel=1e-13, abs=1e-12)
    assert costs.is_open[1].any()
    assert not costs.is_open[1].all()


def test_worlds_side_by_side_are_each_as_alone():
    """Lanes with constants of their own, some shared, in any company: the same firms start in the same places."""
    prices = (80, 100, 80, 115, 95)
    lanes = [world("baseline", f"cost.public_price={price}", "constants.solve=true", firms=900) for price in prices]
    start = ("start.private=0.02", "start.on_premise={micro=0.872, small=0.79, medium=0.725, large=0.655}")
    lanes += [world("baseline", *given, firms=900) for given in (("awareness.start={micro=0.3}",), start)]
    together = build(lanes, 1).state
    for n, lane in enumerate(lanes):
        alone = build([lane], 1).state
        for name in ("option", "provider", "aware", "agents", "hits", "misses"):
            assert np.array_equal(getattr(together, name)[:, n], getattr(alone, name)[:, 0]), (n, name)
    assert not np.array_equal(together.option[:, 5], together.option[:, 6])
    first, second = (each.world for each in constants(lanes[:2]))
    both = side_by_side([first, second])
    assert np.array_equal(both.terms[..., 0], first.terms[..., 0])
    assert not np.array_equal(both.terms[..., 1], first.terms[..., 0])


def test_constants_are_the_same_to_the_bit_in_any_company():
    prices = [60 + 0.5 * n for n in range(BESIDE + 3)]
    settings = [(f"cost.public_price={price}", "constants.solve=true") for price in prices]
    settings[2] += ("choice.scale={micro=10}", "awareness.start={small=0}", "start.on_premise={small=1}",
                    "start.private={small=0}", "start.public={small=0}", "start.hybrid={small=0}")  # fmt: skip
    settings[4] += ("market.shares=[0.5, 0.5]",)
    lanes = [load("baseline", each) for each in settings]
    together = constants(lanes)
    _bases.clear()
    _known.clear()
    for lane, found in zip(reversed(lanes), reversed(together), strict=True):
        (alone,) = constants([lane])
        assert alone is not found
        assert alone.values == found.values
        assert all(np.array_equal(one, other) for one, other in zip(alone.world, found.world, strict=True))


def test_one_world_that_cannot_be_solved_is_named_and_spoils_no_other():
    poor = ("population.liquid_funds={large = 0}", "cost.credit=0", "constants.solve=true")
    lanes = [load("baseline", each) for each in (("cost.public_price=98.5", "constants.solve=true"), poor)]
    with pytest.raises(BadInput, match=r"\[large\]: no option constant makes"):
        constants(lanes)
    assert solve(lanes[0])["constant.public"][0] < 0.0


def test_a_scenario_sent_elsewhere_is_known_there():
    scenario = load("baseline", ["cost.public_price=96.5"], resolve=True)
    (found,) = constants([scenario])
    assert constants([pickle.loads(pickle.dumps(scenario))])[0] is found
    assert constants([load("baseline", ["cost.public_price=96.5"], resolve=True)])[0] is found
    assert constants([replace(scenario, constants_given=True)])[0] is not found


@pytest.mark.parametrize("far", [0.0, 1.0, 300.0, 1e5])
def test_shifts_that_undo_known_shifts_are_found_from_anywhere(far):
    rng = np.random.Generator(np.random.SFC64(6))
    tastes = rng.normal(0.0, 3.0, (4, 512))
    known = np.array([0.0, 1.0, -2.0, 0.5])
    target = at(tilted_averages(tastes), known)[0]
    away = far * np.array([0.0, 1.0, -1.0, 0.3])
    moved = tastes - away[:, None]
    found, shares = fitted(tilted_averages(moved), target[None], moved.mean(axis=1)[None])
    assert found[0] - away == pytest.approx(known, abs=1e-6)
    assert np.abs(shares - target).max() <= TOLERANCE


def test_of_shares_out_of_reach_the_nearest_are_found():
    tastes = np.zeros((4, 160))
    tastes[1, :96] = -np.inf  # four in ten can have it
    _, shares = fitted(tilted_averages(tastes), np.array([[0.3, 0.5, 0.1, 0.1]]), np.zeros((1, 4)))
    assert 0.3 < shares[0, 1] < 0.4 + 1e-12


def test_only_wanted_options_are_shifted_and_the_first_of_them_stays():
    tastes = np.zeros((4, 16))
    tastes[[0, 2]] = -np.inf
    found, _ = fitted(tilted_averages(tastes), np.array([[0.0, 0.25, 0.0, 0.75]]), np.zeros((1, 4)))
    assert found[0] == pytest.approx([0.0, 0.0, 0.0, np.log(3.0)], abs=1e-9)


def test_starting_shares_that_sum_to_one_only_nearly_are_met():
    """A file writes thirds with seven digits; constants given, so that firms are placed by a tilt."""
    third = ("start.on_premise=0.3333333", "start.private=0", "start.public=0.3333333", "start.hybrid=0.3333333",
             "awareness.start=0.9", "population.not_applicable=0")  # fmt: skip
    for solved in ("true", "false"):
        scenario = world("baseline", *third, f"constants.solve={solved}", "cost.credit=1e6", firms=4000)
        shares = np.bincount(build([scenario], 0).state.option[:, 0], minlength=4) / 4000
        assert shares == pytest.approx([1 / 3, 0.0, 1 / 3, 1 / 3], abs=4 * np.sqrt(2 / 9 / 4000))


def test_a_class_that_must_start_where_some_firms_cannot_be_is_refused():
    """All of them private, though not all can afford it: there is nothing to fit, and still it cannot be."""
    everybody = ("start.on_premise={large=0}", "start.private={large=1}", "start.public={large=0}",
                 "start.hybrid={large=0}", "awareness.start={large=1}", "population.not_applicable=0")  # fmt: skip
    with pytest.raises(BadInput, match=r"start\.private\[large\]: no option constant makes 1 of the aware large"):
        solve(world("baseline", *everybody, "available.on_premise={large=0}", "constants.solve=true"))
