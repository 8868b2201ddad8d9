"""What an instrument of policy or a kind of event is: the form in which both are declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sim.model.channels import FIRM_CHANNELS

PLAUSIBLE_MONEY = "CNY"
"""Currency in which plausible amounts of money are declared."""

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
class Charge:
    """What a policy draws from its budget every month: the value of a field times what it is charged per.

    Parameters
    ----------
    field
        Name of the field.
    per
        "investment": all providers' investment in the month before the start; "firm": firms of the classes and
        sectors aimed at, a twelfth each month; "seat": the price of the seats that state bodies move (D7).
    """

    field: str
    per: Literal["investment", "firm", "seat"]


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
        Firms receive it as support on the public price (fields `rate`, `cap`, `incidence`), and on the cost of
        agents where it has a field `agent_rate`.
    charged
        What it spends by itself, besides support that firms claim.
    dampened_by
        Parameter by whose value what it raises is diminished, as a share, or "".
    """

    name: str
    sentence: str
    sources: tuple[str, ...]
    fields: Mapping[str, Field]
    raises: Mapping[str, str] = field(default_factory=dict)
    supports_price: bool = False
    charged: Charge | None = None
    dampened_by: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """Settings of a policy that choose whom it reaches; an instrument that acts on providers alone takes none."""
        if self.supports_price:
            return TARGETS
        return ("classes", "sectors") if any(channel in FIRM_CHANNELS for channel in self.raises) else ()


def declared(*instruments: Instrument) -> dict[str, Instrument]:
    """Instruments by name."""
    return {instrument.name: instrument for instrument in instruments}


def fields(*settings: Field) -> dict[str, Field]:
    """Settings by name."""
    return {each.name: each for each in settings}


def share(name: str, of: str, default: float, plausible: tuple[float, float], sentence: str) -> Field:
    """A setting that is a share of something, from 0 to 1."""
    return Field(name, f"share of {of}", default, (0, 1), plausible, sentence)


def spending(default: float, sentence: str) -> Field:
    """The setting of a policy that spends every month in multiples of what providers invested at the start."""
    return Field("spending", "multiple of the providers' starting investment", default, (0, 100), (0, 2), sentence)
