"""Every instrument and every event: first month by hand, sign over a hundred worlds, nothing at no strength, money."""

import numpy as np
import pytest
from small_worlds import column, differences, world

from sim.engines import simulate, simulate_lanes
from sim.engines.mesa_engine import CloudAdoption
from sim.engines.mesa_posted import Support
from sim.model import rules
from sim.model.facts import Firm
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES, SECTORS
from sim.model.review import entitlement

MICRO, ICT, FINANCE = CLASSES.index("micro"), SECTORS.index("ict"), SECTORS.index("finance_health")


def stem(name: str) -> str:
    return "policy.x.instrument" if name in INSTRUMENTS else "event.x.kind"


def settings(name: str, start: object, **given: object) -> list[str]:
    """Settings of one policy or event, an event lasting until the end of the run unless said otherwise."""
    kind = stem(name)
    given = {"start": start} | ({} if name in INSTRUMENTS else {"end": "2033-12"}) | given
    return [f"{kind}={name}", *(f"{kind.rpartition('.')[0]}.{key}={value}" for key, value in given.items())]


def strongest(name: str) -> dict[str, object]:
    """Settings at the upper ends of their plausible ranges, support that ends in price apart."""
    known = (INSTRUMENTS | EVENTS)[name].fields
    return {key: field.plausible[1] for key, field in known.items() if key not in ("incidence", "provider")}


@pytest.mark.parametrize("name", INSTRUMENTS | EVENTS)
def test_defaults_are_plausible_and_what_is_plausible_is_accepted(name):
    for field in (INSTRUMENTS | EVENTS)[name].fields.values():
        (least, most), (low, high) = field.hard, field.plausible
        assert least <= low <= field.default <= high <= most, field.name
        assert low < high, field.name


# The outcomes that each moves at the end of eight years, and where to; + up, - down.
SIGNS = {
    "public_cloud_subsidy": "+share.firms.any_cloud +share.seats.public +share.agents -risk.objective -unit_cost",
    "compute_voucher": "+share.firms.any_cloud +share.agents -unit_cost",
    "outreach": "+share.aware +share.firms.any_cloud",
    "training": "+share.firms.any_cloud +share.agents",
    "data_supply": "+share.agents +share.seats.public",
    "standardisation": "+share.agents +share.firms.any_cloud",
    "open_source": "+share.agents +share.firms.any_cloud",
    "tight_control": "-share.firms.public -share.seats.public",
    "tiered_regulation": "-risk.perceived +share.firms.public",
    "sandbox": "-risk.perceived +share.firms.public",
    "security_strengthening": "-risk.objective -risk.perceived +share.firms.public",
    "demonstration": "-unit_cost +ecosystem -risk.objective",
    "infrastructure": "-unit_cost -price +share.seats.public",
    "interconnection": "+interoperability +share.firms.public",
    "patient_capital": "+ecosystem -risk.objective +share.seats.public",
    "price_war": "-price +share.firms.public",
    "risk_warning": "+risk.perceived -share.firms.public",
    "provider_breach": "+risk.perceived -share.firms.public",
    "trade_restriction": "+unit_cost +price -ecosystem -share.seats.public",
    "recession": "-share.firms.any_cloud",
    "rival_leap": "-ecosystem -share.agents",
    "demand_shock": "+share.firms.public",
}

SEEDS = 100


@pytest.fixture(scope="module")
def effects():
    """Differences from the base world at the end, (seeds,) by instrument or event and outcome; shared draws."""
    size = ("run.months=96",)
    lanes = {name: world("baseline", *size, *settings(name, "2027-01", **strongest(name)), firms=500) for name in SIGNS}
    found: dict[tuple[str, str], list[float]] = {}
    for seed in range(SEEDS):
        base, *others = simulate_lanes([world("baseline", *size, firms=500), *lanes.values()], seed, "compiled", 96)
        for name, result in zip(lanes, others, strict=True):
            for sign in SIGNS[name].split():
                moved = column(result, sign[1:])[-1] - column(base, sign[1:])[-1]
                found.setdefault((name, sign), []).append(moved)
    return found


def test_every_instrument_and_event_has_a_sign():
    assert set(SIGNS) == {*INSTRUMENTS, *EVENTS}
    assert len(INSTRUMENTS) == 15
    assert len(EVENTS) == 7


@pytest.mark.parametrize("name", SIGNS)
def test_the_sign_of_the_final_effect_holds_in_95_of_100_worlds(effects, name):
    for sign in SIGNS[name].split():
        moved = np.array(effects[name, sign])
        right = (moved > 0).sum() if sign[0] == "+" else (moved < 0).sum()
        assert right >= 95, (sign, right)


@pytest.fixture(scope="module")
def still():
    return world("baseline", "run.months=30", "review.interval=6", firms=120)


@pytest.mark.parametrize("strength", ["0", "1e-300"])
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_without_strength_nothing_happens(still, engine, strength):
    """To the bit, all outcomes and firms; an event's strength is that of its settings."""
    lanes = [still]
    for name, each in (INSTRUMENTS | EVENTS).items():
        none = {"strength": strength} if name in INSTRUMENTS else dict.fromkeys(each.fields, strength)
        none |= {"end": "2027-12"} | ({"provider": 1} if "provider" in each.fields else {})
        lanes.append(world("baseline", "run.months=30", "review.interval=6", *settings(name, 3, **none), firms=120))
    base, *others = simulate_lanes(lanes, 0, engine)
    found = {name: differences(base, each) for name, each in zip(INSTRUMENTS | EVENTS, others, strict=True)}
    recorded = {"provider_breach": ["incidents[total]"]} if strength != "0" else {}  # the share itself is an outcome
    assert {name: wrong for name, wrong in found.items() if wrong} == recorded


# Effects of the first month, by hand.

FIRM = Firm(
    seats=10.0, per_seat=0.1, size_scale=0.8, capability=0.4, sensitivity=1.0, tier=1.0, funds=1.0, applies=1.0,
    attention=0.3, exposure=0.25, attack_scale=1.0, taste_on_premise=0.0, taste_private=0.0, taste_public=0.0,
    taste_hybrid=0.0, taste_agents=0.0,
)  # fmt: skip


def started(name: str, months: int = 0, **given: object) -> CloudAdoption:
    """A model that has posted what firms face in the first month in force, or has gone on for some months."""
    size = ("run.months=24", "agents.paying_share=0.5")
    model = CloudAdoption(world("baseline", *size, *settings(name, 1, **given), firms=60), 0)
    if not months:
        model.government.resolve()
        model.post()
        for provider in model.providers:
            provider.post()
    for _ in range(months):
        model.step()
    return model


def terms_of(model: CloudAdoption):
    return model.terms[MICRO][FINANCE]


def entitled(model: CloudAdoption, person: Firm = FIRM):
    (support,) = model.government.supports[MICRO][FINANCE]
    assert isinstance(support, Support)
    return entitlement(rules, 0.0, person, support)


def test_a_subsidy_pays_its_rate_or_its_cap():
    """30 of 100 yuan, or 1,200 a year on ten seats: 10 a seat-month."""
    assert rules.price_support(100.0, 100.0, entitled(started("public_cloud_subsidy", rate=0.3))) == pytest.approx(30)
    assert rules.price_support(100.0, 100.0, entitled(started("public_cloud_subsidy", rate=0.3, cap=1200))) == 10.0
    assert entitled(started("public_cloud_subsidy", reach=0.5, redemption=0.5)).rate == 0.0  # attention .3 of .25


def test_a_voucher_pays_for_agents_too():
    """40 % of 100 and of 40 yuan: 56 a seat-month; with a face value of 5,000 on ten seats 41.7, 1.7 for agents."""
    may = entitled(started("compute_voucher"))
    assert rules.price_support(100.0, 100.0, may) + rules.agent_support(40.0, 40.0, 40.0, may) == pytest.approx(56.0)
    may = entitled(started("compute_voucher", cap=5000))
    assert rules.agent_support(40.0, 40.0, 40.0, may) == pytest.approx(5000 / 120 - 40)


@pytest.mark.parametrize(
    ("name", "given", "rule", "expected"),
    [
        # p + chance, of firms without partners on cloud: .05 + .1
        ("outreach", {}, lambda t: rules.awareness_chance(0.0, t), 0.15),
        # capability .4 + .1·.6 = .46; moving costs 1200/36·(1 - .5·.46)
        ("training", {}, lambda t: rules.migration_cost(FIRM, t), 1200 / 36 * 0.77),
        # γ·(.6 + .1)·q·capability of an ecosystem of .5, less 40
        ("data_supply", {}, lambda t: t.agent_value * 0.5 * 0.4 - t.agent_cost, 220 * 0.7 * 0.2 - 40),
        # a fifth off moving, with capability .4: 1200/36·.8·.8, and off the cost of agents
        ("standardisation", {}, lambda t: rules.migration_cost(FIRM, t) + t.agent_cost, 1200 / 36 * 0.64 + 32),
        # portability .2 + .3·.8
        ("open_source", {}, lambda t: t.portability + t.agent_cost, 0.44 + 32),
        ("interconnection", {}, lambda t: t.portability, 0.44),
        # 6 + 20 in the top tier
        ("tight_control", {}, lambda t: rules.compliance_cost(FIRM, t), 26.0),
        # (6 + 5) in the top tier; in a tier of a quarter a quarter of it, less .6·.75 of that
        ("tiered_regulation", {}, lambda t: rules.compliance_cost(FIRM, t), 9.0),
        ("tiered_regulation", {}, lambda t: rules.compliance_cost(FIRM._replace(tier=0.25), t), 9 / 4 * 0.4),
        ("sandbox", {}, lambda t: rules.compliance_cost(FIRM, t), 3.0),
        # half a year of evidence in a year
        ("sandbox", {}, lambda t: t.certified, 0.5),
        ("security_strengthening", {}, lambda t: t.certified, 0.5),
        ("tiered_regulation", {"strength": 0.5}, lambda t: t.certified, 0.25),
        # the record of the media, weight 2, and of state bodies, weight 1
        ("demonstration", {}, lambda t: t.media_years, 3.0),
        # one warning month of half a hit, on top of media·hit share of the past year: 2·.032
        ("risk_warning", {"end": 1}, lambda t: t.media_hits, 0.5 + 2 * 0.032),
        # 8000·1.5 of funds less .3; 80 of benefit less .2
        ("recession", {}, lambda t: t.funds + t.public_benefit, 8000 * 1.5 * 0.7 + 64),
        ("demand_shock", {}, lambda t: t.demand, 20.0),
        ("outreach", {"ramp": 4}, lambda t: rules.awareness_chance(0.0, t), 0.05 + 0.1 / 4),
    ],
)  # fmt: skip
def test_what_a_firm_faces_in_the_first_month(name, given, rule, expected):
    assert rule(terms_of(started(name, **given))) == pytest.approx(expected, rel=1e-12)


def test_control_isolates_the_most_exposed_of_a_tier():
    """Three in ten of the top tier, fifteen in a hundred of a tier of a half; none inside a full sandbox."""
    t = terms_of(started("tight_control"))
    assert not rules.is_free(FIRM, t)
    assert rules.is_free(FIRM._replace(exposure=0.3), t)
    assert not rules.is_free(FIRM._replace(tier=0.5, exposure=0.149), t)
    assert rules.is_free(FIRM._replace(tier=0.5, exposure=0.15), t)
    size, given = ("run.months=24",), settings("tight_control", 1)
    both = CloudAdoption(
        world("baseline", *size, *given, "policy.y.instrument=sandbox", "policy.y.start=1", "policy.y.relief=1"), 0
    )
    both.government.resolve()
    both.post()
    assert rules.is_free(FIRM._replace(exposure=0.0), terms_of(both))
    assert rules.compliance_cost(FIRM, terms_of(both)) == 0.0


def test_a_sandbox_lightens_what_is_left_where_controls_add_up_to_more_than_everybody():
    """Twice eight tenths are everybody, of whom half stay free of a half sandbox; not eight tenths isolated."""
    more = (("y", "instrument=tight_control", "isolation=0.8"), ("z", "instrument=sandbox", "relief=0.5"))
    added = [f"policy.{name}.{each}" for name, *own in more for each in (*own, "start=1")]
    model = CloudAdoption(world("baseline", *settings("tight_control", 1, isolation=0.8), *added), 0)
    model.government.resolve()
    model.post()
    assert terms_of(model).isolation == 0.5


def test_warnings_are_heard_once_by_everybody():
    """One month's warning counts for twelve months of reviews, then is gone."""
    model = started("risk_warning", end=1)
    heard = []
    for _ in range(14):
        media = 2 * sum(model.government.media_hits)
        model.step()
        heard.append(terms_of(model).media_hits - media)
    assert heard[:12] == pytest.approx([0.5] * 12)
    assert heard[12:] == pytest.approx([0.0] * 2, abs=1e-15)


def provider_after(name: str, months: int = 1, **given: object):
    """The first provider after some months, and the same without the policy or event."""
    base = CloudAdoption(world("baseline", "run.months=24", "agents.paying_share=0.5", firms=60), 0)
    for _ in range(months):
        base.step()
    return started(name, months, **given), base


def test_what_a_provider_is_after_the_first_month():
    """Each against the same provider without it; unit cost, price (pass-through .2), capacity, stocks."""
    monthly = 1 - 0.75 ** (1 / 12)
    quality = 1 - 0.8 ** (1 / 12)

    def states(name, **given):
        with_it, without = provider_after(name, **given)
        return with_it.providers[0].state, without.providers[0].state

    with_it, without = states("infrastructure")
    assert with_it.unit_cost == pytest.approx(without.unit_cost * 0.95, rel=1e-12)
    assert with_it.price - without.price == pytest.approx(-0.2 * 1.3 * 0.05 * without.unit_cost, rel=1e-9)
    before = started("infrastructure").providers[0].state.capacity
    assert with_it.capacity - without.capacity == pytest.approx(0.1 / 12 * before)
    with_it, without = states("security_strengthening")
    assert with_it.security - without.security == pytest.approx(monthly * 0.5, rel=1e-9)
    with_it, without = states("patient_capital")
    assert with_it.security - without.security == pytest.approx(monthly * 0.5, rel=1e-9)
    invested = ((without.quality - (1 - quality)) / quality) ** (1 / 0.6)
    assert with_it.quality == pytest.approx(1 - quality + quality * (invested + 0.5) ** 0.6, rel=1e-9)
    with_it, without = states("price_war")
    assert with_it.price - without.price == pytest.approx(-0.2 * 0.2 * 1.3 * without.unit_cost, rel=1e-9)
    with_it, without = states("trade_restriction")  # six tenths of hardware is foreign: cost up by .3·.6
    assert with_it.unit_cost == pytest.approx(without.unit_cost * 1.18, rel=1e-12)


def test_the_rival_s_lead_is_seen_in_the_first_month():
    """Strength q = 1/(1 + 1.5·(1 + rise)) of an ecosystem that starts at .4."""
    for name, rise in (("rival_leap", 0.5), ("trade_restriction", 0.2 * 0.6)):
        offer = started(name).providers[0].offer
        assert offer.strength == pytest.approx(1 / (1 + 1.5 * (1 + rise)), rel=1e-12)


def test_interconnection_opens_the_other_providers():
    """κ .3 + .3·.7 of the others' seats."""
    model = started("interconnection")
    own, everybody = model.providers[0].seats() / model.seats, sum(p.seats() for p in model.providers) / model.seats
    assert model.providers[0].offer.presence == pytest.approx(own + 0.51 * (everybody - own), rel=1e-12)


def test_state_bodies_bring_seats_and_revenue():
    """Two per cent of all seats, by market share, enter use and revenue of the month."""
    with_it, without = provider_after("demonstration")
    for n, share in enumerate((0.45, 0.35, 0.2)):
        more = 0.02 * without.seats * share
        assert with_it.providers[n].use() - without.providers[n].use() == pytest.approx(more, rel=1e-9)
        earned = with_it.providers[n].earned - without.providers[n].earned
        assert earned == pytest.approx(more * without.government.mean_price, rel=1e-9)


def test_a_breach_hits_customers_of_its_provider():
    with_it, without = provider_after("provider_breach", share=0.4, provider=2)
    assert with_it.providers[1].hit_shares[0] == 0.4
    assert with_it.providers[0].hit_shares == without.providers[0].hit_shares


FIRMS = 48.42e6 * 0.9 / 12
"""Micro firms, a twelfth of them."""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("outreach", lambda _: 50 * FIRMS),
        ("training", lambda _: 500 * FIRMS),
        *((name, lambda _: 20 * FIRMS) for name in ("tight_control", "tiered_regulation", "sandbox")),
        *(
            (name, lambda model, times=times: times * sum(p.fixed.first_investment for p in model.providers))
            for name, times in (
                ("data_supply", 0.1), ("standardisation", 0.05), ("open_source", 0.05), ("interconnection", 0.05),
                ("security_strengthening", 0.5), ("infrastructure", 0.5), ("patient_capital", 0.5),
            )
        ),
        ("demonstration", lambda model: 0.2 * 0.02 * model.seats * model.government.mean_price),
    ],
)  # fmt: skip
def test_what_is_spent_in_the_first_month(name, expected):
    """By whom the policy is aimed at, what providers invested at the start, or the price of the seats moved."""
    given = {"classes": '["micro"]'} if name in ("outreach", "training") else {}
    given |= {"classes": '["micro"]'} if "supervision" in INSTRUMENTS[name].fields else {}
    model = started(name, 1, **given)
    assert model.outcomes()["spent"] == pytest.approx(expected(model), rel=1e-9)
    assert model.outcomes()["spent[policy.x]"] == model.outcomes()["spent"]


def test_support_spent_is_what_supported_firms_claim():
    """Half of 100 yuan for a year on the seats of those who took it at the first review."""
    model = started("public_cloud_subsidy", 1, rate=0.5, cap=1e9)
    claimed = [0.0] * len(CLASSES)
    for firm in model.firms:
        claimed[firm.size_class] += 50.0 * 12 * firm.public_seats * firm.supported
    weights = model.world.layout.weights
    expected = sum(round(c * w * 1e4) / 1e4 for c, w in zip(claimed, weights, strict=True))
    assert model.outcomes()["spent"] == pytest.approx(expected, rel=1e-12)
    assert expected > 0
    seats = sum(w * f.public_seats for f in model.firms if f.supported for w in [weights[f.size_class]])
    assert model.outcomes()["supported_seats"] == pytest.approx(seats, rel=1e-12)


@pytest.mark.parametrize("name", [n for n, each in INSTRUMENTS.items() if "sectors" in each.targets])
def test_only_the_sectors_aimed_at_face_it(name):
    aimed, plain = started(name, sectors='["ict"]'), started(name, strength=0)
    assert aimed.terms[MICRO][FINANCE] == plain.terms[MICRO][FINANCE]
    assert aimed.terms[MICRO][ICT] == started(name).terms[MICRO][ICT]
    if not INSTRUMENTS[name].supports_price:
        assert aimed.terms[MICRO][ICT] != plain.terms[MICRO][ICT]


@pytest.mark.parametrize("name", [n for n, each in INSTRUMENTS.items() if "classes" in each.targets])
def test_only_the_classes_aimed_at_face_it(name):
    aimed, plain = started(name, classes='["large"]'), started(name, strength=0)
    assert aimed.terms[MICRO] == plain.terms[MICRO]
    assert aimed.terms[-1] == started(name).terms[-1]


def test_policies_add_up_and_a_share_is_at_most_one():
    """Two trainings of .1 and .2 are one of .3; of .7 and .8 together no more than all that is lacking."""

    def two(first: float, second: float):
        given = [f"policy.{n}.{each}" for n in "xy" for each in ("instrument=training", "start=1")]
        model = CloudAdoption(
            world("baseline", "run.months=24", *given, f"policy.x.gain={first}", f"policy.y.gain={second}"), 0
        )
        model.government.resolve()
        model.post()
        return terms_of(model)

    assert two(0.1, 0.2).training == pytest.approx(0.3)
    assert two(0.1, 0.2) == two(0.2, 0.1)
    assert two(0.7, 0.8).training == 1.0


def test_order_matters_to_supports_alone():
    """Each support gets what those before it left of the price; so the first in the file pays first."""
    given = [f"policy.{n}.{each}" for n in "xy" for each in ("instrument=public_cloud_subsidy", "start=1", "cap=1e9")]
    rates = [(f"policy.x.rate={x}", f"policy.y.rate={1.3 - x}") for x in (0.8, 0.5)]
    first, second = (simulate(world("baseline", "run.months=14", *given, *each), 0, "numpy") for each in rates)
    assert column(first, "spent") == pytest.approx(column(second, "spent"), rel=1e-8)  # whole units per firm
    paid = [each.values[-1, -2:] for each in (first, second)]
    assert paid[0] / paid[0].sum() == pytest.approx([0.8, 0.2], abs=1e-6)
    assert paid[1] / paid[1].sum() == pytest.approx([0.5, 0.5], abs=1e-6)
