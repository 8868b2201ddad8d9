"""All parameters of the model, declared once each; see `declaration` for what a declaration says."""

from collections.abc import Iterable
from difflib import get_close_matches

from sim.model.errors import BadInput
from sim.model.parameters import beliefs, benefits, choices, costs, firms, providers
from sim.model.parameters.declaration import BY, Grade, Parameter

__all__ = ["BY", "GROUPS", "PARAMETERS", "Grade", "Parameter", "UnknownName", "nearest_name", "parameter"]


class UnknownName(BadInput, KeyError):
    """A name that is not declared."""

    def __str__(self) -> str:
        # KeyError would print the sentence in quotation marks.
        return str(self.args[0])


PARAMETERS: dict[str, Parameter] = {
    declared.key: declared
    for group in (firms, choices, costs, benefits, beliefs, providers)
    for declared in group.DECLARED
}
"""Every parameter by key, in the order of the model description."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(key.split(".")[0] for key in PARAMETERS))
"""The tables of a scenario file that hold parameters."""


SHORTEST_PART = 3
"""Letters of a part of a name that tells it."""


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The hint that ends a sentence about an unknown name.

    Parameters
    ----------
    name : str
        What was written.
    known : iterable of str
        The names that would have been understood.

    Returns
    -------
    str
        `` Did you mean 'x'?`` with a leading space, or an empty string when nothing is near.
    """
    names = list(known)
    within = [each for each in names if len(name) >= SHORTEST_PART and name in each]
    near = within or get_close_matches(name, names, n=1)
    return f" Did you mean '{near[0]}'?" if near else ""


def parameter(key: str) -> Parameter:
    """The declaration of a key.

    Raises
    ------
    UnknownName
        If no parameter has that key; the message offers the nearest one.
    """
    if key in PARAMETERS:
        return PARAMETERS[key]
    tail = [known for known in PARAMETERS if known.split(".")[1] == key]
    hint = f" Did you mean '{tail[0]}'?" if tail else nearest_name(key, PARAMETERS)
    raise UnknownName(f"Unknown parameter '{key}'.{hint} `sim parameters` lists all of them.")
