"""What is counted over firms: whole numbers by size class, so that every sum is exact in any order."""

from typing import NamedTuple

from sim.model.arithmetic import Number
from sim.model.nouns import MOST_PROVIDERS


class Counts(NamedTuple):
    """Counts of a size class: stocks, kept up to date as firms change, then flows, counted within a month."""

    firms_on_premise: Number
    firms_private: Number
    firms_public: Number
    firms_hybrid: Number
    seats_on_premise: Number
    seats_private: Number
    seats_public: Number
    seats_hybrid: Number
    public_seats: Number  # seats on public cloud: all of public, the public part of hybrid
    aware: Number
    agents: Number  # firms using agents
    islands: Number  # squared seats of private infrastructures, for concentration (I6)
    risk: Number  # perceived risk in units.BELIEF_UNITS
    supported: Number  # firms whose contract some policy pays for
    supported_seats: Number  # their public seats
    hits: Number  # firms hit since their last review that remain on public or hybrid
    returns: Number  # firms that left public or hybrid for on-premise or private
    provider_changes: Number
    capped: Number  # firms whose support of the price was limited by a cap
    surplus: Number  # utility of the contracts made, whole money, at the risk perceived
    overrated: Number  # what the objective risk would add to it


ROW = {name: n for n, name in enumerate(Counts._fields)}
"""Row of each count in an array of tallies; provider rows follow."""

FIRST_FLOW = ROW["hits"]
PROVIDER_SEATS = len(ROW)
"""First of the rows of public seats by provider."""
AGENT_SEATS = PROVIDER_SEATS + MOST_PROVIDERS
"""First of the rows of public seats whose firms use agents, by provider."""
ROWS = AGENT_SEATS + MOST_PROVIDERS
