"""What is counted over firms: whole numbers by size class, so that every sum is exact in any order."""

from sim.model.nouns import MOST_PROVIDERS

STOCKS = (
    "firms_on_premise", "firms_private", "firms_public", "firms_hybrid",
    "seats_on_premise", "seats_private", "seats_public", "seats_hybrid",
    "public_seats",  # seats on public cloud: all of public, the public part of hybrid
    "aware",
    "agents",  # firms using agents
    "islands",  # squared seats of private infrastructures, for concentration (I6)
    "risk",  # perceived risk in rules.BELIEF_UNITS
    "supported",  # firms whose contract some policy pays for
    "supported_seats",  # their public seats
)  # fmt: skip
"""Kept up to date as firms change."""

FLOWS = (
    "hits",  # firms hit since their last review that remain on public or hybrid
    "returns",  # firms that left public or hybrid for on-premise or private
    "provider_changes",
    "capped",  # firms whose support was limited by a cap
    "surplus",  # utility of the contracts made, whole money, at the risk perceived
    "overrated",  # what the objective risk would add to it
)
"""Counted within a month."""

ROW = {name: n for n, name in enumerate(STOCKS + FLOWS)}
"""Row of each count in an array of tallies; provider rows follow."""

FIRST_FLOW = len(STOCKS)
PROVIDER_SEATS = len(ROW)
"""First of the rows of public seats by provider."""
AGENT_SEATS = PROVIDER_SEATS + MOST_PROVIDERS
"""First of the rows of public seats whose firms use agents, by provider."""
ROWS = AGENT_SEATS + MOST_PROVIDERS
