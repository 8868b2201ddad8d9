"""The provider's month against figures worked out by hand."""

import math
from itertools import pairwise

import pytest

from sim.model import market
from sim.model.market import Climate, Fixed, Provider

FIXED = Fixed(markup=0.3, first_use=4800.0, first_investment=12.0)
CLIMATE = Climate(
    cost_trend=1.0, learning=0.15, spillover=0.5, pass_through=0.15, price_cut=0.0, utilisation=0.7, lag=6.0,
    congestion_slope=0.5, invest_share=0.12, invest_boost=0.3, elasticity=0.6, growth_form=0.0, growth=0.3,
    depreciation_year=0.2, depreciation=0.02, first_security=1.0, security_depreciation=0.05, public_security=0.0,
    threat=0.03, frontier=1.5, incident=0.1, public_capital=0.0, public_capacity=0.0, cost_factor=1.0,
)  # fmt: skip


def test_unit_cost_falls_by_the_learning_rate_at_each_doubling():
    """Oracle O14: ln c falls by λ·ln 2, to 1e-12."""
    costs = [market.unit_cost(4800.0 * 2.0**n, FIXED, CLIMATE) for n in range(6)]
    assert costs[0] == 1 / 1.3
    for before, after in pairwise(costs):
        assert math.log(after / before) == pytest.approx(-0.15 * math.log(2.0), abs=1e-12)


def test_unit_cost_falls_with_progress_and_stands_still_without_learning():
    assert market.unit_cost(9e9, FIXED, CLIMATE._replace(learning=0.0, cost_trend=0.8)) == pytest.approx(0.8 / 1.3)
    assert market.unit_cost(500.0, FIXED._replace(first_use=0.0), CLIMATE) == 1 / 1.3
    assert market.experience(1.0, 0.5) == 2.0


def test_price_moves_part_of_the_way_to_cost_plus_markup_plus_support():
    assert market.price(1.0, 0.6, 0.02, FIXED, CLIMATE) == pytest.approx(1 + 0.15 * (0.78 + 0.02 - 1))
    assert market.price(1.0, 0.6, 0.0, FIXED, CLIMATE._replace(price_cut=0.5)) == pytest.approx(1 + 0.15 * (0.39 - 1))
    assert market.price(1.0, 0.6, 0.0, FIXED, CLIMATE._replace(pass_through=1.0)) == pytest.approx(0.78)


def test_capacity_grows_towards_use_and_never_shrinks():
    assert market.capacity(1000.0, 840.0, CLIMATE) == pytest.approx(1000 + (1200 - 1000) / 6)
    assert market.capacity(1000.0, 700.0, CLIMATE) == 1000.0
    assert market.capacity(1000.0, 10.0, CLIMATE) == 1000.0


def test_congestion_begins_at_the_target_use():
    assert market.congestion(700.0, 1000.0, CLIMATE) == pytest.approx(0.0, abs=1e-15)
    assert market.congestion(910.0, 1000.0, CLIMATE) == pytest.approx(0.5 * 0.3)
    assert market.congestion(10.0, 1000.0, CLIMATE) == 0.0
    assert market.congestion(10.0, 0.0, CLIMATE) == 0.0
    assert market.congestion(1.4, 1.0, CLIMATE) == pytest.approx(0.5)


def test_investment_is_a_share_of_revenue_and_more_when_it_rises():
    assert market.investment(100.0, 100.0, FIXED, CLIMATE) == pytest.approx(1.0)
    assert market.investment(140.0, 100.0, FIXED, CLIMATE) == pytest.approx((16.8 + 12) / 12)
    assert market.investment(50.0, 100.0, FIXED, CLIMATE) == pytest.approx(0.5)
    assert market.investment(50.0, 100.0, FIXED._replace(first_investment=0.0), CLIMATE) == 1.0
    assert market.investment(50.0, 100.0, FIXED._replace(first_investment=0.5), CLIMATE) == pytest.approx(12.0)


def test_revenue_that_makes_good_a_rise_of_cost_buys_no_more():
    """A rise passed on in price leaves investment as it was; one that lags behind buys less, a saving more (D3, D4)."""
    dearer = CLIMATE._replace(cost_factor=1.25)
    assert market.investment(125.0, 125.0, FIXED, dearer) == pytest.approx(1.0)
    assert market.investment(100.0, 100.0, FIXED, dearer) == pytest.approx(0.8)
    assert market.investment(100.0, 100.0, FIXED, CLIMATE._replace(cost_factor=0.8)) == pytest.approx(1.25)
    assert market.investment(1.0, 1.0, FIXED, CLIMATE._replace(cost_factor=0.0)) == pytest.approx(0.01 / 0.05)
    assert market.own_investment(125.0, 125.0, dearer) == market.own_investment(125.0, 125.0, CLIMATE)


def test_quality_bounded_form():
    assert market.quality(1.0, 1.0, CLIMATE) == 1.0
    assert market.quality(1.5, 2.0, CLIMATE) == pytest.approx(0.98 * 1.5 + 0.02 * 2**0.6)
    assert market.quality(1.5, 0.0, CLIMATE) == pytest.approx(0.98 * 1.5)


def test_quality_growth_form_and_its_bounds():
    growing = CLIMATE._replace(growth_form=1.0)
    assert market.quality(1.5, 2.0, growing) == pytest.approx(1.5 * (1 + (0.3 * 2**0.6 - 0.2) / 12))
    assert market.quality(9.9e11, 1e9, growing) == 1e12
    assert market.quality(1.0, 0.0, growing._replace(depreciation_year=1.0)) == pytest.approx(11 / 12)


def test_without_investment_at_the_start_there_is_none_to_measure_public_money_by():
    """Nothing is spent then, so nothing comes of it; and who invests no share pays nothing when revenue grows."""
    without, public = FIXED._replace(first_investment=0.0), CLIMATE._replace(public_capital=2.0, public_security=2.0)
    assert market.investment(120.0, 100.0, without, public) == 1.0
    assert market.security(1.0, 1.0, without, public) == 1.0
    assert market.own_investment(120.0, 100.0, CLIMATE._replace(invest_share=0.0)) == 0.0
    assert market.own_investment(120.0, 100.0, CLIMATE) == pytest.approx(0.12 * 120 + 0.3 * 20)


def test_security_follows_investment_and_public_spending():
    spending = CLIMATE._replace(public_security=0.5)
    assert market.security(1.0, 1.0, FIXED, CLIMATE) == 1.0
    assert market.security(2.0, 1.5, FIXED, spending) == pytest.approx(0.95 * 2 + 0.05 * 2)
    surer = CLIMATE._replace(first_security=3.0)
    assert market.security(2.0, 1.5, FIXED, surer) == pytest.approx(0.95 * 2 + 0.05 * 4.5)


def test_objective_risk_falls_with_security_and_is_a_chance():
    assert market.objective_risk(1.0, CLIMATE) == pytest.approx(0.03)
    assert market.objective_risk(3.0, CLIMATE) == pytest.approx(0.015)
    assert market.objective_risk(0.0, CLIMATE._replace(threat=5.0)) == 1.0


def test_hit_share_averages_to_the_objective_risk_over_a_year():
    usual = market.hit_share(0.03, 0.05, 0.0, CLIMATE)
    assert usual == pytest.approx(0.03 / 1.2)
    assert usual * CLIMATE.incident * 12 == pytest.approx(0.03)
    assert market.hit_share(0.03, 0.1, 0.0, CLIMATE) == 0.0
    assert market.hit_share(0.03, 0.1, 0.4, CLIMATE) == 0.4
    assert market.hit_share(0.9, 0.0, 0.0, CLIMATE._replace(incident=0.01)) == 1.0


def test_strength_is_relative_to_the_rival():
    assert market.strength(1.0, CLIMATE) == pytest.approx(0.4)
    assert market.strength(4.5, CLIMATE) == pytest.approx(0.75)


def test_a_month_takes_its_parts_in_order():
    """Learning counts this month's seats, and congestion this month's capacity."""
    start = Provider(1.0, 1 / 1.3, 1000.0, 4800.0, 1.0, 1.0, 0.0, 0.01)
    after = market.month(start, FIXED, CLIMATE, market.Demand(840.0, 600.0, 140.0, 100.0), 0.02)
    cost = (5940 / 4800) ** -0.15 / 1.3
    room = 1000 + 200 / 6
    assert after.use == 4800 + 840 + 300
    assert after.unit_cost == pytest.approx(cost)
    assert after.price == pytest.approx(1 + 0.15 * (1.3 * cost + 0.02 - 1))
    assert after.capacity == pytest.approx(room)
    assert after.congestion == pytest.approx(0.5 * (840 / (0.7 * room) - 1))
    assert after.quality == pytest.approx(0.98 + 0.02 * 2.4**0.6)
    assert after.security == pytest.approx(0.95 + 0.05 * 2.4)
    assert after.in_price == pytest.approx(0.01 + 0.15 * (0.02 - 0.01))


def test_public_money_builds_invests_and_saves():
    given = CLIMATE._replace(public_capacity=0.12, public_capital=0.5, cost_factor=0.9)
    assert market.capacity(1000.0, 700.0, given) == pytest.approx(1010.0)
    assert market.investment(100.0, 100.0, FIXED, given) == pytest.approx(1.0 / 0.9 + 0.5)
    assert market.unit_cost(4800.0, FIXED, given) == pytest.approx(0.9 / 1.3)


def test_support_in_price_is_what_the_price_would_lack_without_it():
    """Two price paths over a year, with and without support passed on, differ by what is tracked."""
    with_it, without, tracked = 1.0, 1.0, 0.0
    for month in range(12):
        passed_on = 0.02 * month
        with_it = market.price(with_it, 0.6, passed_on, FIXED, CLIMATE)
        without = market.price(without, 0.6, 0.0, FIXED, CLIMATE)
        tracked = market.in_price(tracked, passed_on, CLIMATE)
        assert with_it - without == pytest.approx(tracked, abs=1e-12)


def test_profit_is_the_margin_less_the_part_of_investment():
    """(1.1 - .8)·60 - 24·60/100; nothing where nobody buys."""
    provider = Provider(1.1, 0.8, 1000.0, 4800.0, 1.0, 1.0, 0.0, 0.0)
    assert market.profit(provider, 60.0, 100.0, 24.0) == pytest.approx(18 - 14.4)
    assert market.profit(provider, 0.6, 1.0, 0.24) == pytest.approx(0.18 - 0.144)
    assert market.profit(provider, 0.0, 0.0, 24.0) == 0.0
