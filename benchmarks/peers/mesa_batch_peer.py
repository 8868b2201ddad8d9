"""The reduced model by Mesa's `batch_run`, which makes the model, runs it and gathers what was collected."""

from typing import Any

import mesa
from mesa_peer import Market
from reduced import OPTIONS, P, Records, measure


class Ending(Market):
    """The same model, which says that it has ended a step late.

    Mesa 3.3 leaves out what is collected in the last step. From 3.5 on it hands over a seed of its own, `rng`, besides.
    """

    def __init__(self, firms: int, luck: int, **_given: None):
        super().__init__(firms, luck)

    def step(self) -> None:
        """One month, or the end."""
        if self.steps > P.months:
            self.running = False
        else:
            super().step()


def settings(firms: int, seed: int) -> dict[str, Any]:
    """What `batch_run` is to vary: nothing but the seed."""
    return {"firms": firms, "luck": [seed]}


def run(parameters: dict[str, Any]) -> Records:
    """Everything `batch_run` does, the making of the model included."""
    rows = mesa.batch_run(
        Ending, parameters, max_steps=P.months + 1, data_collection_period=1, display_progress=False
    )
    return [[row[name] for name in (*OPTIONS, "price")] for row in rows]


if __name__ == "__main__":
    measure(["mesa"], settings, run)
