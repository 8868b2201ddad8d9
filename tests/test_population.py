"""Who is there: classes, review months and traits."""

from itertools import pairwise

import numpy as np
import pytest
from small_worlds import with_values, world

from sim.engines.world import NEVER, build
from sim.model import population
from sim.model.errors import BadInput
from sim.model.facts import Firm
from sim.model.nouns import CLASSES
from sim.model.population import class_counts, layout, spread
from sim.model.reference import reference


@pytest.fixture(scope="module")
def large():
    """One replicate of the baseline with many firms."""
    return build([world(firms=60_000)], 0)


@pytest.mark.parametrize(
    ("firms", "expected"),
    [(2000, [800, 600, 400, 200]), (7, [3, 2, 1, 1]), (1, [1, 0, 0, 0]), (2, [1, 1, 0, 0])],
)
def test_class_counts_follow_the_mix_and_sum_up(firms, expected):
    assert class_counts(firms, (0.4, 0.3, 0.2, 0.1)).tolist() == expected


@pytest.mark.parametrize("firms", range(1, 60))
def test_class_counts_are_within_one_firm_of_the_mix(firms):
    mix = (0.37, 0.29, 0.21, 0.13)
    counts = class_counts(firms, mix)
    assert counts.sum() == firms
    assert np.abs(counts - np.array(mix) * firms).max() < 1.0


@pytest.mark.parametrize("interval", [1, 3, 12, 60])
@pytest.mark.parametrize("firms", [1, 10, 97, 2000])
def test_every_review_month_gets_its_share_of_every_class(firms, interval):
    where = layout(firms, with_values(world(), review__interval=interval).values)
    totals = class_counts(firms, (0.4, 0.3, 0.2, 0.1))
    assert where.firms == firms == len(where.classes)
    assert where.phases == interval
    assert where.counts.sum(axis=0).tolist() == totals.tolist()
    assert (np.abs(where.counts - totals / interval) < 1.0).all()
    months = where.counts.sum(axis=1)
    assert months.max() - months.min() <= len(CLASSES)
    for phase in range(interval):
        assert (np.diff(where.phase_bounds(phase)) == where.counts[phase]).all()
        for c, (first, last) in enumerate(pairwise(where.phase_bounds(phase))):
            assert (where.classes[first:last] == c).all()
    ranks = where.ranks(slice(0, firms))
    for c, total in enumerate(totals):
        assert sorted(ranks[where.classes == c].tolist()) == list(range(total))
    assert (where.row(where.classes, ranks) == np.arange(firms)).all()


def test_weights_turn_the_sample_into_the_nation():
    where = layout(2000, world().values)
    assert (where.weights * where.counts.sum(axis=0)).tolist() == pytest.approx(
        [48.42e6 * share for share in (0.9, 0.08, 0.017, 0.003)]
    )
    without = with_values(world(), population__sample_mix=(0.5, 0.5, 0.0, 0.0))
    assert layout(2000, without.values).weights[2:].tolist() == [0.0, 0.0]


def test_a_sample_that_stands_for_nobody_is_refused():
    """Every simulated class has a national share of 0: all national shares would be 0/0."""
    with pytest.raises(BadInput, match=r"population\.(national|sample)_mix"):
        world("baseline", "population.sample_mix={micro=1,small=0,medium=0,large=0}",
              "population.national_mix={micro=0,small=1,medium=0,large=0}")  # fmt: skip


def test_points_are_spread_evenly():
    points = np.sort(spread(np.arange(1000), np.full(1000, 0.3), 0))
    assert (points >= 0.0).all()
    assert (points < 1.0).all()
    assert np.abs(points - (np.arange(1000) + 0.5) / 1000).max() < 0.005


def test_a_firm_s_two_points_are_spread_over_the_square(monkeypatch):
    """Ten by ten fields: awareness tells nothing of the option, not by its shift either."""
    points = [spread(np.arange(10_000), np.zeros(10_000), step) for step in (0, 1)]
    found = np.histogram2d(*points, bins=10, range=[[0, 1], [0, 1]])[0]
    assert np.abs(found - 100).max() < 10
    shifts = []
    monkeypatch.setattr(population, "spread", lambda *given: shifts.append(given[1]) or spread(*given))
    build([world(firms=40)], 0)
    assert len(np.unique(shifts)) == 2 * len(CLASSES)


def test_the_share_to_whom_cloud_applies_is_exact(large):
    for c, missing in enumerate((0.35, 0.30, 0.15, 0.05)):
        applies = large.traits.applies[large.layout.classes == c]
        assert applies.mean() == pytest.approx(1.0 - missing, abs=5 / applies.size)


def test_seats_are_no_seat_more_for_what_binary_numbers_add():
    """A hundred employees with .55 of a seat each have 55, and 101 of them 56."""
    for employees, seats in ((100, 55), (101, 56), (20, 11), (1, 1)):
        sizes = "{" + ", ".join(f"{size}={employees}" for size in CLASSES) + "}"
        given = f"population.smallest={sizes}", f"population.largest={sizes}", "sector.intensity=0.55"
        assert set(build([world("baseline", *given, firms=40)], 0).traits.seats) == {seats}


def test_seats_are_whole_employees_times_intensity_rounded_up(large):
    classes, seats = large.layout.classes, large.traits.seats
    assert (seats == np.round(seats)).all()
    assert (seats >= 1.0).all()
    for c, (fewest, most) in enumerate([(1, 9), (10, 49), (50, 249), (250, 1000)]):
        own = seats[classes == c]
        assert own.min() >= np.ceil(fewest * 0.5)
        assert own.max() <= most
    ict = (large.traits.sector == 3) & (classes == 2)
    assert seats[ict].min() >= 50.0
    assert seats[ict].max() <= 249.0
    assert np.abs(large.traits.per_seat * seats - 1.0).max() < 1e-15
    assert large.traits.size_scale == pytest.approx(seats**-0.12)
    assert large.traits.attack_scale == pytest.approx((50 / seats) ** 0.2)


def test_employees_are_log_uniform(large):
    """Among medium firms of one seat an employee, half have fewer than √(50·250) employees."""
    ict = (large.traits.sector == 3) & (large.layout.classes == 2)
    share = (large.traits.seats[ict] < np.sqrt(50 * 250)).mean()
    assert share == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / ict.sum()))


def test_every_size_of_a_class_is_there(large):
    """Micro firms of one seat an employee: n of 1 to 9 with probability log(1 + 1/n)/log 10."""
    ict = (large.traits.sector == 3) & (large.layout.classes == 0)
    found = np.bincount(large.traits.seats[ict].astype(int), minlength=10)[1:] / ict.sum()
    assert found == pytest.approx(np.log10(1 + 1 / np.arange(1, 10)), abs=4 * np.sqrt(0.25 / ict.sum()))
    assert found[-1] > 0


def test_sectors_and_regions_follow_their_mix(large):
    sectors, regions = (0.15, 0.298, 0.45, 0.06, 0.042), (0.588, 0.226, 0.186)
    for codes, mix in ((large.traits.sector, sectors), (large.traits.region, regions)):
        found = np.bincount(codes, minlength=len(mix)) / codes.size
        assert found == pytest.approx(mix, abs=4 * np.sqrt(0.25 / codes.size))


def test_capability_is_a_share_with_the_mean_of_its_class(large):
    capability = large.traits.capability
    assert (capability > 0.0).all()
    assert (capability < 1.0).all()
    for c, mean in enumerate((0.3, 0.4, 0.5, 0.6)):
        own = capability[large.layout.classes == c]
        sd = np.sqrt(mean * (1 - mean) / 9)  # of a Beta with a + b = 8
        assert own.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(own.size))
        assert own.std() == pytest.approx(sd, rel=0.05)


def test_sensitivity_has_the_mean_of_its_sector(large):
    for sector, level in enumerate((0.8, 0.8, 1.0, 1.0, 2.0)):
        own = large.traits.sensitivity[large.traits.sector == sector]
        assert own.mean() == pytest.approx(level, rel=4 * 0.54 / np.sqrt(own.size))
        assert np.log(own).std() == pytest.approx(0.5, rel=0.05)


def test_funds_are_multiples_of_the_median(large):
    funds = large.traits.funds
    assert np.median(funds) == pytest.approx(1.0, abs=0.03)
    assert np.log(funds).std() == pytest.approx(1.0, rel=0.02)


def test_tastes_are_standard_normal_and_unrelated(large):
    draws = np.column_stack([large.traits.tastes, large.tastes])
    room = 4 / np.sqrt(len(draws))
    assert np.abs(draws.mean(axis=0)).max() < room
    assert draws.std(axis=0) == pytest.approx(np.ones(8), abs=room)
    assert np.abs(np.corrcoef(draws.T) - np.eye(8)).max() < room
    assert abs(np.corrcoef(draws[:, 0], large.traits.capability)[0, 1]) < room


def test_traits_are_unrelated_to_each_other(large):
    """Within a class, all but what seats and sector decide."""
    own, firms = large.layout.classes == 2, large.traits
    level = np.array((0.8, 0.8, 1.0, 1.0, 2.0))[firms.sector]
    employees = firms.seats / np.array((0.5, 0.6, 0.7, 1.0, 0.9))[firms.sector]
    drawn = [employees, firms.sector, firms.region, np.log(firms.sensitivity / level), firms.capability]
    drawn += [np.log(firms.funds), firms.attention, firms.exposure]
    found = np.corrcoef([each[own] for each in drawn]) - np.eye(len(drawn))
    assert np.abs(found).max() < 4.5 / np.sqrt(own.sum())


def test_compliance_tier_and_attention(large):
    assert set(zip(large.traits.sector.tolist(), large.traits.tier.tolist(), strict=True)) == {
        (0, 0.0), (1, 0.0), (2, 0.0), (3, 0.5), (4, 1.0),
    }  # fmt: skip
    assert np.quantile(large.traits.attention, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.01)


def test_awareness_starts_at_its_share_and_only_where_cloud_applies(large):
    aware = large.state.aware[:, 0]
    assert not (aware & (large.traits.applies == 0.0)).any()
    for c, share in enumerate((0.45, 0.52, 0.66, 0.80)):
        assert aware[large.layout.classes == c].mean() == pytest.approx(share, abs=0.002)


def test_who_starts_unaware_starts_on_premise_and_only_cloud_has_a_provider(large):
    state = large.state
    assert (state.option[~state.aware] == 0).all()
    assert ((state.provider >= 0) == (state.option >= 2)).all()
    assert not (state.agents & (state.option < 2)).any()


def test_users_may_have_been_hit_between_their_last_two_reviews():
    """At a rate of .6 a year, evenly over the months; booked at the review before the first of the run."""
    block = build([world("baseline", "risk.objective=0.6", "review.interval=4", firms=40_000)], 0)
    hit, users = block.state.last_hit > NEVER, block.state.option >= 2
    assert not (hit & ~users).any()
    chance = 1 - (1 - 0.6 / 12) ** 4
    assert hit[users].mean() == pytest.approx(chance, abs=4 * np.sqrt(0.25 / users.sum()))
    phase = np.repeat(np.arange(4), block.layout.counts.sum(axis=1))
    assert (block.state.last_hit[:, 0][hit[:, 0]] == phase[hit[:, 0]] - 4).all()
    assert block.past_hits().sum(axis=(1, 2)).tolist() == np.bincount(phase[hit[:, 0]]).tolist()


@pytest.mark.parametrize("name", [name for name in Firm._fields if name not in ("applies", "exposure")])
def test_the_reference_population_is_like_those_that_are_drawn(large, name):
    """Constants are solved for it: trait by trait it has the means of drawn firms to whom cloud applies, by class.

    Where no policy forbids public cloud, nobody's exposure counts: there it is 1.
    """
    at = Firm._fields.index(name)
    mine, theirs = reference(large.values[0])[0][at], large.traits.firm_columns()[at]
    there = large.traits.firm_columns()[Firm._fields.index("applies")] > 0.0
    for size_class in range(len(CLASSES)):
        drawn = theirs[(large.layout.classes == size_class) & there]
        error = 4.0 * (drawn.std() / np.sqrt(len(drawn)) + mine[size_class].std() / len(mine[size_class]) ** 0.75)
        assert abs(mine[size_class].mean() - drawn.mean()) <= error, CLASSES[size_class]


def test_providers_start_with_their_shares(large):
    """Tastes split customers as market.shares says, whichever cloud option they are on."""
    provider = large.state.provider[large.state.provider >= 0]
    found = np.bincount(provider, minlength=3) / provider.size
    assert found == pytest.approx([0.45, 0.35, 0.20], abs=4 * np.sqrt(0.25 / provider.size))


def test_one_firm_is_a_world():
    one = build([world("baseline", "network.kind=mean-field", firms=1)], 0)
    assert one.layout.classes.tolist() == [0]
    assert one.partners.shape == (1, 0)


def test_many_firms_are_built():
    """Drawn by chunks of streams, of which none repeats the one before."""
    many = build([world("baseline", "network.partners=4", firms=300_000)], 0)
    assert many.state.aware.mean() == pytest.approx(0.4 * 0.45 + 0.3 * 0.52 + 0.2 * 0.66 + 0.1 * 0.8, abs=1e-4)
    assert len(np.unique(many.traits.capability[:70_000])) == 70_000
    assert many.traits.capability[0] != many.traits.capability[65_536]
