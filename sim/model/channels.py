"""Channels: what policies and events can move, by name; rules read their sums and never know who moved them."""

from collections import namedtuple
from typing import Any

FIRM_CHANNELS = {
    "outreach": "chance per year that an unaware firm becomes aware, on top of its own (S2)",
    "certified": "years of certified incident-free use added to every review's evidence, per year (D21)",
    "shown": "weight of the public record of hits and misses, in years of use per year, on top of the media's (D7)",
    "warned": "hits a firm counts between two reviews because it was warned (I14)",
    "demand": "value of public cloud, as a share of its list price (pandemic in EU data)",
    "control": "cost of compliance on public cloud in the top tier, money per seat-month (I7)",
    "isolated": "share of the top tier's firms to which public and hybrid cloud are forbidden (I7)",
    "lightened": "share of compliance cost taken off the lowest tier, less the higher the tier (D20)",
    "waived": "share of compliance cost and isolation from which firms are exempt (D19)",
    "training": "share of what a firm lacks in digital capability (D24)",
    "data": "share of a firm's tasks that agents can do, on top of the world's (D5)",
    "agent_saving": "share of the cost of agents saved (D6, D22)",
    "moving_saving": "share of the cost of moving saved (D22)",
    "free_to_change": "share of what portability lacks of 1 (D4, D6)",
    "funds_lost": "share of liquid funds lost (recession)",
    "benefit_lost": "share of the productivity benefit of cloud lost (recession)",
}
"""Channels that reach firms by size class and sector."""

PROVIDER_CHANNELS = {
    "price_cut": "share of the target price given up, at the cost of the mark-up (D13)",
    "public_security": "public security investment, in multiples of the providers' starting investment (I7)",
    "public_capital": "public investment in providers, in multiples of their starting investment (D18)",
    "capacity": "capacity built at public cost, as a share of what there is, per year (D4)",
    "cost_saving": "share of unit cost saved (D4)",
    "cost_rise": "rise of unit cost as a share of it (D3)",
    "rival_gain": "rise of the rival's quality as a share of it (I12, D3)",
    "opened": "share of what interoperability between providers lacks of 1 (D4)",
    "anchored": "seats that state bodies move to public cloud, as a share of all firms' seats (D7)",
}
"""Channels that reach providers."""

_named: Any = namedtuple  # type checkers know named tuples only with their fields spelt out
Levels = _named("Levels", tuple(FIRM_CHANNELS))
"""Sum of the levels of each channel that reaches firms."""

Raised = _named("Raised", tuple(PROVIDER_CHANNELS))
"""Sum of the levels of each channel that reaches providers."""

DEEPEST_CUT = 0.95
"""Most by which price wars together lower the price that providers move to."""
