"""Empty panels of figures; some are made before there is anything to draw, by a process that waits."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.report import style


class Grid(NamedTuple):
    """Panels that share their horizontal axis, the size of their figure in inches, and which share a vertical one."""

    rows: int
    columns: int
    width: float
    height: float
    vertical: Literal["none", "row", "all"]


TICKS = 7
"""Ticks made for an axis beforehand; it makes others if it needs more."""

_SPARE: dict[Grid, list[tuple[Figure, np.ndarray]]] = {}


def panels(grid: Grid) -> tuple[Figure, np.ndarray]:
    """A figure with its empty panels, shape (rows, columns): a spare one, if there is, or a new one."""
    spare = _SPARE.get(grid)
    return spare.pop() if spare else _made(grid)


def spare(grids: Iterable[Grid]) -> None:
    """Make panels that `panels` gives out later, and their ticks, which take longer than all else in a panel."""
    for grid in grids:
        figure, among = _made(grid)
        labelled = among if grid.vertical == "none" else among[:, :1]
        for axis in (*(axes.xaxis for axes in among[-1]), *(axes.yaxis for axes in labelled.flat)):
            axis.get_major_ticks(TICKS)
        _SPARE.setdefault(grid, []).append((figure, among))


def _made(grid: Grid) -> tuple[Figure, np.ndarray]:
    figure = Figure(figsize=(grid.width, grid.height))
    return figure, figure.subplots(grid.rows, grid.columns, sharex=True, sharey=grid.vertical, squeeze=False)


def outer_ticks(among: np.ndarray) -> None:
    """Leave ticks to the panels at the left and at the bottom; the others have the same grid without them.

    Parameters
    ----------
    among : array of Axes, shape (rows, columns)
        Which share one horizontal axis, and a vertical one in each row; their limits are final.
    """
    across, bottom = among[0, 0].get_xticks(), among[-1]
    for row in among:
        up, (left, right), (low, high) = row[0].get_yticks(), row[0].get_xlim(), row[0].get_ylim()
        for axes in row:
            grid = [] if axes in bottom else [[(x, low), (x, high)] for x in across]
            grid += [] if axes is row[0] else [[(left, y), (right, y)] for y in up]
            axes.add_collection(LineCollection(grid, colors=style.FAINT, linewidths=style.GRID, zorder=0.5), False)
            axes.xaxis.set_visible(axes in bottom)
            axes.yaxis.set_visible(axes is row[0])
