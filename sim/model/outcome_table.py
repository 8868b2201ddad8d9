"""What is reported: every outcome, declared once with its unit, how it is summed up and one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from sim.model.nouns import CLASSES, OPTIONS

TOTAL = "total"

SPENT = "spent"
"""The outcome that is reported by policy too."""

UP_TO_CONSTANTS = "surplus.decision", "surplus.experience", "welfare"
"""Outcomes in the money of utility, which has no natural zero: that of on premise has a constant of 0. Only between
worlds with the same option constants do differences mean anything."""

_DIFFERENCES = "only differences at the same option constants mean anything"


def spelled(outcome: str, group: str) -> str:
    """Name of a column: `outcome` for the total, `outcome[class]` for a class or a policy."""
    return outcome if group == TOTAL else f"{outcome}[{group}]"


@dataclass(frozen=True)
class Outcome:
    """A declared outcome.

    Parameters
    ----------
    by_class
        Reported by size class as well as in total.
    summed
        How firms, seats or providers are summed up.
    """

    name: str
    unit: str
    by_class: bool
    summed: str
    sentence: str

    @property
    def hard(self) -> tuple[float, float] | None:
        """What it lies within where it is a part of a whole or a chance, or a difference of two chances."""
        if not is_fraction(self.unit) or self.unit == "share of price":  # congestion may cost more than that
            return None
        return (-1.0 if " less " in self.summed else 0.0), 1.0

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups it is reported for."""
        return (TOTAL, *CLASSES) if self.by_class else (TOTAL,)


def is_fraction(unit: str) -> bool:
    """Whether numbers of a unit are printed in per cent."""
    return unit.startswith(("share ", "chance ", "probability"))


NATIONALLY, OVER_SEATS = "national sum", "share of seats"
OVER_FIRMS = "share of firms", "firms of the month", "mean over firms"
"""How the ways of adding up begin: what is reported by class is computed accordingly."""

SINCE_START = "since the start"
"""What is said of sums over all months so far."""

_FIRMS = "share of firms; the total weights classes by the national firms they stand for"
_SEATS = f"{OVER_SEATS}; the total weights classes by the national firms they stand for"
_PROVIDERS = "mean over providers weighted by modelled public seats (plain mean while there are none)"
_PRICES = f"{_PROVIDERS}, times the mean list price of all seats at the start: who buys does not move it"
_CLOUD = "0 while there are none"
_FLOW = "firms of the month as a share of all firms; the total weights classes nationally"
_NATION = f"{NATIONALLY} {SINCE_START}"
_CONTRACTS = f"{NATIONALLY} {SINCE_START}, of contracts when they are made, for all their months"


def _declared() -> dict[str, Outcome]:
    rows = [
        *(Outcome(f"share.firms.{k}", "share of firms", True, _FIRMS, f"Firms on option {k}.") for k in OPTIONS),
        Outcome("share.firms.any_cloud", "share of firms", True, _FIRMS, "Firms on private, public or hybrid cloud."),
        *(Outcome(f"share.seats.{k}", "share of seats", True, _SEATS, f"Seats of firms on {k}.") for k in OPTIONS),
        Outcome("share.aware", "share of firms", True, _FIRMS, "Firms aware of cloud (S2)."),
        Outcome("share.agents", "share of firms", True, _FIRMS, "Firms using intelligent agents (I9)."),
        Outcome("price", "money per seat-month", False, _PRICES, "List price of public cloud before support."),
        Outcome("unit_cost", "money per seat-month", False, _PRICES, "Providers' unit cost (I8, I11)."),
        Outcome("congestion", "share of price", False, _PROVIDERS, "Additional cost of congestion (I8)."),
        Outcome("risk.perceived", "chance per year", True, "mean over firms; the total weights classes nationally",
                "Risk of public cloud that firms perceive (I5)."),
        Outcome("risk.objective", "chance per year", False, _PROVIDERS, "Chance that a customer is hit (I7, S6)."),
        Outcome("risk.gap", "chance per year", True, "perceived less objective",
                "By how much firms overrate the risk of public cloud."),
        Outcome("concentration", "index 0-1", False, f"sum of squared shares of modelled public seats; {_CLOUD}",
                "Herfindahl-Hirschman index of providers."),
        Outcome("infrastructures", "number", False, f"1 / sum of squared shares of cloud seats; {_CLOUD}",
                "Effective number of separate cloud infrastructures (I6)."),
        Outcome("interoperability", "probability", False, f"over pairs of cloud seats; {_CLOUD}",
                "Chance that two random cloud seats can work together (I6, D4)."),
        Outcome("ecosystem", "index 0-1", False, _PROVIDERS, "Domestic ecosystem against its rival (I10, I12)."),
        Outcome("incidents", "share of customers", False, _PROVIDERS, "Public customers hit in the month."),
        Outcome("returns", "share of firms", True, _FLOW, "Firms that left public or hybrid cloud in the month."),
        Outcome("provider_changes", "share of firms", True, _FLOW, "Firms that changed their provider in the month."),
        Outcome("capped", "share of firms", True, _FLOW,
                "Firms whose support of the price met its cap in the month, that of agents aside."),
        Outcome("share.supported", "share of firms", True, _FIRMS,
                "Firms whose contract some policy supports, if only in part where its money ran short."),
        Outcome("supported_seats", "seats", True, NATIONALLY,
                "Public seats of firms whose contract some policy supports."),
        Outcome("support", "money per seat-month", False, "over all public seats, outside demand included",
                "Average support of the contracts in force."),
        Outcome("support.in_price", "money per seat-month", False, _PRICES,
                "Part of the list price that would not be there without support (incidence, passed on over time)."),
        Outcome("surplus.decision", "money", True, _CONTRACTS,
                f"Consumer surplus at the risk perceived, with the support promised; {_DIFFERENCES}."),
        Outcome("surplus.experience", "money", True, _CONTRACTS,
                f"Consumer surplus at the objective risk, with the support paid; {_DIFFERENCES}."),
        Outcome("profit", "money", False, _NATION,
                "Providers' margin on modelled firms less their part of the investment out of revenue."),
        Outcome(SPENT, "money", False, _NATION, "Paid by all policies, and by each (group policy.NAME)."),
        Outcome("budget_left", "money", False, "national sum over policies with a budget", "Left of all budgets."),
        Outcome("fiscal_cost", "money", False, _NATION, "Spending times the marginal cost of public funds."),
        Outcome("welfare", "money", False, _NATION,
                f"Surplus in experience plus profit less fiscal cost; {_DIFFERENCES}."),
    ]  # fmt: skip
    return {outcome.name: outcome for outcome in rows}


OUTCOMES = _declared()
"""Every outcome by name."""

COLUMNS = tuple((name, group) for name, outcome in OUTCOMES.items() for group in outcome.groups)
"""(outcome, group) of each value that every scenario records."""


def columns(policies: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(outcome, group) of each recorded value of a scenario: `COLUMNS`, then what each of its policies spent."""
    return COLUMNS + tuple((SPENT, f"policy.{name}") for name in policies)
