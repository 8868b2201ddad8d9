"""The scenario of a point: the base scenario with the point's values, each set where its role says."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sim.experiments.sweeps.quantities import Level, Quantity
from sim.experiments.sweeps.shares import giving_way
from sim.experiments.sweeps.sweep import Sweep
from sim.model.complaints import Complaints, unknown
from sim.model.reading import Layer, settings_layer
from sim.model.scenario import Scenario, from_layers

TRIED = 1000
"""Points of a design that are tried before a sweep begins."""

_Point = TypeVar("_Point")

SOLVE = (("constants", "solve"), True)
"""The setting that makes a layer a base world."""


def spread(points: Sequence[_Point]) -> Sequence[_Point]:
    """The points to be tried, evenly over the design."""
    return points[:: -(-len(points) // TRIED)]


def point_scenario(sweep: Sweep, values: Mapping[str, Level]) -> Scenario:
    """Scenario of a point; the base scenario where no quantity is given.

    Uncertain parameters are set on the base world, for which constants are then solved again; whatever the scenario
    changes later stays. All else is set over the whole scenario, constants held.

    Raises
    ------
    BadInput
        The values cannot be a scenario, or one is of no quantity of the sweep.
    """
    if not values:
        return sweep.base
    known = {quantity.key: quantity for quantity in sweep.quantities}
    complaints = Complaints()
    for key in values:
        if key not in known:
            complaints.add(sweep.where, "point", unknown("varied quantity", key, tuple(known)))
    complaints.stop_if_any()
    given = [quantity for quantity in sweep.quantities if quantity.key in values]
    layers = list(sweep.layers)
    uncertain = [each for each in given if each.uncertain]
    held = [each for each in given if not each.uncertain]
    if uncertain:
        layers.insert(sweep.base_step + 1, _layer(sweep, uncertain, values, [SOLVE]))
    if held:
        layers.append(_layer(sweep, held, values, []))
    return from_layers(sweep.base.name, layers)


def _layer(sweep: Sweep, quantities: Sequence[Quantity], values: Mapping[str, Level], also: list[Any]) -> Layer:
    settings = [(quantity.steps, quantity.raw(values[quantity.key])) for quantity in quantities]
    settings += giving_way(quantities, values, sweep.base.values)
    return settings_layer("point", "point", [*settings, *also])
