"""Agent-based simulation of how firms take up cloud computing, and of policies towards it."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

__all__ = ["load_results", "load_scenario", "simulate", "sweep"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """The functions of `sim.experiments.api`, imported when first asked for: the command line starts without them."""
    if name in __all__:
        return getattr(import_module("sim.experiments.api"), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
