"""Each engine runs its own view of the rules: a rule altered for one changes that one alone."""

from types import ModuleType

import pytest
from small_worlds import differences, world

from sim.engines import compiled_engine, mesa_firm, mesa_provider, numpy_engine, simulate
from sim.model import market, rules
from sim.model.market import Provider
from sim.model.market import month as true_month
from sim.model.rules import option_values as true_values

ENGINES = ("numpy", "compiled", "mesa")
SCENARIO = world("baseline", "run.months=24", "review.interval=6", firms=100)


def private_is_worth_more(risk, provider_if_new, provider_if_kept, option, seen, firm, t):
    on_premise, private, public, hybrid = true_values(risk, provider_if_new, provider_if_kept, option, seen, firm, t)
    return on_premise, private + 60.0, public, hybrid


def price_never_falls(provider, fixed, climate, demand, passed_on):
    new = true_month(provider, fixed, climate, demand, passed_on)
    return Provider(
        provider.price + 0.01, new.unit_cost, new.capacity, new.use, new.quality, new.security, new.congestion,
        new.in_price,
    )


def altered(module: ModuleType, **functions) -> ModuleType:
    """A copy of a module of rules with other functions in place of some."""
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module) | functions)
    return copy


ALTERED_RULES = altered(rules, option_values=private_is_worth_more)
ALTERED_MARKET = altered(market, month=price_never_falls)


def alter(monkeypatch, engine: str, rules_or_market: ModuleType) -> None:
    """Let one engine see altered rules."""
    is_market = rules_or_market is ALTERED_MARKET
    if engine == "mesa":
        monkeypatch.setattr(*((mesa_provider, "market") if is_market else (mesa_firm, "rules")), rules_or_market)
    else:
        array_engine = {"numpy": numpy_engine, "compiled": compiled_engine}[engine]
        monkeypatch.setattr(array_engine, "market" if is_market else "rules", rules_or_market)


@pytest.fixture(scope="module")
def usual():
    results = {engine: simulate(SCENARIO, 0, engine) for engine in ENGINES}
    assert differences(results["numpy"], results["compiled"]) == differences(results["numpy"], results["mesa"]) == []
    return results


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("view", "moved"),
    [
        (ALTERED_RULES, "share.firms.private[large]"),
        (ALTERED_MARKET, "price[total]"),
    ],
    ids=["option_values", "month"],
)
def test_a_rule_altered_for_one_engine_changes_that_engine_alone(usual, engine, view, moved, monkeypatch):
    alter(monkeypatch, engine, view)
    for other in ENGINES:
        found = differences(usual[other], simulate(SCENARIO, 0, other))
        if other == engine:
            assert moved in found
        else:
            assert found == []


@pytest.mark.parametrize("view", [ALTERED_RULES, ALTERED_MARKET], ids=["option_values", "month"])
def test_a_rule_altered_for_all_engines_gives_one_new_result(usual, view, monkeypatch):
    for engine in ENGINES:
        alter(monkeypatch, engine, view)
    numpy = simulate(SCENARIO, 0, "numpy")
    assert differences(usual["numpy"], numpy)
    assert differences(numpy, simulate(SCENARIO, 0, "compiled")) == []
    assert differences(numpy, simulate(SCENARIO, 0, "mesa")) == []
