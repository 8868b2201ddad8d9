"""What each mechanism of docs/mechanisms.md does, in a small world where it matters.

The switch of a mechanism stands on the page; here stands what its being there changes. `python tests/mechanisms.py`
measures the figures of the page.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.engines import simulate
from sim.model.outcome_table import COLUMNS
from sim.model.scenario import load

PAGE = Path(__file__).resolve().parents[1] / "docs" / "mechanisms.md"

SHARES = [f"share.{of}.{option}" for of in ("firms", "seats") for option in ("private", "public", "hybrid")]

BREACH = ("event.b.kind=provider_breach", "event.b.start=15", "event.b.end=15", "event.b.share=1")
UNLIKE = ("market.spillover=0", "market.history=0.3", "market.learning=0.4", "switch.migration=300")
CLOSE = ("choice.taste_provider=3", "switch.portability=0.9")
OWN = ("security.own_weight=8", "security.media_weight=0", "security.amplification=6")
SUBSIDY = ("policy.s.instrument=public_cloud_subsidy", "policy.s.start=1", "policy.s.incidence=0.4")
RESTRICTED = ("event.t.kind=trade_restriction", "event.t.start=13", "event.t.end=60")


class Case(NamedTuple):
    """A mechanism raises (+1) or lowers (-1) an outcome after five years in the baseline with these settings."""

    sign: int
    outcome: str
    settings: tuple[str, ...] = ()
    group: str = "total"


CASES = {
    "awareness": Case(-1, "share.firms.public"),
    "awareness from outside": Case(+1, "share.aware"),
    "awareness through partners": Case(+1, "share.aware"),
    "ceiling of use": Case(-1, "share.firms.any_cloud"),
    "reach": Case(+1, "share.seats.public"),
    "network reach": Case(+1, "share.seats.public"),
    "interoperability": Case(+1, "share.seats.public", ("reach.public=80",)),
    "homophily": Case(+1, "share.aware", ("network.homophily=0.9", "awareness.imitation=1"), "large"),
    "perceived loss": Case(-1, "share.seats.public"),
    "belief learning": Case(+1, "risk.perceived", BREACH),
    "amplification": Case(+1, "risk.perceived"),
    "media": Case(+1, "risk.perceived", BREACH),
    "own experience": Case(-1, "risk.perceived", (*BREACH, *OWN)),
    "forgetting": Case(-1, "risk.perceived", BREACH),
    "contagion of fear": Case(-1, "share.seats.private", (*BREACH, "security.contagion=1", "security.media_weight=8")),
    "incidents": Case(-1, "share.firms.public"),
    "threat growth": Case(+1, "risk.objective"),
    "security investment": Case(-1, "risk.objective"),
    "congestion": Case(-1, "share.seats.public", ("market.lag=60",)),
    "capacity lag": Case(-1, "share.seats.public", ("market.congestion_slope=2",)),
    "learning by doing": Case(-1, "unit_cost"),
    "spill-over": Case(+1, "price", (*UNLIKE, *CLOSE, "market.spillover=1", "market.outside=0")),
    "technical progress": Case(-1, "unit_cost"),
    "price pass-through": Case(-1, "price"),
    "incidence": Case(+1, "price", SUBSIDY),
    "outside demand": Case(+1, "profit"),
    "growth of outside demand": Case(-1, "price"),
    "revenue-led investment": Case(+1, "ecosystem"),
    "success-led capital": Case(+1, "ecosystem"),
    "quality that users value": Case(+1, "share.firms.public", ("benefit.quality=2",)),
    "quality stock": Case(+1, "ecosystem"),
    "growth form of quality": Case(+1, "ecosystem", ("invest.growth_form=1",)),
    "rival ecosystem": Case(-1, "ecosystem"),
    "self-reliance": Case(-1, "price", RESTRICTED),
    "agents": Case(+1, "share.seats.public"),
    "paying share": Case(+1, "profit"),
    "liquidity": Case(-1, "share.firms.private", ("population.liquid_funds=2000",), "medium"),
    "upfront cost per firm": Case(-1, "share.firms.private"),
    "upfront cost per seat": Case(-1, "share.firms.private"),
    "scale of private clouds": Case(+1, "share.seats.private"),
    "cheaper hardware": Case(+1, "share.seats.private"),
    "fixed cost of public cloud": Case(-1, "share.firms.public"),
    "switching costs": Case(-1, "surplus.experience"),
    "capability eases moving": Case(+1, "surplus.experience", ("switch.migration=4000",)),
    "portability": Case(-1, "price", (*UNLIKE, *CLOSE)),
    "compliance": Case(-1, "share.seats.public", ("cost.compliance=40",)),
    "hybrid option": Case(+1, "share.seats.hybrid"),
    "tastes for options": Case(+1, "surplus.experience"),
    "tastes for providers": Case(-1, "concentration"),
    "several providers": Case(-1, "concentration"),
    "risk behind own walls": Case(-1, "welfare"),
    "cost of public funds": Case(-1, "welfare", SUBSIDY),
}
"""By the name of its row on the page."""


def rows() -> dict[str, list[str]]:
    """Rows of the page's table of mechanisms by name: the cells after it."""
    part = PAGE.read_text(encoding="utf-8").split("| mechanism |", 1)[1].split("\n\n", 1)[0]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in part.splitlines()[2:]]
    return {row[0]: row[1:] for row in cells}


def switch(cell: str) -> tuple[tuple[str], bool]:
    """Setting that the cell of a switch names, and whether constants are solved again with it."""
    setting, resolve, _ = cell.strip("`").partition(" --resolve")
    return (setting,), bool(resolve)


def final(settings: tuple[str, ...], resolve: bool, replicates: int, outcomes: list[tuple[str, str]]) -> np.ndarray:
    """Outcomes at the end of a run of the baseline, shape (replicates, outcomes)."""
    return _ends(settings, resolve, replicates)[:, [COLUMNS.index(each) for each in outcomes]]


@cache
def _ends(settings: tuple[str, ...], resolve: bool, replicates: int) -> np.ndarray:
    scenario = load("baseline", settings, resolve)
    return np.array([simulate(scenario, each, every=scenario.run.months).values[-1] for each in range(replicates)])


def at_defaults(cell: str, replicates: int) -> tuple[float, str]:
    """Change of a cloud share after ten years by the switch, %-points: the largest, and which share it is."""
    wanted = [(share, "total") for share in SHARES]
    off, on = final(*switch(cell), replicates, wanted), final((), False, replicates, wanted)
    change = 100 * (off - on).mean(axis=0)
    largest = int(np.abs(change).argmax())
    return float(change[largest]), SHARES[largest].removeprefix("share.")


if __name__ == "__main__":
    for name, cells in rows().items():
        if "firms" in cells[2] or "seats" in cells[2]:
            print("{}: {:+.2f} {}".format(name, *at_defaults(cells[1], 20)))  # noqa: T201
