"""The provider's month: price, cost, capacity, investment, quality and security (docs/model.md, "A provider's month").

Formulas only, like `rules`: floats in the Mesa model, arrays of shape (providers, lanes) in the array engines.
Prices and unit costs are indices: 1 is the list price at the start. Stocks of investment are in multiples of the
provider's own investment at the start, so that no result depends on the currency.
"""

from typing import NamedTuple

from sim.model.arithmetic import Number, maximum, minimum, power, where

YEAR = 12
"""Months over which mean revenue is taken (I17)."""

LEAST_COST = 0.05
"""Bound on how cheap policies make what providers invest in, so that no parameter makes it cost nothing."""

LARGEST_QUALITY = 1e12
"""Bound on quality, so that no parameter makes its growth infinite."""


class Provider(NamedTuple):
    """State of a public provider at the end of a month."""

    price: Number  # index
    unit_cost: Number  # index
    capacity: Number  # seats
    use: Number  # cumulative seat-months, spill-over included
    quality: Number  # Q, 1 at the start
    security: Number  # S
    congestion: Number
    in_price: Number  # part of the price that is support passed on to providers, index


class Fixed(NamedTuple):
    """What does not change for a provider during a run."""

    markup: Number
    first_use: Number  # X_j0, cumulative use at the start
    first_investment: Number  # I₀, money per month


class Demand(NamedTuple):
    """What a provider has sold in a month."""

    seats: Number  # its own, outside demand included
    others: Number  # those of all other providers
    revenue: Number  # money
    mean_revenue: Number  # over the last twelve months


class Climate(NamedTuple):
    """Parameters, schedules and policy all providers share in one month."""

    cost_trend: Number  # e^(-g·t)
    learning: Number  # λ
    spillover: Number
    pass_through: Number  # per month
    price_cut: Number  # share of the target price given up (D13)
    utilisation: Number  # target use of capacity
    lag: Number  # months
    congestion_slope: Number
    invest_share: Number  # ρ_R
    invest_boost: Number  # ψ
    elasticity: Number  # η
    growth_form: Number  # 1 for the growth form of quality
    growth: Number  # g_Q per year
    depreciation_year: Number  # δ per year
    depreciation: Number  # δ per month
    first_security: Number  # S₀
    security_depreciation: Number  # δ_s per month
    public_security: Number  # public spending in multiples of I₀ (I7)
    public_capital: Number  # public capital in multiples of I₀ (D18)
    public_capacity: Number  # capacity built at public cost, share per year (D4)
    cost_factor: Number  # (1 - saving)·(1 + rise) of unit cost (D4, D3)
    threat: Number  # h₀·e^(threat·t)
    frontier: Number  # Q*, the rival's quality (I10, I12)
    incident: Number  # π, chance of an incident per month


def experience(used, first_use):
    """Cumulative use relative to the start; 1 for a provider that had none."""
    some = first_use > 0.0
    return where(some, used / where(some, first_use, 1.0), 1.0)


def unit_cost(used, fixed, climate):
    """Unit cost index e^(-g·t)·(X/X₀)^(-λ)/(1 + markup): progress and learning by doing (I8, I11, D23)."""
    learnt = power(experience(used, fixed.first_use), -climate.learning)
    return climate.cost_trend * learnt / (1.0 + fixed.markup) * climate.cost_factor


def price(current, cost, passed_on, fixed, climate):
    """Price index after a month's adjustment towards cost plus mark-up plus the support that ends in price."""
    target = (1.0 + fixed.markup) * cost * (1.0 - climate.price_cut) + passed_on
    return current + climate.pass_through * (target - current)


def in_price(current, passed_on, climate):
    """Part of the price index that is support: what the price would lack had nothing been passed on."""
    return current + climate.pass_through * (passed_on - current)


def capacity(current, use, climate):
    """Capacity in seats: grows towards use/target, and at public cost; never shrinks (I8, D4)."""
    built = climate.public_capacity / 12.0 * current
    return current + maximum(0.0, use / climate.utilisation - current) / climate.lag + built


def congestion(use, seats, climate):
    """Cost of congestion as a share of price: slope·max(0, use/(capacity·target) - 1) (I8)."""
    full = seats * climate.utilisation
    some = full > 0.0
    return climate.congestion_slope * where(some, maximum(0.0, use / where(some, full, 1.0) - 1.0), 0.0)


def investment(revenue, mean_revenue, fixed, climate):
    """Investment in multiples of I₀: the provider's own, and patient public capital (D18); 1 for one without I₀.

    What its own money buys is dearer, or cheaper, by as much as events and policies make everything it buys: revenue
    that only makes good a rise of cost is no success.
    """
    some = invests(fixed)
    own = own_investment(revenue, mean_revenue, climate) / maximum(LEAST_COST, climate.cost_factor)
    return where(some, own / where(some, fixed.first_investment, 1.0) + climate.public_capital, 1.0)


def own_investment(revenue, mean_revenue, climate):
    """Money a provider invests in a month: a share of revenue, more when revenue rises (I17); none without a share."""
    more = climate.invest_boost * maximum(0.0, revenue - mean_revenue)
    return climate.invest_share * revenue + where(climate.invest_share > 0.0, more, 0.0)


def invests(fixed):
    """Whether a provider has an I₀, by which its investment and public money for it are measured."""
    return fixed.first_investment > 0.0


def profit(provider, firms, volume, invested):
    """Profit on modelled firms in a month: margin on what they buy, less their part of the provider's investment.

    Parameters
    ----------
    firms, volume
        What they and all customers buy, at list prices of the start, money.
    invested
        The provider's own investment, money.
    """
    some = volume > 0.0
    part = where(some, firms / where(some, volume, 1.0), 0.0)
    return (provider.price - provider.unit_cost) * firms - invested * part


def quality(current, invested, climate):
    """Quality stock: bounded form (1-δ)Q + δ·(I/I₀)^η, or growth form Q·(1 + (g_Q·(I/I₀)^η - δ)/12)."""
    effect = power(invested, climate.elasticity)
    bounded = (1.0 - climate.depreciation) * current + climate.depreciation * effect
    growing = current * (1.0 + (climate.growth * effect - climate.depreciation_year) / 12.0)
    return minimum(LARGEST_QUALITY, maximum(0.0, where(climate.growth_form > 0.5, growing, bounded)))


def security(current, invested, fixed, climate):
    """Security stock (1-δ_s)S + δ_s·S₀·(I/I₀ + public spending) (I7, I13, D21)."""
    d, public = climate.security_depreciation, where(invests(fixed), climate.public_security, 0.0)
    return (1.0 - d) * current + d * climate.first_security * (invested + public)


def objective_risk(stock, climate):
    """Chance per year that a customer is hit: h₀·e^(threat·t)·(1 + S₀)/(1 + S), at most 1 (I7, S6)."""
    return minimum(1.0, climate.threat * (1.0 + climate.first_security) / (1.0 + stock))


def hit_share(risk, draw, forced, climate):
    """Share of the customers hit this month: h/(12π) if the provider has an incident, at least what an event forces."""
    usual = where(draw < climate.incident, minimum(1.0, risk / (12.0 * climate.incident)), 0.0)
    return maximum(usual, forced)


def strength(level, climate):
    """Ecosystem strength q = Q/(Q + Q*) (I10, I12)."""
    return level / (level + climate.frontier)


def month(provider, fixed, climate, demand, passed_on):
    """Provider's state after a month; `passed_on`: average support per seat that ends in price, as an index."""
    invested = investment(demand.revenue, demand.mean_revenue, fixed, climate)
    used = provider.use + demand.seats + climate.spillover * demand.others
    cost = unit_cost(used, fixed, climate)
    room = capacity(provider.capacity, demand.seats, climate)
    return Provider(
        price=price(provider.price, cost, passed_on, fixed, climate),
        unit_cost=cost,
        capacity=room,
        use=used,
        quality=quality(provider.quality, invested, climate),
        security=security(provider.security, invested, fixed, climate),
        congestion=congestion(demand.seats, room, climate),
        in_price=in_price(provider.in_price, passed_on, climate),
    )
