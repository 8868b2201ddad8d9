"""Settings that policies and events have in common, whatever their instrument or kind."""

from sim.model.declared import TARGETS, Field
from sim.model.instruments import INSTRUMENTS
from sim.model.run import MOST_MONTHS

MOST_MONEY = 1e14
"""Largest budget: the treasury counts in 1/10000 of the currency unit, in 64 bits."""

POLICY_FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        Field("strength", "share of full strength", 1.0, (0, 1), (0, 1), "1: as its settings say."),
        Field("ramp", "months", 0, (0, MOST_MONTHS), (0, 24), "Time to full strength.", integer=True),
        Field("budget", "money", MOST_MONEY, (0, MOST_MONEY), (0, 1e12), "Most ever paid; no limit if left out."),
        Field("reach", "share of the eligible", 1.0, (0, 1), (0, 1), "Firms that ever hear of it (L7, L13)."),
        Field("redemption", "share of those reached", 1.0, (0, 1), (0.5, 1), "Of them, who use it (L12)."),
    )
}
"""Numbers that every policy has, whatever its instrument."""

POLICY_SETTINGS = ("instrument", "start", "end", *POLICY_FIELDS, "currency", "classes", "sectors", "new_users")


def settings_of(instrument: str) -> tuple[str, ...]:
    """Settings that a policy with this instrument takes, besides the instrument's own."""
    without = set(TARGETS) - set(INSTRUMENTS[instrument].targets)
    return tuple(setting for setting in POLICY_SETTINGS if setting not in without)


def having(setting: str) -> list[str]:
    """Instruments that take a setting, theirs or one that not all policies have."""
    return [name for name, each in INSTRUMENTS.items() if setting in (*each.fields, *settings_of(name))]


EVENT_SETTINGS = ("kind", "start", "end")

IN_WORDS = {
    "instrument": "What the policy does (`sim instruments` lists them).",
    "kind": "What happens (`sim instruments` lists it).",
    "start": 'First month in force: "2027-01", or counted from 1 at the start of the run.',
    "end": "Last month in force; of a policy the last of the run where it is left out.",
    "currency": "That of the world, said again to be safe.",
    "classes": 'Size classes it is for, ["micro", "small"] say; all where it is left out.',
    "sectors": "Sectors it is for; all where it is left out.",
    "new_users": "Whether it is only for firms that are not on public or hybrid cloud.",
}
"""What settings that are no numbers mean."""
