"""The stationary law of a firm's choices where nothing changes: formulas only, as rules are.

With migration cost f and entry cost g_k the chain of frozen choices has π_k ∝ e^((V_k - g_k)/σ)·D_k,
D_k = e^(V_k/σ) + Σ_{j≠k} e^((V_j - f - g_j)/σ) (docs/model.md, "Initialization"). It is symmetric in
w_k = e^((V_k - g_k/2)/σ): π_k ∝ w_k·(w_k + Σ_{j≠k} l_k·l_j·w_j) with links l_k = e^(-(f + g_k)/2σ). So π_k is σ/2 times
the slope by V_k of the logarithm of the sum of these four. Without costs every link is 1, and π_k ∝ w_k.
"""

from sim.model import rules
from sim.model.arithmetic import both, exponential, maximum, where

FAINT = -700.0
"""Logarithm of a weight that counts as nothing beside 1."""


def hurdles(firm, t):
    """What keeps a firm where it is, in Gumbel scales.

    Returns
    -------
    moving
        Cost of changing, f/σ.
    entry
        Further cost of entering each option, g_k/σ.
    is_open
        Whether each option exists for the firm and can be afforded.
    """
    costs, is_open = rules.entry(firm, t)
    entry = costs[0] / t.scale, costs[1] / t.scale, costs[2] / t.scale, costs[3] / t.scale
    return rules.migration_cost(firm, t) / t.scale, entry, is_open


def level(value, entry, is_open, scale):
    """Logarithm of w_k of an option with this value; -inf where it is closed."""
    return where(is_open, value / scale - 0.5 * entry, -float("inf"))


def link(cost):
    """Link l_k of an option that costs f + g_k to change to and enter, in Gumbel scales."""
    return exponential(maximum(-0.5 * cost, FAINT))


def highest(levels, shift):
    """Highest level of an option at a shift of levels."""
    return largest((levels[0] + shift[0], levels[1] + shift[1], levels[2] + shift[2], levels[3] + shift[3]))


def largest(exponents):
    """Largest of the options' exponents."""
    return maximum(maximum(exponents[0], exponents[1]), maximum(exponents[2], exponents[3]))


def weight(above):
    """Weight of an option whose level is by so much above the highest; none where nothing is open (NaN)."""
    return where(above > FAINT, exponential(maximum(above, FAINT)), 0.0)


def factors(shift, base):
    """What weights taken at one shift are to be multiplied by at another that is near."""
    return (
        exponential(shift[0] - base[0]), exponential(shift[1] - base[1]),
        exponential(shift[2] - base[2]), exponential(shift[3] - base[3]),
    )  # fmt: skip


def law(weights, factors, links):
    """Return the law π at weights times factors, and its gains by their logarithms.

    Returns
    -------
    tuple of 10
        π of the options, then ∂π_k/∂log w_l of their pairs in order: 01, 02, 03, 12, 13, 23. All 0 if none is open.
    """
    w0, w1, w2, w3 = weights[0] * factors[0], weights[1] * factors[1], weights[2] * factors[2], weights[3] * factors[3]
    e0, e1, e2, e3 = links[0] * w0, links[1] * w1, links[2] * w2, links[3] * w3
    entering = e0 + e1 + e2 + e3
    p0, p1 = w0 * (w0 + links[0] * (entering - e0)), w1 * (w1 + links[1] * (entering - e1))
    p2, p3 = w2 * (w2 + links[2] * (entering - e2)), w3 * (w3 + links[3] * (entering - e3))
    every = p0 + p1 + p2 + p3
    part = 1.0 / where(every > 0.0, every, 1.0)
    p0, p1, p2, p3 = part * p0, part * p1, part * p2, part * p3
    x0, x1, x2 = part * e0, part * e1, part * e2
    return (
        p0, p1, p2, p3,
        x0 * e1 - 2.0 * p0 * p1, x0 * e2 - 2.0 * p0 * p2, x0 * e3 - 2.0 * p0 * p3,
        x1 * e2 - 2.0 * p1 * p2, x1 * e3 - 2.0 * p1 * p3, x2 * e3 - 2.0 * p2 * p3,
    )  # fmt: skip


def somewhere(most):
    """The largest exponent, or 0 where nothing is open: what is taken out of all of them."""
    return where(most > -float("inf"), most, 0.0)


def exponents(values, moving, entry, is_open, scale, tilt):
    """What likelihoods of the options are made of; the largest exponents are taken out, so that nothing overflows.

    Parameters
    ----------
    tilt
        Log multipliers of the law, by option.

    Returns
    -------
    entering
        Of each option as others change to it, (V_k - f - g_k)/σ; -inf where it is closed.
    ahead
        V_k/σ above the largest of these.
    level
        (V_k - g_k)/σ with the larger of the two, for D_k, and the tilt.
    """
    closed = -float("inf")
    v0, v1, v2, v3 = values[0] / scale, values[1] / scale, values[2] / scale, values[3] / scale
    w0, w1 = where(is_open[0], v0 - entry[0], closed), where(is_open[1], v1 - entry[1], closed)
    w2, w3 = where(is_open[2], v2 - entry[2], closed), where(is_open[3], v3 - entry[3], closed)
    most = somewhere(largest((w0, w1, w2, w3))) - moving
    level0, level1 = w0 + (maximum(v0, most) + tilt[0]), w1 + (maximum(v1, most) + tilt[1])
    level2, level3 = w2 + (maximum(v2, most) + tilt[2]), w3 + (maximum(v3, most) + tilt[3])
    top = somewhere(largest((level0, level1, level2, level3)))
    return (
        (w0 - moving - most, w1 - moving - most, w2 - moving - most, w3 - moving - most),
        (v0 - most, v1 - most, v2 - most, v3 - most),
        (level0 - top, level1 - top, level2 - top, level3 - top),
    )


def likelihoods(entering, ahead, behind, level):
    """Law of the options up to a common factor, from weights of `exponents`, `behind` being that of -|ahead|."""
    every = entering[0] + entering[1] + entering[2] + entering[3]
    return (
        level[0] * _reached(ahead[0], behind[0], every - entering[0]),
        level[1] * _reached(ahead[1], behind[1], every - entering[1]),
        level[2] * _reached(ahead[2], behind[2], every - entering[2]),
        level[3] * _reached(ahead[3], behind[3], every - entering[3]),
    )


def _reached(ahead, behind, others):
    """D_k over the larger of e^(V_k/σ) and the largest term of its sum over other options."""
    return where(ahead > 0.0, 1.0 + others * behind, behind + others)


def enclosing(likelihoods, point):
    """Code of the option whose cumulated likelihood encloses a point in [0, 1); on premise where all are closed."""
    first = likelihoods[0]
    second = first + likelihoods[1]
    third = second + likelihoods[2]
    whole = third + likelihoods[3]
    beyond = point * whole
    passed = where(both(beyond >= first, first < whole), 1.0, 0.0)
    passed = passed + where(both(beyond >= second, second < whole), 1.0, 0.0)
    return passed + where(both(beyond >= third, third < whole), 1.0, 0.0)
