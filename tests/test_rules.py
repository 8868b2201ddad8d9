"""Each rule of the firm's decision against figures worked out by hand."""

from types import SimpleNamespace

import pytest
from small_worlds import review

from sim.model import rules
from sim.model.errors import told
from sim.model.facts import Firm, Offer, Seen, Support, Terms
from sim.model.review import Luck, Standing, entitlement
from sim.model.terms import priced
from sim.model.units import MONEY_UNITS


def terms(**given: float) -> Terms:
    """Terms in which everything that is not given is neutral."""
    neutral = Terms(*[0.0] * len(Terms._fields))._replace(
        has_on_premise=1.0, has_private=1.0, has_public=1.0, has_hybrid=1.0, funds=1e9, scale=1.0, hybrid_share=0.5,
        memory=1.0, learning=1.0, has_agents=1.0,
    )
    return neutral._replace(**given)


def firm(seats: float = 10.0, **given: float) -> Firm:
    usual = Firm(seats, 1.0 / seats, 1.0, 0.5, 1.0, 0.0, 1.0, 1.0, 0.2, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return usual._replace(**given)


def offer(**given: float) -> Offer:
    return Offer(1.0, 0.0, 1.0, 0.4, 0.0, 0.0, 0.0, 0.03)._replace(**given)


NOTHING = Seen(0.0, 0.0, 0.0, 0.0, 0.0)
LUCKLESS = (0.0, 0.0, 0.0, 0.0)


def test_awareness_follows_bass_and_stays():
    t = terms(innovation=0.05, imitation=0.25)
    assert rules.awareness_chance(0.5, t) == pytest.approx(0.175)
    assert rules.awareness_chance(1.0, terms(innovation=0.9, imitation=0.9)) == 1.0
    assert rules.is_aware(False, 0.17, 0.5, firm(), t)
    assert not rules.is_aware(False, 0.18, 0.5, firm(), t)
    assert rules.is_aware(True, 0.99, 0.0, firm(), t)
    assert not rules.is_aware(False, 0.0, 1.0, firm(applies=0.0), t)
    assert not rules.is_aware(False, 0.0, 0.0, firm(), terms()), "a draw may be 0, and a chance of 0 is none"


def test_belief_is_exact_bayesian_learning_without_amplification_forgetting_or_media():
    """Beta(1, 9); 6 partner-years with 2 hits, one own year weighing two without, then 3 partner-years with 3 hits."""
    t = terms(memory=1.0, amplification=1.0, partner_years=1.0, own_years=2.0, own_weight=2.0)
    first = rules.belief(1.0, 9.0, Seen(0.0, 0.0, 1.0, 6.0, 2.0), 1.0, 0.0, t)
    assert first == (3.0, 15.0)
    second = rules.belief(*first, Seen(0.0, 0.0, 1.0, 3.0, 3.0), 1.0, 1.0, t)
    assert second == (8.0, 15.0)
    assert rules.perceived_risk(*second) == pytest.approx(8 / 23)


def test_belief_forgets_exaggerates_reads_media_and_counts_certificates():
    """With half a year of each: a = .5·4 + .5·1 + 3·(1 + 2·1 + .4), b = .5·6 + .5·9 + (2·4 + 2 + 2 - 3.4) + 1.5."""
    t = terms(
        memory=0.5, prior_hits=0.5, prior_misses=4.5, amplification=3.0, partner_years=2.0, own_years=2.0,
        own_weight=2.0, media_years=2.0, media_hits=0.4, certified=1.5,
    )  # fmt: skip
    a, b = rules.belief(4.0, 6.0, Seen(0.0, 0.0, 0.5, 4.0, 1.0), 1.0, 1.0, t)
    assert a == pytest.approx(2.0 + 0.5 + 3 * 3.4)
    assert b == pytest.approx(3.0 + 4.5 + 8.6 + 1.5)


def test_years_on_cloud_are_evidence_only_to_who_was_there():
    """3 partner-years without a hit, and 2 own ones for a firm on cloud."""
    t, seen = terms(partner_years=1.0, own_years=2.0), Seen(0.0, 0.0, 1.0, 3.0, 0.0)
    assert rules.belief(1.0, 9.0, seen, 0.0, 0.0, t) == (1.0, 12.0)
    assert rules.belief(1.0, 9.0, seen, 1.0, 0.0, t) == (1.0, 14.0)


def test_more_hits_than_years_take_nothing_from_the_misses():
    t = terms(memory=1.0, amplification=1.0, partner_years=1 / 12, own_weight=2.0)
    assert rules.belief(1.0, 9.0, Seen(0.0, 0.0, 1.0, 3.0, 3.0), 1.0, 1.0, t) == (6.0, 9.0)


def test_on_premise_value():
    t = terms(on_premise_cost=180.0, on_premise_fixed=60.0, reach_on_premise=10.0, presence_on_premise=3.0)
    assert rules.on_premise_value(Seen(0.4, 0.0, 0.6, 0.0, 0.0), firm(), t) == pytest.approx(4 + 3 - 180 - 6)


def test_private_value_and_its_fear_shaken_by_news():
    """60·.5 + 15·.2 + 4 - 190·.8 - max(0, .05 + .5·(.3 - .1))·250·2; no comfort below zero."""
    t = terms(
        private_benefit=60.0, reach_private=15.0, presence_private=4.0, private_cost=190.0, private_fear=0.05,
        contagion=0.5, prior_risk=0.1, loss=250.0,
    )  # fmt: skip
    person, seen = firm(size_scale=0.8, sensitivity=2.0), Seen(0.0, 0.2, 0.0, 0.0, 0.0)
    assert rules.private_value(0.3, seen, person, t) == pytest.approx(30 + 3 + 4 - 152 - 0.15 * 500)
    assert rules.private_value(0.0, seen, person, t) == pytest.approx(30 + 3 + 4 - 152)


def test_public_value():
    t = terms(reach_public=20.0, demand=25.0, loss=250.0, compliance=6.0)
    seen = Seen(0.0, 0.0, 0.75, 6.0, 0.0)
    assert rules.public_value(0.1, seen, firm(sensitivity=2.0, tier=0.5), t) == pytest.approx(15 + 25 - 50 - 3)


def test_provider_value_with_and_without_agents():
    """12 - 100·.9·1.1 + 80·1.2·.5 + 20·.3 + agents + 5 - .5·12; agents 132·.5·.5 - 40·.9 + 20·g."""
    t = terms(
        price=100.0, public_benefit=80.0, presence_public=20.0, agent_value=132.0, agent_cost=40.0, agent_draw=20.0,
        taste_provider=12.0,
    )  # fmt: skip
    posted = priced(offer(price=0.9, congestion=0.1, quality=1.2, strength=0.5, presence=0.3, appeal=5.0), t)
    without = 12 - 99 + 48 + 6 + 5 - 6
    assert rules.agent_gain(0.0, firm(), posted, t) == pytest.approx(33 - 36)
    assert rules.agent_gain(4.0, firm(taste_agents=1.0), posted, t) == pytest.approx(33 - 36 + 4 + 20)
    assert rules.agent_gain(4.0, firm(taste_agents=1.0), posted, t._replace(has_agents=0.0)) == 0.0
    assert rules.provider_value(-0.5, 12.0, -3.0, firm(), posted, t) == pytest.approx(without)
    assert rules.provider_value(-0.5, 12.0, 17.0, firm(), posted, t) == pytest.approx(without + 17)


def test_hybrid_mixes_both_and_pays_both_fixed_costs():
    t = terms(
        hybrid_share=0.25, private_cost=200.0, private_fixed=400.0, public_fixed=100.0, integration=10.0,
        constant_hybrid=7.0, constant_public=-3.0, constant_private=2.0, constant_on_premise=1.0, taste_option=20.0,
    )  # fmt: skip
    person = firm(taste_on_premise=0.1, taste_private=0.2, taste_public=0.3, taste_hybrid=0.4)
    values = rules.option_values(0.1, -50.0, -40.0, 3, NOTHING, person, t)
    assert values == pytest.approx((1 + 2, -200 - 40 + 2 + 4, -50 - 10 - 3 + 6, -10 - 150 - 50 - 10 + 7 + 8))
    at_public = rules.option_values(0.1, -50.0, -40.0, 2, NOTHING, person, t)
    assert at_public[2:] == pytest.approx((-40 - 10 - 3 + 6, -12.5 - 150 - 50 - 10 + 7 + 8))


def test_each_option_has_what_it_shares_with_others():
    """Demand of 25 goes with all that is public, and staying costs 180 - 1."""
    t = terms(demand=25.0, on_premise_cost=180.0, constant_on_premise=1.0, hybrid_share=0.25)
    at_public = rules.option_values(0.1, -50.0, -40.0, 2, NOTHING, firm(), t)
    assert at_public == pytest.approx((-179.0, 0.0, -15.0, -6.25))
    assert rules.option_values(0.1, -50.0, -40.0, 3, NOTHING, firm(), t)[2:] == pytest.approx((-25.0, -3.75))


def test_migration_cost_is_relieved_by_capability_and_portability():
    t = terms(migration=40.0, relief=0.5, portability=0.2)
    assert rules.migration_cost(firm(capability=0.6), t) == pytest.approx(28.0)
    barely = 28.0 * 0.8
    assert rules.stays(-barely + 0.01, 0.0, firm(capability=0.6), t)
    assert not rules.stays(-barely - 0.01, 0.0, firm(capability=0.6), t)
    assert not rules.stays(3.0 - barely - 0.01, 3.0, firm(capability=0.6), t)
    assert rules.stays(3.0, 3.0, firm(), terms()), "of two that are equally good, one keeps one's own"


@pytest.mark.parametrize(
    ("seats", "share", "expected"), [(1, 0.5, 1), (1, 0.0, 1), (3, 0.5, 2), (7, 0.2, 1), (9, 1.0, 9), (20, 0.1235, 2)]
)
def test_public_seats_are_whole(seats, share, expected):
    person = firm(float(seats))
    assert [rules.public_seats(k, person, share) for k in range(4)] == [0.0, 0.0, seats, expected]


def test_support_is_the_least_of_rate_cap_and_what_is_left():
    policy = Support(rate=0.5, agent_rate=0.0, cap=6000.0, reach=0.3, new_users=0.0)

    def support(left: float, on_cloud: float, person: Firm, policy: Support = policy) -> float:
        return rules.price_support(100.0, left, entitlement(rules, on_cloud, person, policy))

    assert support(100.0, 0.0, firm(8.0)) == 50.0
    assert support(100.0, 0.0, firm(20.0)) == pytest.approx(25.0)
    assert support(4.0, 0.0, firm(8.0)) == 4.0
    assert support(100.0, 0.0, firm(8.0, attention=0.3)) == 0.0
    newcomers = policy._replace(new_users=1.0)
    assert support(100.0, 1.0, firm(8.0), newcomers) == 0.0
    assert support(100.0, 0.0, firm(8.0), newcomers) == 50.0
    assert support(100.0, 1.0, firm(8.0)) == 50.0
    assert rules.is_capped(100.0, 25.0, entitlement(rules, 0.0, firm(20.0), policy))
    assert not rules.is_capped(100.0, 50.0, entitlement(rules, 0.0, firm(8.0), policy))
    assert not rules.is_capped(100.0, 0.0, entitlement(rules, 0.0, firm(20.0, attention=0.3), policy))


def test_the_cap_limits_what_is_granted_and_less_than_the_rate():
    """Half of 100 yuan, or cap/(12·8): 50 exactly with a cap of 4,800, and .5 with one of 48."""
    policy = Support(rate=0.5, agent_rate=0.0, cap=4800.0, reach=1.0, new_users=0.0)
    assert not rules.is_capped(100.0, 50.0, entitlement(rules, 0.0, firm(8.0), policy))
    capped = entitlement(rules, 0.0, firm(8.0), policy)
    assert rules.is_capped(100.1, rules.price_support(100.1, 100.1, capped), capped)
    small = entitlement(rules, 0.0, firm(8.0), policy._replace(cap=48.0))
    assert rules.is_capped(100.0, rules.price_support(100.0, 100.0, small), small)
    for left in (0.0, 0.4):
        granted = rules.price_support(100.0, left, small)
        assert not rules.is_capped(100.0, granted, small), "what others left limits it, not the cap"
    assert rules.is_capped(100.0, rules.price_support(100.0, 0.6, small), small)


def test_a_voucher_pays_for_agents_what_its_face_value_leaves():
    """Face value 6000 a year on 8 seats is 62.5 a seat-month: 40 of the price, 22.5 of at most .6·40 for agents."""
    voucher = Support(rate=0.4, agent_rate=0.6, cap=6000.0, reach=1.0, new_users=0.0)
    may = entitlement(rules, 0.0, firm(8.0), voucher)
    granted = rules.price_support(100.0, 100.0, may)
    assert granted == 40.0
    assert rules.agent_support(40.0, 40.0, granted, may) == pytest.approx(22.5)
    assert rules.agent_support(30.0, 30.0, granted, may) == pytest.approx(18.0)
    assert rules.agent_support(40.0, 5.0, granted, may) == 5.0


def test_training_makes_good_a_share_of_what_is_lacking():
    person = firm(capability=0.4)
    assert rules.capability(person, terms()) == 0.4
    assert rules.capability(person, terms(training=0.25)) == pytest.approx(0.55)
    assert rules.migration_cost(person, terms(migration=40.0, relief=0.5, training=0.25)) == pytest.approx(29.0)


@pytest.mark.parametrize(
    "rule",
    [
        lambda person, t: rules.private_value(0.1, NOTHING, person, t),
        lambda person, t: rules.provider_value(0.0, 0.0, 0.0, person, priced(offer(), t), t),
        lambda person, t: rules.agent_gain(0.0, person, priced(offer(), t), t),
        rules.migration_cost,
    ],
)
def test_training_counts_wherever_capability_does(rule):
    """Who has .4 and is trained by a quarter of what is lacking is worth who has .55."""
    t = terms(private_benefit=60.0, public_benefit=80.0, agent_value=132.0, migration=40.0, relief=0.5)
    trained = rule(firm(capability=0.4), t._replace(training=0.25))
    assert trained == pytest.approx(rule(firm(capability=0.55), t))
    assert trained != pytest.approx(rule(firm(capability=0.4), t))


def test_compliance_is_lightened_for_low_tiers():
    """6 in the top tier; .2 of it, and of that .6·.8 taken off, in a tier of .2."""
    t = terms(compliance=6.0, lightened=0.6)
    assert rules.compliance_cost(firm(tier=1.0), t) == 6.0
    assert rules.compliance_cost(firm(tier=0.2), t) == pytest.approx(6 * 0.2 * (1 - 0.6 * 0.8))


def test_who_is_isolated_leaves_public_cloud_and_does_not_enter_it():
    """A fifth of a tier of one half where two fifths of the top tier are isolated."""
    t, values = terms(isolation=0.4), (0.0, 1.0, 50.0, 60.0)
    isolated, free = firm(tier=0.5, exposure=0.19), firm(tier=0.5, exposure=0.2)
    assert rules.choice(values, LUCKLESS, 0, True, isolated, t) == (1, 1.0)
    assert rules.choice(values, LUCKLESS, 2, True, isolated, t) == (1, 1.0)
    assert rules.choice(values, LUCKLESS, 2, True, free, t) == (3, 60.0)
    assert rules.choice((-5.0, -1.0, 50.0, 60.0), LUCKLESS, 2, True, isolated, t) == (1, -1.0)
    for option in (0, 1):
        low = tuple(-2.0 if k == option else -3.0 for k in range(4))
        assert rules.choice(low, LUCKLESS, option, True, isolated, t) == (option, -2.0)
    closed = t._replace(has_on_premise=0.0, has_private=0.0)
    assert rules.choice(values, LUCKLESS, 2, True, isolated, closed) == (2, 50.0)


def test_learning_off_leaves_belief_where_memory_puts_it():
    t = terms(memory=0.5, prior_hits=0.5, prior_misses=4.5, learning=0.0, partner_years=1.0, own_years=2.0)
    assert rules.belief(1.0, 9.0, Seen(0.0, 0.0, 1.0, 6.0, 2.0), 1.0, 1.0, t) == (1.0, 9.0)


def test_what_experience_adds_to_the_surplus_decided_on():
    """Perceived .1 against .03 on public; .05 + .5·(.1 - .2) against .02 at home, half as often on premise."""
    t = terms(
        loss=100.0, private_fear=0.05, contagion=0.5, prior_risk=0.2, private_risk=0.02, on_premise_risk=0.03,
        hybrid_share=0.25,
    )  # fmt: skip
    person = firm(sensitivity=2.0, attack_scale=1.5)
    found = [rules.overrated(0.1, person, 0.03, option, t) for option in range(4)]
    private, public = 200 * (0.0 - 0.03), 200 * 0.07
    assert found == pytest.approx([-200 * 0.045, private, public, 0.25 * public + 0.75 * private])
    assert rules.overrated_unaware(person, t) == found[0]
    shaken = rules.overrated(0.3, person, 0.03, 1, t)
    assert shaken == pytest.approx(200 * (0.1 - 0.03)), "fear of .05 + .5·(.3 - .2) at home"
    assert rules.surplus(-12.34, firm(10.0), 12.0) == -1481.0
    assert rules.surplus(-12.34, firm(10.0), 3.0) == -370.0, "a contract of three months"
    assert rules.surplus(1e300, firm(10.0), 12.0) == 2.0**36
    assert rules.surplus(-1e300, firm(10.0), 12.0) == -(2.0**36)


@pytest.mark.parametrize(
    ("x", "expected"), [(2.0, 2.0), (2.47, 2.0), (2.5, 3.0), (2.6, 3.0), (-2.5, -2.0), (-2.6, -3.0)]
)
def test_whole_numbers_are_the_nearest_and_halves_go_up(x, expected):
    assert rules.whole(x) == expected


def test_grant_is_in_whole_smallest_units():
    assert rules.grant(12.34567, 3.0, 12.0) == 4444441.0
    assert rules.grant(12.34567, 3.0, 1.0) == 370370.0


def test_upfront_cost_must_be_within_means():
    t = terms(upfront_fixed=30_000.0, upfront_seat=1_500.0, funds=12_000.0, hybrid_share=0.2)
    assert rules.upfront_private(firm(10.0), t) == 4_500.0
    assert rules.upfront_hybrid(firm(10.0), t) == 4_200.0
    assert rules.affordable(4_500.0, firm(funds=0.375), t)
    assert not rules.affordable(4_500.0, firm(funds=0.374), t)


def chosen(*facts) -> int:
    """The option chosen."""
    return rules.choice(*facts)[0]


def test_the_best_open_option_is_chosen_and_staying_costs_nothing():
    t = terms(migration=10.0)
    assert chosen((0.0, 9.9, 9.0, 8.0), LUCKLESS, 0, True, firm(), t) == 0
    assert chosen((0.0, 10.1, 9.0, 8.0), LUCKLESS, 0, True, firm(), t) == 1
    assert chosen((0.0, 10.1, 9.0, 8.0), LUCKLESS, 0, False, firm(), t) == 0
    assert chosen((10.1, 0.0, 0.0, 0.0), LUCKLESS, 2, True, firm(), t) == 0
    assert chosen((0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 10.1), 2, True, firm(), t) == 3
    assert chosen((0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 5.0), 2, True, firm(), t._replace(scale=3.0)) == 3


def test_utility_is_value_plus_scaled_luck_less_the_cost_of_a_change():
    """Twenty times the luck; 10 less for who enters."""
    t, values, luck = terms(scale=20.0, migration=10.0), (3.0, -1.0, -2.0, -4.0), (0.5, 1.0, 1.5, 2.0)
    kept = [rules.choice(values, luck, k, False, firm(), t) for k in range(4)]
    assert kept == [(0, 13.0), (1, 19.0), (2, 28.0), (3, 36.0)]
    assert rules.choice(values, luck, 0, True, firm(), t) == (3, 26.0)
    assert rules.choice(values, (1.4, 1.0, 0.5, 0.0), 2, True, firm(), t) == (0, 21.0)


def test_capital_is_a_cost_of_entry_alone():
    t = terms(upfront_seat=100.0, annuity=0.05)
    assert chosen((0.0, 4.9, 0.0, 0.0), LUCKLESS, 0, True, firm(), t) == 0
    assert chosen((0.0, 5.1, 0.0, 0.0), LUCKLESS, 0, True, firm(), t) == 1
    assert chosen((0.0, 0.1, 0.0, 0.0), LUCKLESS, 1, True, firm(), t) == 1
    assert chosen((0.0, 0.0, 0.0, 2.6), LUCKLESS, 0, True, firm(), t) == 3
    assert chosen((0.0, 0.0, 0.0, 2.4), LUCKLESS, 0, True, firm(), t) == 0


@pytest.mark.parametrize("k", range(4))
def test_what_is_closed_is_not_entered_however_good_but_kept_by_who_has_it(k):
    names = ("has_on_premise", "has_private", "has_public", "has_hybrid")
    t = terms(**{names[k]: 0.0})
    values = tuple(1e6 if n == k else float(n) for n in range(4))
    start = (k + 1) % 4
    assert chosen(values, LUCKLESS, start, True, firm(), t) == max(n for n in range(4) if n != k)
    assert chosen(values, LUCKLESS, k, True, firm(), t) == k


@pytest.mark.parametrize("k", [1, 3])
def test_who_cannot_pay_does_not_enter_but_stays(k):
    t = terms(upfront_seat=100.0, funds=10.0)
    values = tuple(1e6 if n == k else 0.0 for n in range(4))
    assert chosen(values, LUCKLESS, 2, True, firm(), t) == 2
    assert chosen(values, LUCKLESS, k, True, firm(), t) == k


def test_who_has_the_means_for_a_hybrid_only_may_enter_that():
    t = terms(upfront_seat=100.0, funds=60.0)
    assert chosen((0.0, 10.0, 0.0, 9.0), LUCKLESS, 0, True, firm(), t) == 3


def test_several_supports_never_exceed_the_price():
    t = terms(price=100.0, public_benefit=0.0)
    policies = [Support(rate, 0.0, 1e9, 1.0, 0.0) for rate in (0.6, 0.3, 0.7)]
    luck, standing = Luck(0.0, 0.9, (0.0, 0.0, 50.0, 0.0)), Standing(0, -1, True, 1.0, 9.0)
    offers = [priced(offer(price=0.9), t)]
    _, found, claimed = review(rules, firm(), luck, [0.0], standing, NOTHING, t, offers, policies, 12.0)
    assert found.option == 2
    assert [claim / 10 / 12 / MONEY_UNITS for claim in claimed.claims] == pytest.approx([54.0, 27.0, 9.0])
    assert sum(claimed.claims) <= 90.0 * 10 * 12 * MONEY_UNITS


def test_several_supports_never_exceed_the_cost_of_agents_either():
    """Of 90 for the price and 36 for agents the last gets what is left: 9 and 3.6."""
    t = terms(price=100.0, agent_cost=40.0, agent_value=1000.0)
    policies = [Support(rate, rate, 1e9, 1.0, 0.0) for rate in (0.6, 0.3, 0.7)]
    luck, standing = Luck(0.0, 0.9, (0.0, 0.0, 50.0, 0.0)), Standing(0, -1, True, 1.0, 9.0)
    offers = [priced(offer(price=0.9), t)]
    _, found, claimed = review(rules, firm(), luck, [0.0], standing, NOTHING, t, offers, policies, 12.0)
    assert (found.option, found.agents) == (2, True)
    assert [claim / 10 / 12 / MONEY_UNITS for claim in claimed.claims] == pytest.approx([75.6, 37.8, 12.6])


def test_an_error_in_a_rule_is_told_with_its_place():
    with pytest.raises(AttributeError) as caught:
        rules.is_aware(False, 0.1, 0.2, firm(), SimpleNamespace(innovaton=0.1))
    assert told(caught.value).startswith("AttributeError: ")
    assert told(caught.value).endswith(", in awareness_chance)")
    assert " (rules.py, line " in told(caught.value)
    assert told(ZeroDivisionError("elsewhere")) == "ZeroDivisionError: elsewhere"
