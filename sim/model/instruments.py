"""What a government can do and what can happen: every instrument and event, declared once.

A policy names an instrument, an event names a kind. Each declaration says which settings it takes and which
*channels* of the model it raises while in force; rules read channels and never know which policy moved them.
To add an instrument: declare it here; if no channel fits, add one to `CHANNELS` and read it in the rule it moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CHANNELS = (
    "outreach",  # chance per year that an unaware firm becomes aware, on top of its own (S2)
    "certified",  # years of certified incident-free use added to every review's evidence, per year (D21)
    "demand",  # value of public cloud, as a share of its list price (pandemic in EU data)
    "public_security",  # public security investment, in multiples of the providers' starting investment (I7)
    "price_cut",  # share of the target price given up, at the cost of the mark-up (D13)
)
"""Rows of the level arrays; the first three reach firms by size class, the others the providers."""

OUTREACH, CERTIFIED, DEMAND, PUBLIC_SECURITY, PRICE_CUT = range(len(CHANNELS))
FIRM_CHANNELS = 3

DEEPEST_CUT = 0.95
"""Most by which price wars together lower the price that providers move to."""

TARGETS = ("classes", "sectors", "new_users", "reach", "redemption")
"""Settings of a policy that choose whom it reaches."""


@dataclass(frozen=True)
class Field:
    """One setting of an instrument or event: unit, default, hard and plausible range, one sentence."""

    name: str
    unit: str
    default: float
    hard: tuple[float, float]
    plausible: tuple[float, float]
    sentence: str
    integer: bool = False


@dataclass(frozen=True)
class Instrument:
    """An instrument of policy or a kind of event.

    Parameters
    ----------
    fields
        Its settings by name.
    raises
        Channel → the field whose value it adds to the channel at full strength.
    supports_price
        Firms receive it as support on the public price (fields `rate`, `cap`, `incidence`).
    charged
        Field that costs the treasury its value × the providers' starting investment each month, or "".
    """

    name: str
    sentence: str
    sources: tuple[str, ...]
    fields: Mapping[str, Field]
    raises: Mapping[str, str] = field(default_factory=dict)
    supports_price: bool = False
    charged: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """Settings of a policy that choose whom it reaches; an instrument that acts on providers takes none."""
        if self.supports_price:
            return TARGETS
        reaches_firms = any(CHANNELS.index(channel) < FIRM_CHANNELS for channel in self.raises)
        return ("classes",) if reaches_firms else ()


def _declared(*instruments: Instrument) -> dict[str, Instrument]:
    return {instrument.name: instrument for instrument in instruments}


def _fields(*fields: Field) -> dict[str, Field]:
    return {each.name: each for each in fields}


INSTRUMENTS = _declared(
    Instrument(
        name="public_cloud_subsidy",
        sentence="Pays a share of the public list price, up to a cap per firm and year.",
        sources=("I19", "L1", "L2", "L7"),
        fields=_fields(
            Field("rate", "share of price", 0.3, (0, 1), (0, 0.9), "Share of the public list price paid."),
            Field(
                "cap", "money per firm and year", 50_000, (0, 1e9), (2_000, 1e6),
                "Most that one firm receives in a year (L1: first voucher at most 50,000 yuan).",
            ),
            Field(
                "incidence", "share", 0.0, (0, 1), (0, 0.5),
                "Part of the average support per seat that providers add to their target price.",
            ),
        ),
        supports_price=True,
    ),
    Instrument(
        name="security_strengthening",
        sentence="Public spending on the security of public clouds, with certification that firms can see.",
        sources=("I7", "D21"),
        fields=_fields(
            Field(
                "spending", "multiple of the providers' starting investment", 0.5, (0, 100), (0, 2),
                "Public security spending each month.",
            ),
            Field(
                "certification", "years of evidence per year", 0.5, (0, 100), (0, 5),
                "Certified incident-free use that a firm counts as its own evidence.",
            ),
        ),
        raises={"public_security": "spending", "certified": "certification"},
        charged="spending",
    ),
)

EVENTS = _declared(
    Instrument(
        name="price_war",
        sentence="Providers cut their mark-ups, below cost if need be, and raise them again when it is over.",
        sources=("D13", "C12", "C13"),
        fields=_fields(
            Field(
                "cut", "share of the target price", 0.2, (0, DEEPEST_CUT), (0.1, 0.6),
                "Fall of the price that providers move to (C12: list prices fell by a fifth on average).",
            ),
        ),
        raises={"price_cut": "cut"},
    ),
    Instrument(
        name="provider_breach",
        sentence="An incident at one provider, every month while in force, hitting a given share of its customers.",
        sources=("I7", "S11", "S13"),
        fields=_fields(
            Field("provider", "provider", 1, (1, 8), (1, 3), "Which provider, counted from 1.", integer=True),
            Field("share", "share of its customers", 0.5, (0, 1), (0.05, 1), "Customers hit in each month."),
        ),
    ),
    Instrument(
        name="demand_shock",
        sentence="The value of public cloud rises by a share of its list price (the pandemic years in EU data).",
        sources=("A1", "A48"),
        fields=_fields(
            Field("share", "share of price", 0.2, (-5, 5), (0, 0.5), "Rise of the value of public cloud."),
        ),
        raises={"demand": "share"},
    ),
)
