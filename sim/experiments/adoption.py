"""What one scenario brings beyond another: firms on public infrastructure, public money for each, and welfare."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.experiments.paired import t_interval, t_quantile
from sim.experiments.tables import Outcomes
from sim.model.instruments import INSTRUMENTS
from sim.model.population import class_counts
from sim.model.scenario import Scenario


class Estimate(NamedTuple):
    """A number over replicates and the ends of its 95 % interval; NaN where undefined."""

    value: float
    low: float
    high: float


UNDEFINED = Estimate(np.nan, np.nan, np.nan)


class Ratio(NamedTuple):
    """Ratio of two means, its interval by Fieller's method, and why it is undefined, else ""."""

    estimate: Estimate
    undefined: str


class Adoption(NamedTuple):
    """Additional adopters, what was paid in addition, and what one cost.

    A policy that ended long ago has few adopters left at the end, whatever it brought before: so its cost is told by
    those there are at the end and by all the years that firms were on public cloud because of it.

    Parameters
    ----------
    adopters : Estimate
        National firms on public or hybrid cloud at the end, A less B.
    years : Estimate
        Years of such firms since the start, A less B: the number of firms runs straight between recorded months.
    spent : Estimate
        Paid by all policies since the start, undiscounted, A less B, in the currency of both.
    cost, yearly : Ratio
        `spent` by `adopters`, currency per firm, and by `years`, currency per firm and year.
    """

    adopters: Estimate
    years: Estimate
    spent: Estimate
    cost: Ratio
    yearly: Ratio


class Takers(NamedTuple):
    """Firms that some policy pays for in the recorded month in which A has most more than B, and who needs it (O3).

    Parameters
    ----------
    month : int
        That month.
    supported : Estimate
        National firms with support, A less B.
    additional : Estimate
        National firms on public or hybrid cloud, A less B, in the same month.
    free_riders : Estimate
        The supported less the additional, from none to all of the supported: those who would use it anyway, at least,
        if A keeps nobody away. There are more where some of the additional are not supported, since they follow
        others, say. Undefined where A and B differ in more than support of the price: then some of the additional
        have other reasons; where support raises the price, which keeps others away; where some support is for new
        users: they stay when it has ended; and where B supports firms, too: some of those would stay away without it,
        and some stay when it has ended.
    unknown : str
        Why free riders are undefined, else "".
    """

    month: int
    supported: Estimate
    additional: Estimate
    free_riders: Estimate
    unknown: str


BALANCE = ("surplus.experience", "profit", "fiscal_cost", "welfare")
"""Money since the start whose differences are the balance of two scenarios."""


def takers(first: Outcomes, second: Outcomes, scenarios: tuple[Scenario, Scenario]) -> Takers | None:
    """Supported firms and free riders; None where A supports no more firms than B in any month."""
    nations = [_firms(scenario) for scenario in scenarios]
    supported = first.of("share.supported") * nations[0] - second.of("share.supported") * nations[1]
    place = int(np.argmax(supported.mean(axis=0)))
    if not supported[:, place].mean() > 0.0:
        return None
    most = supported[:, place]
    more = (_adopters(first, scenarios[0]) - _adopters(second, scenarios[1]))[:, place]
    unknown = _why_unknown(*scenarios, bool(second.of("share.supported").any()))
    riders = UNDEFINED if unknown else _mean(np.clip(most - more, 0.0, most))
    return Takers(int(first.months[place]), _mean(most), _mean(more), riders, unknown)


def _why_unknown(first: Scenario, second: Scenario, both_support: bool) -> str:
    """Why the supported less the additional do not tell free riders; "" where they do."""
    one, other = first.policies, second.policies
    apart = [each for each in one if each not in other] + [each for each in other if each not in one]
    if not _of_one_world(first, second) or not all(INSTRUMENTS[each.instrument].supports_price for each in apart):
        return "A and B differ in more than support of the price"
    if any(each.fields["incidence"] > 0.0 for each in apart):
        return "support that ends in price keeps others away"
    if any(each.new_users for each in apart):
        return "who was supported as a new user stays when that has ended"
    return "B supports firms, too" * both_support


def _of_one_world(first: Scenario, second: Scenario) -> bool:
    """Whether two scenarios differ in policies alone."""
    one, other = ((each.values, each.base_values, each.constants_given, each.events) for each in (first, second))
    return one == other


def balance(paired: Outcomes) -> dict[str, Estimate]:
    """Differences (`paired.differences`) of money since the start, at the end, by outcome; in the currency of both."""
    return {name: _mean(paired.of(name)[:, -1]) for name in BALANCE}


def adoption(first: Outcomes, second: Outcomes, scenarios: tuple[Scenario, Scenario]) -> Adoption:
    """Additional adopters, additional public spending and their ratios; the two tables are `paired.matched`."""
    more = _adopters(first, scenarios[0]) - _adopters(second, scenarios[1])
    paid = first.of("spent")[:, -1] - second.of("spent")[:, -1]
    years = np.asarray(np.trapezoid(more, first.months / 12.0))
    same = _of_one_world(*scenarios)
    ratios = _spent_on(paid, more[:, -1], "adopters", same), _spent_on(paid, years, "years on cloud", same)
    return Adoption(_mean(more[:, -1]), _mean(years), _mean(paid), *ratios)


def goes_on(outcomes: Outcomes) -> bool:
    """Whether firms have support at the end: it was paid for whole contracts, whose years are counted up to there."""
    return bool(outcomes.of("share.supported")[:, -1].any())


def _spent_on(paid: npt.NDArray[np.float64], more: npt.NDArray[np.float64], what: str, same_world: bool) -> Ratio:
    cost, undefined = ratio_interval(paid, more), ""
    if not same_world:
        undefined = "A and B differ in more than policies"
    elif len(more) < 2:
        undefined = "one replicate has no interval"
    elif np.isnan(cost.value):
        undefined = f"the interval of additional {what} contains 0"
    elif not paid.any():
        undefined = "both spend the same"
    elif cost.value < 0.0:  # as in cost-effectiveness: one scenario is better in both, and the ratio says nothing
        undefined = f"the scenario with more {what} spends less"
    return Ratio(UNDEFINED if undefined else cost, undefined)


def ratio_interval(above: npt.NDArray[np.float64], below: npt.NDArray[np.float64]) -> Estimate:
    """Ratio of the means of paired values, with its interval by Fieller's method.

    The interval holds each θ for which a t test does not reject that the mean of `above` − θ·`below` is 0. It has
    two ends only where the t interval of the mean of `below` leaves out 0; otherwise the ratio is undefined.

    Parameters
    ----------
    above, below : arrays, shape (replicates,)
    """
    count = len(below)
    if count < 2:
        return UNDEFINED
    x, y = float(below.mean()), float(above.mean())
    noise = np.cov(below, above) * t_quantile(count) ** 2 / count
    a, b, c = x * x - noise[0, 0], x * y - noise[0, 1], y * y - noise[1, 1]
    if not a > 0.0:
        return UNDEFINED
    root = np.sqrt(max(0.0, b * b - a * c))
    return Estimate(y / x, float((b - root) / a), float((b + root) / a))


def _mean(values: npt.NDArray[np.float64]) -> Estimate:
    """Mean over replicates with the interval of Student's t; values of shape (replicates,)."""
    mean, low, high, _ = (float(each) for each in t_interval(values))
    return Estimate(mean, low, high)


def _adopters(outcomes: Outcomes, scenario: Scenario) -> npt.NDArray[np.float64]:
    """National firms on public or hybrid cloud, shape (replicates, recorded months)."""
    share = outcomes.of("share.firms.public") + outcomes.of("share.firms.hybrid")
    return np.asarray(share * _firms(scenario))


def _firms(scenario: Scenario) -> float:
    """National firms that the simulated ones stand for: those of classes of which some are simulated."""
    values = scenario.values
    there = class_counts(scenario.run.firms, values["population.sample_mix"]) > 0
    return float(values["population.national_firms"] * np.sum(values["population.national_mix"], where=there))
