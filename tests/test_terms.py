"""What rules are handed, worked out by hand from the parameters, where firms review four times a year."""

import math
import re

import numpy as np
import pytest
from small_worlds import world

from sim.model import terms
from sim.model.channels import PROVIDER_CHANNELS, Raised
from sim.model.facts import AS_DECLARED, Terms
from sim.model.market import Climate
from sim.model.monthly_terms import MonthlyTerms, Moved, Own
from sim.model.parameters import PARAMETERS

QUARTER = 0.25
SETTINGS = (
    "review.interval=3", "awareness.innovation=0.06", "awareness.imitation=0.3", "security.prior_hits=2",
    "security.prior_misses=14", "security.own_weight=3", "security.media_weight=5", "security.learning=0.5",
    "security.amplification=4", "security.memory=0.8", "security.loss=2400", "risk.private=0.02",
    "risk.on_premise_factor=1.4", "cost.interest=0.12", "cost.life=48", "cost.credit=0.25",
    "population.liquid_funds=6000", "reach.on_premise=7", "reach.private=11", "reach.public=30",
    "reach.network_weight=0.7", "agents.value=200", "agents.task_share=0.4", "switch.migration=900",
    "switch.horizon=30", "cost.private=150", "cost.private_decline=0.09", "market.cost_decline=0.06",
    "risk.threat=0.04", "risk.objective=0.05", "risk.stock=1.5", "risk.depreciation=0.3", "invest.depreciation=0.1",
    "ecosystem.start=0.25", "ecosystem.frontier_growth=0.03", "market.history=2", "market.spillover=0.4",
    "market.shares=[0.6, 0.4]", "constants.solve=true", "invest.share=0.1", "market.markup=[0.2, 0.5]",
    "cost.public_price=90", "market.pass_through=0.35", "market.utilisation=0.65", "market.lag=9",
    "market.congestion_slope=1.7", "invest.boost=2.2", "invest.elasticity=0.55", "invest.growth_form=1",
    "invest.growth=0.07", "risk.incident=0.45",
)  # fmt: skip
"""No two alike, so that one taken for another shows."""


@pytest.fixture(scope="module")
def values():
    return world("baseline", *SETTINGS).values


def test_terms_by_hand(values):
    """Rates are for a quarter, losses and payments for a month."""
    found = Terms(*terms.class_terms([values])[0, 0, :, 0])
    memory = 0.8**QUARTER
    monthly = 0.01 / (1 - 1.01**-48)
    expected = {
        "imitation": 0.3 / 4, "memory": memory, "prior_hits": (1 - memory) * 2,
        "prior_misses": (1 - memory) * 14, "partner_years": QUARTER, "own_years": 3 / 4,
        "amplification": 4 * 0.5, "prior_risk": 2 / 16, "loss": 200.0, "on_premise_risk": 0.028, "annuity": monthly,
        "funds": 7500.0, "reach_on_premise": 4.9, "reach_private": 7.7, "reach_public": 21.0, "presence_public": 9.0,
        "migration": 30.0,
    }  # fmt: skip
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, rel=1e-12)


def test_every_term_has_its_value_from_parameters_or_from_the_month(values):
    """A field of `facts.Terms` that nothing fills would be 0; one that both fill would act from one of them alone."""
    declared = set(terms._class_terms([values]))
    assert declared | set(Moved._fields) == set(Terms._fields)
    assert declared & set(Moved._fields) == set(Moved._fields) & set(Own._fields) - {
        "innovation", "private_cost", "agent_value",
    }  # fmt: skip


def test_a_debt_is_paid_back_by_its_annuity():
    """1,000 at 9 % a year over 18 months: nothing is left after the last payment; at no interest 1/18 a month."""
    debt, payment = 1000.0, 1000.0 * terms.annuity(np.array(0.09), np.array(18.0))
    for _ in range(18):
        debt = debt * (1 + 0.09 / 12) - payment
    assert debt == pytest.approx(0.0, abs=1e-9)
    assert terms.annuity(np.array(0.0), np.array(18.0)) == 1 / 18


@pytest.mark.parametrize("term", AS_DECLARED)
def test_a_term_is_the_parameter_of_its_name(term):
    """No other key that has all words of a term is shorter than the one it is taken from."""

    def words(name: str) -> set[str]:
        return {{"agents": "agent", "available": "has"}.get(each, each) for each in re.split(r"[._]", name)}

    key = AS_DECLARED[term]
    assert words(term) <= words(key)
    rivals = [other for other in PARAMETERS if words(term) <= words(other)]
    assert len(words(key)) == min(len(words(other)) for other in rivals)


def test_every_term_is_the_same_for_classes_that_are_and_of_its_own_class_otherwise():
    given = {"micro": 61.0, "small": 62.0, "medium": 63.0, "large": 64.0}
    table = "{" + ", ".join(f"{size} = {value}" for size, value in given.items()) + "}"
    found = terms.class_terms([world("baseline", f"benefit.private={table}").values])
    assert found[:, 0, terms.TERM_ROW["private_benefit"], 0].tolist() == list(given.values())
    assert len(set(found[:, 0, terms.TERM_ROW["public_benefit"], 0])) == 1


def test_terms_of_a_month_by_hand(values):
    """After 30 months; hits and shares of the economy, and policies that raise by rates a year."""
    found = terms.class_terms([values])
    levels = {
        name: np.full((4, 1, 1), level)
        for name, level in {
            "outreach": 0.2, "certified": 0.6, "shown": 2.0, "warned": 0.7, "demand": 0.5, "data": 0.1,
            "agent_saving": 0.25,
        }.items()
    }  # fmt: skip
    MonthlyTerms([values], 48).write(found, 30, levels, np.array([0.03]), np.array([[0.5], [0.2]]))
    expected = {
        "innovation": (0.06 + 0.2) / 4, "certified": 0.6 / 4 * 0.5, "media_years": (5 + 2) / 4,
        "media_hits": (5 + 2) * 0.03 + 0.7, "demand": 45.0, "agent_value": 200 * 0.5, "agent_cost": 30.0,
        "private_cost": 150 * math.exp(-0.09 * 2.5), "presence_on_premise": 7 * 0.3 * 0.5,
        "presence_private": 11 * 0.3 * 0.2,
    }  # fmt: skip
    month = Terms(*found[2, 0, :, 0])
    assert {name: getattr(month, name) for name in expected} == pytest.approx(expected, rel=1e-12)
    MonthlyTerms([values], 48).write(found, 0, {}, np.array([0.03]), np.array([[0.5], [0.2]]))
    assert found[2, 0, terms.TERM_ROW["private_cost"], 0] == 150.0


def with_levels(values, **levels: float) -> tuple[Terms, Terms]:
    """Terms of medium firms with nothing raised, and with these levels."""
    found = terms.class_terms([values])
    month = MonthlyTerms([values], 1)
    raised = []
    for each in ({}, {name: np.full((4, 1, 1), level) for name, level in levels.items()}):
        month.write(found, 1, each, np.array([0.03]), np.array([[0.5], [0.2]]))
        raised.append(Terms(*found[2, 0, :, 0]))
    return raised[0], raised[1]


def test_shares_that_policies_and_events_take_or_give(values):
    """A quarter of firms are exempt from control, from what it isolates, and from what compliance costs anyway."""
    plain, found = with_levels(
        values, control=8.0, isolated=0.4, waived=0.25, lightened=0.3, training=0.15, moving_saving=0.1, funds_lost=0.3,
        benefit_lost=0.2, free_to_change=0.5,
    )  # fmt: skip
    expected = {
        "compliance": 0.75 * (plain.compliance + 8), "isolation": 0.75 * 0.4, "lightened": 0.3, "training": 0.15,
        "migration": 0.9 * 30, "funds": 0.7 * 7500, "private_benefit": 0.8 * plain.private_benefit,
        "public_benefit": 0.8 * plain.public_benefit, "portability": (1 + plain.portability) / 2,
    }  # fmt: skip
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, rel=1e-12)
    assert min(plain.compliance, plain.private_benefit, plain.public_benefit, plain.portability) > 0.0


def test_shares_that_add_up_to_more_than_all_count_as_all(values):
    names = ("isolated", "lightened", "training", "data", "agent_saving", "moving_saving", "funds_lost")
    _, found = with_levels(values, **dict.fromkeys((*names, "benefit_lost", "free_to_change"), 1.5))
    whole = found.isolation, found.lightened, found.training, found.portability, found.agent_value / 200
    assert whole == pytest.approx((1.0,) * 5, rel=1e-12)
    none = found.agent_cost, found.migration, found.funds, found.private_benefit, found.public_benefit
    assert none == (0.0,) * 5
    _, exempt = with_levels(values, control=8.0, isolated=1.5, waived=1.5)
    assert (exempt.compliance, exempt.isolation) == (0.0, 0.0)


def test_climate_by_hand(values):
    """At the start and after 30 months: trends are exponential in years, decay is monthly."""
    months = terms.climate([values], 36)
    start, later = Climate(*months[0, :, 0]), Climate(*months[30, :, 0])
    assert (start.cost_trend, start.threat, start.frontier) == pytest.approx((1.0, 0.05, 3.0))
    assert later.cost_trend == pytest.approx(math.exp(-0.06 * 2.5), rel=1e-12)
    assert later.threat == pytest.approx(0.05 * math.exp(0.04 * 2.5), rel=1e-12)
    assert later.frontier == pytest.approx(3.0 * math.exp(0.03 * 2.5), rel=1e-12)
    assert later.depreciation == pytest.approx(1 - 0.9 ** (1 / 12), rel=1e-12)
    assert later.security_depreciation == pytest.approx(1 - 0.7 ** (1 / 12), rel=1e-12)
    taken = {
        "learning": 0.15, "spillover": 0.4, "first_security": 1.5, "depreciation_year": 0.1, "invest_share": 0.1,
        "pass_through": 0.35, "utilisation": 0.65, "lag": 9, "congestion_slope": 1.7, "invest_boost": 2.2,
        "elasticity": 0.55, "growth_form": 1, "growth": 0.07, "incident": 0.45,
    }  # fmt: skip
    assert {name: getattr(later, name) for name in taken} == taken
    neutral = ("price_cut", "public_security", "public_capital", "public_capacity")
    assert [getattr(later, name) for name in (*neutral, "cost_factor")] == [0, 0, 0, 0, 1]


def test_what_policies_and_events_raise_of_the_climate(values):
    """Savings and rises of cost multiply; the rival's gains too; price wars stop short of all."""
    plain = Climate(*terms.climate([values], 1)[1, :, 0])
    levels = {"cost_saving": 0.1, "cost_rise": 0.3, "rival_gain": 0.5, "price_cut": 2.0, "public_security": 0.7}
    levels |= {"public_capital": 0.6, "capacity": 0.2}
    raised = Raised(*(levels.get(channel, 0.0) for channel in PROVIDER_CHANNELS))
    found = plain._replace(**terms.raised(plain.frontier, raised)._asdict())
    assert (found.cost_factor, found.frontier) == pytest.approx((0.9 * 1.3, plain.frontier * 1.5))
    assert (found.price_cut, found.public_capacity) == (0.95, 0.2)
    assert (found.public_security, found.public_capital) == (0.7, 0.6)
    assert (terms.opened(0.3, 0.5), terms.opened(0.3, 1.5)) == (pytest.approx(0.65), pytest.approx(1.0))
    free = Raised(*(2.0 * (channel == "cost_saving") for channel in PROVIDER_CHANNELS))
    assert terms.raised(plain.frontier, free).cost_factor == 0.0


def test_providers_start_with_their_history_and_investment(values):
    """Two years of a hundred and of sixty seats, and of two fifths of the other's; a tenth of revenue."""
    found = terms.fixed([values], np.array([[100.0], [60.0]]), np.array([[900.0], [500.0]]))
    assert found.first_use.ravel() == pytest.approx([24 * (100 + 0.4 * 60), 24 * (60 + 0.4 * 100)])
    assert found.first_investment.ravel() == pytest.approx([90.0, 50.0])
    assert found.markup.ravel().tolist() == [0.2, 0.5]
