"""What an oracle is: a result known independently of this program, and how it is met.

An oracle sets the model to a limit by an ordinary scenario file, runs it through the ordinary engines, and compares
recorded outcomes with a formula by a stated test. Its *fault* is a shift or a slip with which it must fail.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.bench import Bench

NEUTRAL = """\
# A world in which nothing is left but what a scenario on top of it puts back: firms of one seat, one review a month,
# options that are worth their constants, one provider, no costs, no benefits, no partners' influence, no incidents.
[about]
title = "Neutral world"

[world]
currency = "CNY"
price_level = "none"

[run]
firms = 2000
months = 1
replicates = 1

[constants]
solve = false

[population]
sample_mix = { micro = 1, small = 0, medium = 0, large = 0 }
national_mix = { micro = 1, small = 0, medium = 0, large = 0 }
not_applicable = 0
smallest = 1
largest = 1
sensitivity_sd = 0

[sector]
intensity = 1
sensitivity = 1
compliance_tier = 0

[network]
kind = "mean-field"

[review]
interval = 1

[choice]
scale = 1
taste_option = 0
taste_provider = 0

[start]
on_premise = 1
private = 0
public = 0
hybrid = 0

[awareness]
start = 1

[cost]
on_premise = 0
on_premise_fixed = 0
public_fixed = 0
public_price = 0
private = 0
private_fixed = 0
upfront_fixed = 0
upfront_seat = 0
compliance = 0
integration = 0

[benefit]
private = 0
public = 0

[reach]
on_premise = 0
private = 0
public = 0
network_weight = 1

[security]
loss = 0
learning = 0

[agents]
available = 0

[switch]
migration = 0

[market]
shares = [1.0]
outside_growth = 0
"""
"""The world most oracles extend, written beside their scenario files."""


@dataclass(frozen=True)
class Check:
    """One comparison of an oracle: what is expected and found, and by which test they agree."""

    what: str
    expected: str
    found: str
    statistic: str
    holds: bool


@dataclass(frozen=True)
class Comparison:
    """What a run of an oracle found.

    Parameters
    ----------
    checks
        All of which must hold.
    series
        Numbers for its figure, by name.
    """

    checks: Sequence[Check]
    series: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Oracle:
    """A result known independently of this program.

    Parameters
    ----------
    id, title
        "O1", "Logit shares".
    reference, formula
        Who showed it, and what it says.
    scenario
        A scenario file as text; "neutral.toml" lies beside it to be extended.
    compare
        Runs it and compares.
    fault, fault_settings
        What is wrong where it must fail: in words, and as settings that `compare` puts where they belong.
    small
        Settings of a run small enough for the Mesa engine, by which engines are compared to the byte.
    """

    id: str
    title: str
    reference: str
    formula: str
    scenario: str
    compare: Callable[["Bench"], Comparison]
    fault: str
    fault_settings: tuple[str, ...]
    small: tuple[str, ...] = ("run.firms=40", "run.replicates=1")


@dataclass(frozen=True)
class Verdict:
    """What came of one oracle.

    Parameters
    ----------
    checks
        Of the sound world, the equality of engines last.
    caught
        The check by which the fault was found; None where it was not.
    series
        Numbers for its figure.
    folder
        Where its runs are kept.
    seconds
        How long it took.
    """

    oracle: Oracle
    checks: Sequence[Check]
    caught: Check | None
    series: Mapping[str, Any]
    folder: Path
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether every check holds and the fault was found."""
        return all(check.holds for check in self.checks) and self.caught is not None
