"""What decides option constants and where firms start: what scenarios share where they share a base world."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sim.model.nouns import OPTIONS

START_KEYS = (*(f"start.{option}" for option in OPTIONS), "awareness.start")
"""What a counterfactual may change of the start while constants are held."""

Items = tuple[tuple[str, Any], ...]
"""Parameters and their values."""


@dataclass(frozen=True, eq=False)
class Beginning:
    """What decides option constants and where firms start.

    Scenarios that agree in it have one and the same, so that they are told apart without a look at every parameter.

    Parameters
    ----------
    base
        Parameters of the base world.
    start
        Starting shares and awareness, `START_KEYS`.
    constants_given
        Option constants are those of the base world, not solved.
    """

    base: Items
    start: Items
    constants_given: bool

    def __reduce__(self) -> tuple[Any, ...]:
        return beginning, (self.base, self.start, self.constants_given)

    @cached_property
    def base_world(self) -> "Beginning":
        """That of the base world itself, which starts at shares of its own."""
        values = dict(self.base)
        return beginning(self.base, tuple((key, values[key]) for key in START_KEYS), self.constants_given)


@lru_cache(maxsize=4096)
def beginning(base: Items, start: Items, constants_given: bool) -> Beginning:
    """Return the one beginning of scenarios that agree in all of it."""
    return Beginning(base, start, constants_given)
