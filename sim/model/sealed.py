"""Settings that stay as they were checked."""

from typing import Any, NoReturn


class Sealed(dict[str, Any]):
    """A dictionary that refuses to be changed: whatever it is changed to would be simulated without being checked."""

    def _refuse(self, *_given: Any, **_named: Any) -> NoReturn:
        raise TypeError(
            "a scenario's settings cannot be changed once they are checked. Load another scenario instead, say "
            'sim.load_scenario("subsidy", {"cost.public_price": 90, "policy.subsidy.rate": 0.4})'
        )

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is sent to other processes: made anew at once, not key by key."""
        return Sealed, (dict(self),)
