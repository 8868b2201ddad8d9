"""Rules that remember: what depends on a firm or its belief and the terms alone is worked out once a review."""

from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

OF_TERMS = ("t",)
"""What a rule is handed besides its first argument, if it remembers."""


def remembering(rules: ModuleType) -> Any:
    """The same rules, of which those of one argument and the terms keep their last answer.

    Asked again with the very same objects they give it again: a review asks for a firm's capability ten times. Rules
    call each other by name, so each is put together anew with names that stand for the remembering ones. A function
    put in a rule's place from elsewhere stays as it is.
    """
    own = next(f.__globals__ for f in vars(rules).values() if getattr(f, "__module__", "") == rules.__name__)
    names = dict(own)
    for name, rule in own.items():
        if isinstance(rule, FunctionType) and rule.__globals__ is own:
            names[name] = again = FunctionType(rule.__code__, names, name, rule.__defaults__)
            if rule.__code__.co_varnames[1 : rule.__code__.co_argcount] == OF_TERMS:
                names[name] = _with_memory(again)
    return SimpleNamespace(**names | {name: f for name, f in vars(rules).items() if f is not own.get(name)})


def _with_memory(rule):
    last: tuple[Any, Any, Any] = (None, None, None)

    def asked(x, t):
        nonlocal last
        known = last  # another thread may ask in between
        if x is not known[0] or t is not known[1]:
            last = known = x, t, rule(x, t)
        return known[2]

    return asked
