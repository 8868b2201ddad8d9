"""Paired differences and their intervals: against hand calculation, their definition, and known truth."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from sim.experiments.adoption import (
    BALANCE,
    UNDEFINED,
    Adoption,
    Estimate,
    Ratio,
    adoption,
    balance,
    ratio_interval,
    takers,
)
from sim.experiments.paired import check_pair, difference_table, differences, differing, matched, t_interval
from sim.experiments.tables import Outcomes
from sim.model.errors import BadInput
from sim.model.population import class_counts
from sim.model.scenario import load
from sim.report.against import adoption_lines, signed, taker_lines

COLUMNS = (("share.firms.public", "total"), ("share.firms.hybrid", "total"), ("spent", "total"))
NATION = "population.national_firms"


def table(*rows: tuple[float, float, float], replicates: tuple[int, ...] = ()) -> Outcomes:
    """One recorded month; a row is public, hybrid, spent of one replicate."""
    numbers = np.array(replicates or range(len(rows)), dtype=np.int32)
    return Outcomes(numbers, np.array([120], dtype=np.int32), COLUMNS, np.array(rows)[:, None, :])


def test_an_interval_computed_by_hand():
    """1, 2, 4: mean 7/3, variance 7/3, standard error √(7/9); t of 2 degrees of freedom at 97.5 % is 4.302653."""
    found = t_interval(np.array([1.0, 2.0, 4.0]))
    assert found.mean == pytest.approx(7 / 3, rel=1e-12)
    assert found.error == pytest.approx(math.sqrt(7) / 3, rel=1e-12)
    assert found.low == pytest.approx(7 / 3 - 4.302653 * math.sqrt(7) / 3, rel=1e-6)
    assert found.high == pytest.approx(7 / 3 + 4.302653 * math.sqrt(7) / 3, rel=1e-6)


def test_zeros_have_an_interval_of_zeros_and_gaps_stay_gaps():
    found = t_interval(np.array([[0.0, np.nan, 1.0]] * 5))
    assert [each.tolist()[0] for each in found] == [0.0] * 4
    assert all(math.isnan(each[1]) for each in found)
    assert found.mean[2] == found.low[2] == found.high[2] == 1.0


def test_one_replicate_has_a_difference_and_no_interval():
    found = t_interval(np.array([[0.25, 0.0]]))
    assert found.mean.tolist() == [0.25, 0.0]
    assert all(np.isnan(each).all() for each in found[1:])


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """Eight correlated normal pairs, 4,000 times: the count lies in a band that holds 99.99 % of binomial counts.

    An interval with the normal quantile would cover about 91 %, one that took the pairs for independent 100 %.
    """
    times, truth = 4000, 0.3
    luck = np.random.default_rng(11).standard_normal((2, 8, times))
    first = truth + luck[0]
    second = 0.9 * luck[0] + math.sqrt(1 - 0.9**2) * luck[1]
    found = t_interval(first - second)
    covered = int(((found.low <= truth) & (truth <= found.high)).sum())
    low, high = stats.binom.ppf((0.00005, 0.99995), times, 0.95)
    assert low <= covered <= high


def test_the_ends_of_a_ratio_are_where_a_t_test_begins_to_reject():
    """Fieller's definition, tested with SciPy's own t test."""
    generator = np.random.default_rng(3)
    below = 5 + generator.standard_normal(12)
    above = 7 * below + generator.standard_normal(12)
    ratio, low, high = ratio_interval(above, below)
    assert low < ratio < high
    assert ratio == pytest.approx(above.mean() / below.mean(), rel=1e-12)
    for end in (low, high):
        assert stats.ttest_1samp(above - end * below, 0.0).pvalue == pytest.approx(0.05, rel=1e-6)


def test_a_ratio_is_undefined_exactly_where_the_interval_of_its_base_contains_zero():
    base = np.array([-1.0, 0.0, 1.0, 2.0])
    edge = -t_interval(base).low
    assert math.isnan(ratio_interval(base + 9, base + edge - 1e-6).value)
    assert not math.isnan(ratio_interval(base + 9, base + edge + 1e-6).value)
    assert math.isnan(ratio_interval(np.array([1.0]), np.array([1.0])).value)


def test_adopters_and_their_cost_computed_by_hand():
    """Shares differ by 0.1 and 0.2 of 48.42 million firms, spending by 1 and 3 billion: a mean of 2 / 7.263 million."""
    first, second = table((0.3, 0.1, 2e9), (0.4, 0.1, 4e9)), table((0.25, 0.05, 1e9), (0.2, 0.1, 1e9))
    scenario = load("baseline", [f"{NATION}=48.42e6"])
    found = adoption(first, second, (scenario, scenario))
    assert found.adopters.value == pytest.approx(0.15 * 48.42e6, rel=1e-9)
    assert found.adopters[1:] == pytest.approx(t_interval(np.array([0.1, 0.2]) * 48.42e6)[1:3], rel=1e-9)
    assert found.spent.value == pytest.approx(2e9, rel=1e-12)
    assert found.cost.undefined == "the interval of additional adopters contains 0"  # two pairs: ± 12.7 standard errors
    assert math.isnan(found.cost.estimate.value)
    assert found.yearly.undefined == "the interval of additional years on cloud contains 0", "none in a single month"

    eight = adoption(*(dataclasses.replace(each, values=np.repeat(each.values, 4, axis=0)) for each in (first, second)),
                     (scenario, scenario))  # fmt: skip
    assert eight.cost.estimate.value == pytest.approx(2e9 / 7.263e6, rel=1e-9)
    assert eight.cost.undefined == ""


def test_years_of_additional_adopters_computed_by_hand():
    """From .2 to .2 + .06 in one year, back in two more: (0 + .06)/2 + (.06 + 0)/2·2 = .09 firm-years a firm."""
    months, numbers = np.array([0, 12, 36], dtype=np.int32), np.arange(3, dtype=np.int32)
    luck = np.array([-0.01, 0.0, 0.01])
    shares = np.array([0.2, 0.2, 0.2]) + np.outer(0.06 + luck, [0.0, 1.0, 0.0])
    spent = np.outer([1.0, 1.0, 1.0], [0.0, 3e8, 9e8])
    first = Outcomes(numbers, months, COLUMNS, np.stack([shares, np.zeros_like(shares), spent], axis=2))
    second = Outcomes(numbers, months, COLUMNS, np.tile([0.2, 0.0, 0.0], (3, 3, 1)))
    scenario = load("baseline", [f"{NATION}=1e7"])
    found = adoption(first, second, (scenario, scenario))
    assert found.years.value == pytest.approx(0.09e7)
    assert found.yearly.estimate.value == pytest.approx(1000.0)
    assert found.yearly.estimate.low < 1000.0 < found.yearly.estimate.high
    assert found.cost.undefined == "the interval of additional adopters contains 0"


def supported(values, *months: int) -> Outcomes:
    """Shares on public and hybrid cloud and of those supported, (replicates, months, 3)."""
    columns = tuple((name, "total") for name in ("share.firms.public", "share.firms.hybrid", "share.supported"))
    numbers = np.arange(len(values), dtype=np.int32)
    return Outcomes(numbers, np.array(months, dtype=np.int32), columns, np.array(values))


def test_takers_and_free_riders_computed_by_hand():
    """Of 48.42 million firms 12 and 16 % are supported when most are, and 5 and 7 % more use public cloud."""
    end = [0.4, 0.2, 0.1]
    with_it = np.array([[[0.2, 0.1, 0.0], [0.3, cloud, paid], end] for cloud, paid in ((0.15, 0.12), (0.17, 0.16))])
    without = np.array([[[0.2, 0.1, 0.0], [0.28, 0.12, 0.0], [0.4, 0.2, 0.0]]] * 2)
    first, second = (supported(each, 0, 12, 24) for each in (with_it, without))
    scenario = load("baseline", [f"{NATION}=48.42e6"])
    found = takers(first, second, (scenario, scenario))
    assert found.month == 12
    assert [each.value for each in found[1:4]] == pytest.approx([0.14 * 48.42e6, 0.06 * 48.42e6, 0.08 * 48.42e6])
    assert takers(second, second, (scenario, scenario)) is None
    half = dataclasses.replace(first, values=first.values * [1.0, 1.0, 0.5])
    both = takers(first, half, (scenario, scenario))
    assert both.supported.value == pytest.approx(0.07 * 48.42e6)
    assert math.isnan(both.free_riders.value)
    assert both.unknown == "B supports firms, too"


def test_firms_are_those_of_the_classes_that_are_simulated():
    """Of medium and large firms alone, 1.3 and .7 % of the nation, a tenth more are on public cloud."""
    nation = [f"{NATION}=1e7", "population.national_mix={micro=0.8, small=0.18, medium=0.013, large=0.007}"]
    some = "population.sample_mix={micro=0, small=0, medium=0.5, large=0.5}"
    scenario = load("baseline", [*nation, some, "run.firms=100"])
    more = (supported([[[0.2 + more, 0.0, 0.0]]] * 2, 12) for more in (0.1, 0.0))
    first, second = (dataclasses.replace(each, columns=COLUMNS) for each in more)
    assert adoption(first, second, (scenario, scenario)).adopters.value == pytest.approx(0.1 * 0.02 * 1e7)
    three = load("baseline", [*nation, "run.firms=3", "network.partners=2"])
    there = class_counts(3, three.values["population.sample_mix"]) > 0
    assert not there.all(), "of some class there is no firm, though it has a share"
    expected = 0.1 * 1e7 * np.array([0.8, 0.18, 0.013, 0.007])[there].sum()
    assert adoption(first, second, (three, three)).adopters.value == pytest.approx(expected)


def test_takers_are_those_of_the_month_with_most_on_average_and_of_each_nation():
    """Supported in two replicates: 30 and 2 %, then 20 and 20 %; the second world has half the firms."""
    with_it = np.array([[[0.5, 0.0, 0.3], [0.5, 0.0, 0.2]], [[0.5, 0.0, 0.02], [0.5, 0.0, 0.2]]])
    without = np.array([[[0.4, 0.0, 0.1], [0.4, 0.0, 0.0]]] * 2)
    first, second = (supported(each, 0, 12) for each in (with_it, without))
    small = load("baseline", [f"{NATION}=1e7"])
    found = takers(first, second, (load("baseline", [f"{NATION}=2e7"]), small))
    assert found.month == 12
    assert (found.supported.value, found.additional.value) == pytest.approx((0.2 * 2e7, 0.5 * 2e7 - 0.4 * 1e7))
    twice = takers(first, first, (load("baseline", [f"{NATION}=2e7"]), small))
    assert (twice.month, twice.supported.value) == (12, pytest.approx(0.2 * 1e7))
    same = takers(first, second, (small, small))
    assert same.unknown == "B supports firms, too", "though not in that month"
    fewer = dataclasses.replace(second, values=second.values + np.array([0.0, 0.0, 0.3]))
    assert takers(first, fewer, (small, small)) is None, "some replicate has more, but not on average"


def test_takers_are_those_of_the_month_with_most_more_than_in_the_second():
    """A supports 30, then 25 %, and B 20 %, then nobody."""
    first = supported([[[0.5, 0.0, 0.3], [0.5, 0.0, 0.25]]] * 2, 0, 12)
    second = supported([[[0.4, 0.0, 0.2], [0.4, 0.0, 0.0]]] * 2, 0, 12)
    found = takers(first, second, (load("baseline"), load("baseline")))
    assert found.month == 12
    assert found.supported.value == pytest.approx(0.25 * load("baseline").values[NATION])


def test_a_balance_is_of_money_since_the_start():
    names = tuple((name, "total") for name in BALANCE)
    months, numbers = np.array([0, 12], dtype=np.int32), np.arange(2, dtype=np.int32)
    rise = np.arange(1.0, 5.0)
    first, second = (Outcomes(numbers, months, names, np.array([[np.zeros(4), times * rise]] * 2)) for times in (5, 2))
    assert [each.value for each in balance(differences(first, second)).values()] == pytest.approx(list(3 * rise))


@pytest.mark.parametrize(("cloud", "riders"), [(0.05, 0.03), (0.30, 0.0), (-0.10, 0.1)])
def test_free_riders_are_none_to_all_of_the_supported(cloud, riders):
    """A tenth is supported, 7 and 30 % are there in addition, or fewer than without."""
    first, second = (supported([[row]] * 2, 0) for row in ([0.3, 0.12 + cloud, 0.1], [0.3, 0.1, 0.0]))
    scenario = load("baseline", [f"{NATION}=1e7"])
    assert takers(first, second, (scenario, scenario)).free_riders.value == pytest.approx(riders * 1e7)


@pytest.mark.parametrize(
    ("names", "settings", "known"),
    [
        (("subsidy", "baseline"), (), True),
        (("push", "push"), ("policy.subsidy.rate=0",), True),
        (("push", "baseline"), (), False),  # outreach and demonstration bring adopters of their own
        (("subsidy", "baseline"), ("cost.public_price=90",), False),
        (("price-war", "subsidy"), (), False),
        (("subsidy", "push"), (), False),  # what B alone has keeps its own adopters
        (("subsidy", "baseline"), ("policy.subsidy.new_users=true",), False),  # they stay, and are supported no more
        (("subsidy", "baseline"), ("policy.subsidy.incidence=0.1",), False),  # its price keeps others away
    ],
)
def test_free_riders_are_told_only_where_nothing_but_support_differs(names, settings, known):
    served, none = (supported([[row]] * 2, 0) for row in ([0.3, 0.3, 0.3], [0.2, 0.2, 0.0]))
    found = takers(served, none, (load(names[0], list(settings)), load(names[1])))
    assert found is not None
    assert math.isnan(found.free_riders.value) is not known
    assert (found.unknown == "") is known
    said = taker_lines(found, load(names[0]))
    assert said[0].startswith("When A supports most firms more than B, of the months recorded, at the end of 2025-12")
    assert said[-1].endswith(" or more" if known else f"undefined: {found.unknown}")
    assert found.supported.value > 0.0


def test_free_riders_are_not_told_where_option_constants_are_of_two_worlds():
    cheap = "cost.public_price=90"
    first, second = load("subsidy", [cheap, "constants.solve=true"]), load("baseline", [cheap])
    assert first.values == second.values
    served, none = (supported([[row]] * 2, 0) for row in ([0.3, 0.3, 0.3], [0.2, 0.2, 0.0]))
    assert takers(served, none, (first, second)).unknown == "A and B differ in more than support of the price"
    given = load("subsidy", ["constants.solve=false"])
    assert (given.values, given.base_values) == (load("baseline").values, load("baseline").base_values)
    assert takers(served, none, (given, load("baseline"))).unknown == "A and B differ in more than support of the price"


def test_nations_of_two_sizes_have_each_their_adopters():
    rows = table((0.3, 0.1, 0.0), (0.3, 0.1, 0.0))
    found = adoption(rows, rows, (load("baseline", [f"{NATION}=3e7"]), load("baseline", [f"{NATION}=2e7"])))
    assert found.adopters.value == pytest.approx(0.4 * 1e7, rel=1e-9)


def test_a_cost_is_undefined_where_it_would_be_negative_or_has_no_interval():
    scenario = load("baseline")
    dearer = table((0.2, 0.0, 2e9), (0.21, 0.0, 2e9), (0.2, 0.0, 2.1e9))
    better = table((0.4, 0.0, 1e9), (0.42, 0.0, 1e9), (0.4, 0.0, 1e9))
    found = adoption(dearer, better, (scenario, scenario))
    assert found.cost.undefined == "the scenario with more adopters spends less"
    assert adoption(table((0.4, 0.0, 1e9)), table((0.2, 0.0, 0.0)), (scenario, scenario)).cost.undefined == (
        "one replicate has no interval"
    )


def test_a_cost_is_undefined_where_nothing_is_spent():
    scenario, more = load("baseline"), table((0.4, 0.0, 0.0), (0.42, 0.0, 0.0), (0.4, 0.0, 0.0))
    found = adoption(more, table((0.2, 0.0, 0.0), (0.21, 0.0, 0.0), (0.2, 0.0, 0.0)), (scenario, scenario))
    assert found.cost.undefined == "both spend the same"


@pytest.mark.parametrize("least", [0.0, -0.2e9])
def test_a_cost_is_told_where_some_replicate_alone_spends_no_more(least):
    """On average 1 billion is spent on two tenths of the nation."""
    scenario = load("baseline", [f"{NATION}=1e7"])
    first = table((0.4, 0.0, least), (0.41, 0.0, 1e9), (0.39, 0.0, 2e9 - least))
    found = adoption(first, table(*[(0.2, 0.0, 0.0)] * 3), (scenario, scenario))
    assert (found.cost.undefined, found.cost.estimate.value) == ("", pytest.approx(500.0))
    assert found.cost.estimate.low < 0.0


def test_only_replicates_of_both_are_paired():
    first = table((1, 0, 0), (2, 0, 0), (3, 0, 0), replicates=(0, 2, 5))
    second = table((10, 0, 0), (20, 0, 0), (30, 0, 0), replicates=(1, 2, 5))
    pair = matched(first, second)
    assert [each.replicates.tolist() for each in pair] == [[2, 5], [2, 5]]
    assert differences(*pair).of("share.firms.public").tolist() == [[-18.0], [-27.0]]
    with pytest.raises(ValueError, match="different months"):
        matched(first, dataclasses.replace(second, months=np.array([60], dtype=np.int32)))


def test_a_policy_has_spent_nothing_in_the_run_that_lacks_it():
    """Of a policy each, the first spends 3 and the second 5."""
    first, second = (table((0.3, 0.1, paid), (0.3, 0.1, paid)) for paid in (3.0, 5.0))
    own = [(*COLUMNS[:2], ("spent", f"policy.{name}")) for name in ("first", "second")]
    pair = (dataclasses.replace(each, columns=names) for each, names in zip((first, second), own, strict=True))
    found = differences(*matched(*pair))
    assert found.of("spent", "policy.first").tolist() == [[3.0], [3.0]]
    assert found.of("spent", "policy.second").tolist() == [[-5.0], [-5.0]]


def test_the_table_is_tidy_and_in_the_units_of_its_outcomes():
    paired = differences(table((1, 0, 5), (2, 0, 5)), table((0, 0, 1), (0, -0.0, 1)))
    rows = difference_table(paired, load("baseline")).to_pylist()
    assert [(row["month"], row["date"], row["outcome"], row["unit"], row["pairs"]) for row in rows] == [
        (120, "2035-12", "share.firms.public", "share of firms", 2),
        (120, "2035-12", "share.firms.hybrid", "share of firms", 2),
        (120, "2035-12", "spent", "CNY", 2),
    ]
    assert [row["difference"] for row in rows] == [1.5, 0.0, 4.0]
    assert rows[0]["standard_error"] == pytest.approx(0.5)
    assert (rows[2]["low"], rows[2]["high"]) == (4.0, 4.0)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("run.firms=500", '--against subsidy, run.firms: it is 500, and 2000 in baseline'),
        ("run.months=60", "Give --months 120, which holds for both."),
        ("run.seed=0", "run.seed: it is 0, and 1 in baseline"),
        ("run.every=6", "Give --every 1"),
        ("run.start=2027-01", 'run.start: it is "2027-01"'),
        ("review.interval=6", "review.interval: it is 6, and 12 in baseline"),
        ("world.currency=EUR", 'world.currency: it is "EUR", and "CNY" in baseline'),
        ("world.price_level=2020 prices", "world.price_level"),
    ],
)  # fmt: skip
def test_settings_without_which_nothing_is_shared_are_refused(setting, words):
    key, _, text = setting.partition("=")
    group, name = key.split(".")
    second = load("subsidy", [setting] if group in ("run", "review") and name != "start" else [])
    if name == "start":
        second = dataclasses.replace(second, run=dataclasses.replace(second.run, start=text))
    if group == "world":
        second = dataclasses.replace(second, **{name: text})
    with pytest.raises(BadInput) as refused:
        check_pair(load("baseline"), second)
    assert words in str(refused.value)
    assert "Allowed: the same in both." in str(refused.value)


def test_everything_that_stands_against_a_pair_is_said_at_once():
    with pytest.raises(BadInput, match=r"(?s)run.start.*world.currency.*world.price_level"):
        check_pair(load("baseline"), load("eu-2014"))


def test_other_parameters_may_differ_and_those_that_shape_the_population_are_noted():
    plain = load("baseline")
    assert check_pair(plain, load("subsidy", ["cost.public_price=90", "run.replicates=7"])) == []
    (note,) = check_pair(load("baseline", ["network.partners=5", "cost.public_price=90"]), plain)
    assert "differ in network.partners:" in note


def test_what_two_scenarios_differ_in():
    plain, subsidy = load("baseline"), load("subsidy", ["cost.public_price=90"])
    assert differing(plain, load("baseline", ["run.replicates=3"])) == []
    assert differing(subsidy, plain) == ["cost.public_price", "policy.subsidy"]
    assert differing(load("provider-breach"), plain) == ["event.breach"]
    assert differing(plain, load("subsidy")) == ["policy.subsidy"], "though only the second has it"
    two = load("strengthen-security", ['policy.second.instrument="security_strengthening"', "policy.second.start=1"])
    turned = dataclasses.replace(two, policies=two.policies[::-1])
    assert "order of policies" in differing(two, turned)[0]


@pytest.mark.parametrize(
    ("numbers", "decimals", "text"),
    [
        ((1.5, -0.25, 3.25), 2, "+1.50 [-0.25, +3.25]"),
        ((0.009, 0.008, 0.0095), 2, "+0.01 [+0.01, +0.01]"),  # small, and sure
        ((-1234.5, -2000.0, -500.0), 0, "-1,234 [-2,000, -500]"),
        ((0.0, 0.0, 0.0), 3, "0"),
        ((0.0, math.nan, math.nan), 3, "0"),
        ((0.0, -0.1, 0.1), 3, "+0.000 [-0.100, +0.100]"),
        ((0.5, math.nan, math.nan), 1, "+0.5"),
        ((math.nan, math.nan, math.nan), 1, "–"),
    ],
)
def test_how_a_difference_is_printed(numbers, decimals, text):
    assert signed(numbers, decimals) == text


def test_large_amounts_are_printed_with_their_unit():
    more, paid = Estimate(35_197.0, 19_188.0, 51_207.0), Estimate(3.19e9, 3.02e9, 3.37e9)
    years = Estimate(2.1e6, 1.9e6, 2.3e6)
    found = Adoption(more, years, paid, Ratio(Estimate(9e4, 6e4, 2e5), ""), Ratio(Estimate(1.5e3, 1.3e3, 1.7e3), ""))
    lines = adoption_lines(found, "CNY", 1)
    assert lines[1].endswith("+35,197 [+19,188, +51,207]")
    assert lines[2].endswith("+2.10 [+1.90, +2.30] million")
    assert adoption_lines(found, "CNY", 12)[2].endswith("million (by records every 12 months)")
    assert lines[3].endswith("+3.19 [+3.02, +3.37] billion CNY")
    assert lines[4].endswith("+90,000 [+60,000, +200,000] CNY (ratio of means, Fieller's interval)")
    assert lines[5].endswith("+1,500 [+1,300, +1,700] CNY (ratio of means, Fieller's interval)")
    without = found._replace(
        cost=Ratio(UNDEFINED, "one replicate has no interval"), adopters=Estimate(5.0, math.nan, math.nan)
    )
    assert adoption_lines(without, "CNY", 1)[0] == "At the end, A less B:"
    assert adoption_lines(without, "CNY", 1)[4].endswith("undefined: one replicate has no interval")


def test_both_notes_of_a_pair_are_given():
    one = load("baseline", ["network.partners=5", "cost.on_premise=200", "constants.solve=true"])
    first, second = check_pair(one, load("baseline"))
    assert "network.partners" in first
    assert "have no common zero" in second


def test_money_for_each_adopter_is_told_only_where_policies_alone_differ():
    """Cheaper cloud has adopters of its own, who cost no public money."""
    first, second = table((0.4, 0.0, 1e9), (0.41, 0.0, 1e9)), table((0.2, 0.0, 0.0), (0.2, 0.0, 0.0))
    subsidy, cheap = load("subsidy"), load("subsidy", ["cost.public_price=60"])
    assert adoption(first, second, (subsidy, load("baseline"))).cost.undefined == ""
    found = adoption(first, second, (cheap, load("baseline")))
    assert found.cost.undefined == found.yearly.undefined == "A and B differ in more than policies"
    alone = adoption(table((0.4, 0.0, 1e9)), table((0.2, 0.0, 0.0)), (cheap, load("baseline")))
    assert alone.cost.undefined == found.cost.undefined, "more replicates would not help"
    assert math.isnan(found.cost.estimate.value)
