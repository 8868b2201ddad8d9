"""Outcomes worked out by hand from the counts of six firms and the state of two providers."""

import numpy as np
import pytest

from sim.model import outcomes
from sim.model.market_outcomes import Market, Nation, Offered, mean_price
from sim.model.outcome_table import COLUMNS, OUTCOMES, Outcome, is_fraction
from sim.model.tallies import PROVIDER_SEATS, ROW, ROWS, Counts

NATIONS = [
    Nation([10.0, 0.0, 0.0, 0.5], 95.0, 1.2),
    Nation([10.0, 0.0, 0.0, 0.5], 190.0, 1.5),
]
"""Two lanes; in the second all is twice as dear."""

MICRO = {
    # Four firms: 2 seats on premise, 3 private, 4 public at the first provider, 6 hybrid of which 2 at the second.
    "firms_on_premise": 1, "firms_private": 1, "firms_public": 1, "firms_hybrid": 1,
    "seats_on_premise": 2, "seats_private": 3, "seats_public": 4, "seats_hybrid": 6,
    "public_seats": 6, "islands": 3**2 + 4**2, "aware": 3, "agents": 1, "risk": 4e8, "supported": 2,
    "supported_seats": 6, "returns": 1, "provider_changes": 2, "capped": 0,
}  # fmt: skip

LARGE = {
    # Two firms: 100 seats private, 300 public at the second provider.
    "firms_private": 1, "firms_public": 1, "seats_private": 100, "seats_public": 300, "public_seats": 300,
    "islands": 100**2, "aware": 2, "agents": 2, "risk": 2e8, "capped": 1,
}  # fmt: skip


def tallies() -> np.ndarray:
    """Counts of two months and two lanes; in the second month all firms are on premise."""
    found = np.zeros((2, ROWS, 4, 2), np.int64)
    for size_class, counts in ((0, MICRO), (3, LARGE)):
        for name, count in counts.items():
            found[0, ROW[name], size_class] = count
    found[0, PROVIDER_SEATS, 0] = 4
    found[0, PROVIDER_SEATS + 1, 0], found[0, PROVIDER_SEATS + 1, 3] = 2, 300
    found[1, ROW["firms_on_premise"], 0], found[1, ROW["firms_on_premise"], 3] = 4, 2
    found[1, ROW["seats_on_premise"], 0], found[1, ROW["seats_on_premise"], 3] = 15, 400
    return found


PROVIDERS = [
    Offered(price=0.9, unit_cost=0.7, congestion=0.1, in_price=0.02, risk=0.03, strength=0.4, hit_share=0.5),
    Offered(price=1.1, unit_cost=0.8, congestion=0.0, in_price=0.04, risk=0.015, strength=0.75, hit_share=0.0),
]
SURPLUS = [[1000, 0, 0, 400], [-200, 0, 0, 100]]


def market(lane: int) -> Market:
    return Market(
        interoperability=(0.3, 0.6)[lane], paid=50_000, left=(70_000, 80_000)[lane], support=(7.0, 8.0)[lane],
        profit=(50.0, 60.0)[lane],
    )  # fmt: skip


@pytest.fixture(scope="module")
def found():
    """Shape (months, columns, lanes)."""
    result = np.empty((2, len(COLUMNS), 2))
    for month, counts in enumerate(tallies()):
        for lane in (0, 1):
            classes = [Counts(*counts[:PROVIDER_SEATS, c, lane].tolist()) for c in range(4)]
            own = counts[PROVIDER_SEATS : PROVIDER_SEATS + 2, :, lane].tolist()
            out = result[month, :, lane]
            outcomes.values(classes, own, PROVIDERS, SURPLUS, market(lane), NATIONS[lane], out)
    return result


ALL = 4 * 10 + 2 * 0.5
"""Firms of the nation."""

SEATS = 15 * 10 + 400 * 0.5
FIRST, SECOND = 4 * 10, 2 * 10 + 300 * 0.5
PUBLIC = FIRST + SECOND
CLOUD = PUBLIC + (3 + 4) * 10 + 100 * 0.5
TOGETHER = (25 * 10 + (100 * 0.5) ** 2) + FIRST**2 + SECOND**2
"""Pairs of seats within one infrastructure; half a large firm for a nation is one of half its seats."""


def mean(first: float, second: float) -> float:
    """Over providers, by their public seats."""
    return (FIRST * first + SECOND * second) / PUBLIC


EXPECTED = {
    ("share.firms.on_premise", "total"): 10 / ALL,
    ("share.firms.private", "total"): 10.5 / ALL,
    ("share.firms.private", "micro"): 1 / 4,
    ("share.firms.private", "large"): 1 / 2,
    ("share.firms.public", "total"): 10.5 / ALL,
    ("share.firms.hybrid", "total"): 10 / ALL,
    ("share.firms.any_cloud", "total"): 31 / ALL,
    ("share.firms.any_cloud", "large"): 1.0,
    ("share.seats.on_premise", "total"): 20 / SEATS,
    ("share.seats.private", "total"): 80 / SEATS,
    ("share.seats.public", "total"): 190 / SEATS,
    ("share.seats.hybrid", "total"): 60 / SEATS,
    ("share.seats.hybrid", "micro"): 6 / 15,
    ("share.seats.public", "large"): 300 / 400,
    ("share.aware", "total"): 31 / ALL,
    ("share.agents", "total"): 11 / ALL,
    ("risk.perceived", "total"): (0.4 * 10 + 0.2 * 0.5) / ALL,
    ("risk.perceived", "large"): 0.2 / 2,
    ("risk.objective", "total"): mean(0.03, 0.03 * 2 / 4),
    ("risk.gap", "large"): 0.2 / 2 - mean(0.03, 0.015),
    ("returns", "total"): 10 / ALL,
    ("provider_changes", "total"): 20 / ALL,
    ("capped", "total"): 0.5 / ALL,
    ("share.supported", "micro"): 2 / 4,
    ("supported_seats", "total"): 60.0,
    ("price", "total"): mean(0.9, 1.1) * 95,
    ("unit_cost", "total"): mean(0.7, 0.8) * 95,
    ("congestion", "total"): mean(0.1, 0.0),
    ("concentration", "total"): (FIRST / PUBLIC) ** 2 + (SECOND / PUBLIC) ** 2,
    ("infrastructures", "total"): CLOUD**2 / TOGETHER,
    ("interoperability", "total"): (TOGETHER + 0.3 * 2 * FIRST * SECOND) / CLOUD**2,
    ("ecosystem", "total"): mean(1 / 2.5, 4.5 / 6),
    ("incidents", "total"): mean(0.5, 0.0),
    ("support", "total"): 7.0,
    ("support.in_price", "total"): mean(0.02, 0.04) * 95,
    ("surplus.decision", "total"): 1000 * 10 + 400 * 0.5,
    ("surplus.decision", "large"): 400 * 0.5,
    ("surplus.experience", "total"): 800 * 10 + 500 * 0.5,
    ("profit", "total"): 50.0,
    ("spent", "total"): 5.0,
    ("budget_left", "total"): 7.0,
    ("fiscal_cost", "total"): 6.0,
    ("welfare", "total"): 8250 + 50 - 6,
}


@pytest.mark.parametrize(("outcome", "group"), EXPECTED)
def test_an_outcome_by_hand(found, outcome, group):
    at = COLUMNS.index((outcome, group))
    assert found[0, at, 0] == pytest.approx(EXPECTED[outcome, group], rel=1e-12)


def test_every_outcome_is_worked_out():
    assert {outcome for outcome, _ in EXPECTED} == set(OUTCOMES)


def test_a_lane_has_its_own_prices_interoperability_and_cost_of_funds(found):
    other = {
        "price": 2 * EXPECTED["price", "total"],
        "support.in_price": 2 * EXPECTED["support.in_price", "total"],
        "interoperability": (TOGETHER + 0.6 * 2 * FIRST * SECOND) / CLOUD**2,
        "budget_left": 8.0,
        "fiscal_cost": 7.5,
        "welfare": 8250 + 60 - 7.5,
    }
    at = [COLUMNS.index((outcome, "total")) for outcome in other]
    assert found[0, at, 1] == pytest.approx(list(other.values()), rel=1e-12)


def test_without_customers_providers_count_alike_and_there_is_no_cloud_to_divide(found):
    unit = 95.0
    expected = {
        "share.firms.on_premise": 1.0, "price": unit, "unit_cost": 0.75 * unit, "congestion": 0.05,
        "support.in_price": 0.03 * unit, "incidents": 0.25, "ecosystem": 0.575, "risk.objective": 0.0225,
        "concentration": 0.0, "infrastructures": 0.0, "interoperability": 0.0,
    }  # fmt: skip
    at = [COLUMNS.index((outcome, "total")) for outcome in expected]
    assert found[1, at, 0] == pytest.approx(list(expected.values()), rel=1e-12)


def test_private_clouds_are_infrastructures_where_nobody_is_on_public_cloud():
    """Two micro firms of three seats each stand for twenty in the nation, of three seats each."""
    none = Counts(*[0] * PROVIDER_SEATS)
    micro = none._replace(firms_private=2, seats_private=6, islands=2 * 3**2)
    out = np.empty(len(COLUMNS))
    nobody = [[0] * 4, [0] * 4]
    outcomes.values([micro, none, none, none], nobody, PROVIDERS, nobody, market(0), NATIONS[0], out)
    assert out[COLUMNS.index(("infrastructures", "total"))] == pytest.approx(20.0, rel=1e-12)
    assert out[COLUMNS.index(("interoperability", "total"))] == pytest.approx(1 / 20, rel=1e-12)
    assert out[COLUMNS.index(("concentration", "total"))] == 0.0


def test_a_class_without_firms_has_no_outcome(found):
    empty = [n for n, (_, group) in enumerate(COLUMNS) if group in ("small", "medium")]
    assert np.isnan(found[:, empty]).all()
    assert np.isfinite(np.delete(found, empty, axis=1)).all()


def test_an_outcome_that_is_declared_and_not_computed_or_in_the_wrong_place_is_named():
    fields = set(outcomes.ByClass._fields), set(outcomes.OfMarket._fields)
    assert outcomes.misfits(outcomes.DECLARED, *fields) == []
    index = Outcome("gini.public", "index 0-1", False, "over classes", "Inequality of seats on public cloud.")
    more = outcomes.DECLARED | {"gini_public": index}
    missing = "gini.public is declared, by_class=False, but OfMarket has no field gini_public"
    assert outcomes.misfits(more, *fields) == [missing]
    assert outcomes.misfits(more, fields[0] | {"gini_public"}, fields[1]) == [missing]
    assert outcomes.misfits(more, fields[0], fields[1] | {"gini_public"}) == []
    assert outcomes.misfits(outcomes.DECLARED, fields[0], fields[1] | {"gini_public"}) == [
        "gini_public is computed, but not declared in outcome_table"
    ]


def test_an_outcome_by_class_that_is_added_up_in_no_known_way_is_named():
    """It would be divided by firms, whatever it counts."""
    seats = Outcome("hybrid_seats", "seats", True, "sum over firms", "Seats of hybrids.")
    fields = {*outcomes.ByClass._fields, "hybrid_seats"}, outcomes.OfMarket._fields
    (sentence,) = outcomes.misfits(outcomes.DECLARED | {"hybrid_seats": seats}, *fields)
    assert sentence.startswith("hybrid_seats is added up in a way that does not begin with one of national sum, share")


def test_chances_and_shares_are_bounded_and_printed_in_per_cent_and_other_outcomes_are_not():
    """A gap between two chances may be negative; congestion may cost more than the price."""
    bounds = {name: each.hard for name, each in OUTCOMES.items() if is_fraction(each.unit)}
    assert {"share.aware", "risk.objective", "incidents", "returns", "interoperability"} < set(bounds)
    assert {name for name, ends in bounds.items() if ends != (0.0, 1.0)} == {"risk.gap", "congestion"}
    assert (bounds["risk.gap"], bounds["congestion"]) == ((-1.0, 1.0), None)
    assert {each.hard for name, each in OUTCOMES.items() if name not in bounds} == {None}


def test_money_is_by_seat_and_month_or_a_sum():
    by_seat = {"price", "unit_cost", "support", "support.in_price"}
    units = {name: each.unit for name, each in OUTCOMES.items() if "money" in each.unit}
    assert units == {name: "money per seat-month" if name in by_seat else "money" for name in units}


def test_a_mean_price_is_of_national_seats():
    assert mean_price([100.0, 40.0, 7.0, 7.0], [1.0, 2.0, 0.0, 0.0], [3.0, 1.0, 1.0, 1.0]) == pytest.approx(76.0)
