"""What `sim` has, for type checkers, which cannot follow names that are imported when first asked for."""

from sim.experiments.api import load_results, load_scenario, simulate, sweep

__version__: str
__all__ = ["load_results", "load_scenario", "simulate", "sweep"]
