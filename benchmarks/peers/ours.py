"""The reduced model as a scenario on an engine of this project: `ours.py ENGINE LANES FIRMS SEED`.

Nothing is written for it: the whole rule is computed, with all that is switched off worth nothing, and all outcomes are
recorded every month. Lanes differ in the list price by up to a tenth; the first has that of the reduced model.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from reduced import OPTIONS, P, Records, measure

from sim.engines import arrays, compiled_engine, numpy_engine
from sim.engines.mesa_engine import CloudAdoption
from sim.engines.world import build
from sim.model.outcome_table import columns
from sim.model.scenario import Scenario, load

FILE = Path(__file__).with_name("reduced.toml")
WANTED = [(f"share.firms.{option}", "total") for option in OPTIONS] + [("price", "total")]


def scenarios(firms: int, lanes: int) -> list[Scenario]:
    """One scenario a lane."""
    prices = P.price * (1 + 0.1 * np.arange(lanes) / lanes)
    return [load(FILE, (f"run.firms={firms}", f"cost.public_price={price}")) for price in prices.tolist()]


def array_run(world: Any, engine: Any) -> Records:
    """All months of an array engine, and what is compared of the first lane."""
    values = arrays.run(world, engine, every=1)[0].values
    return values[:, [columns(()).index(each) for each in WANTED]].tolist()


def mesa_run(model: CloudAdoption) -> Records:
    """All months of the Mesa model, and what is compared."""
    for _ in range(P.months):
        model.step()
    found = model.datacollector.model_vars
    return list(zip(*(found[name] for name, _ in WANTED), strict=True))


def main() -> None:
    """Time the engine that is named."""
    name, lanes = sys.argv[1], int(sys.argv[2])
    known: dict[int, list[Scenario]] = {}

    def block(firms: int) -> list[Scenario]:
        return known.setdefault(firms, scenarios(firms, lanes))

    if name == "mesa":
        measure(["mesa", "numpy"], lambda firms, seed: CloudAdoption(block(firms)[0], seed), mesa_run)
        return
    engine = {"compiled": compiled_engine, "numpy": numpy_engine}[name]
    measure(["numba", "numpy"], lambda firms, seed: build(block(firms), seed), lambda w: array_run(w, engine), lanes)


if __name__ == "__main__":
    main()
