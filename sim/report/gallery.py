"""The gallery of scenarios, docs/gallery.md with a figure each: `python -m sim.report.gallery`, or `make gallery`."""

import sys
from functools import cache, partial
from pathlib import Path

import numpy as np

from sim.engines.constants import solve
from sim.experiments.durable import made_folder, write_text
from sim.experiments.job import Job
from sim.experiments.paired import differences, matched
from sim.experiments.runner import obtain
from sim.experiments.tables import Outcomes, read_outcomes
from sim.model.reading import flattened
from sim.model.scenario import Scenario, library, load
from sim.model.texts import read_toml
from sim.model.writing import tables_toml
from sim.report.listing import grouped, world_before
from sim.report.log import speak
from sim.report.pictures import Pair, save_picture
from sim.report.progress import progress_of

REPLICATES = 20

COMMAND = f"sim run NAME --against baseline --replicates {REPLICATES}"

HEAD = f"""# Gallery of scenarios

What each scenario of the library asks, what the sources say to it, what it sets, and what comes of it. Page and
figures are made by `make gallery`, from {REPLICATES} replicates of each scenario with the settings of its file;
`{COMMAND}`, or against the world that an entry names, computes the same
runs and prints means with their 95 % intervals, public and hybrid cloud in a row each. `sim parameters
--source L7` explains an identifier such as L7.
Numbers after 5 and 10 years on this page are medians of the replicates and, in brackets, their 5th to 95th percentile:
where most replicates go, not how well the mean is known. Of twenty replicates these are hardly more than the second
smallest and the second largest, and would be others with other seeds. All parameters are held at one set of values:
docs/model.md says what hangs on them ("What conclusions hang on").

**How to read the figures.** Curves are differences from the world in which the scenario takes place, replicate by
replicate on the same draws: lines are medians, bands hold the middle 90 % of replicates, and show chance alone. From
left to right: option shares in percentage points, of firms (nine in ten are micro firms) and of seats (which weigh
firms by their workload); what firms face, price and perceived risk in per cent of that world's value in the same month;
and strength of the domestic ecosystem in points of its index (0 to 100). Grey is the time in which a policy or event is
in force. A world with nothing to compare it with shows levels, price and risk in per cent of the start. Every scenario
has its own scale.
"""

SHOWN = (("firms", "firms on public or hybrid cloud"), ("seats", "seats of such firms"))


def gallery(docs: Path, out: Path) -> None:
    """Write the page and its figures, from runs kept in `out` or computed now.

    Parameters
    ----------
    docs : Path
        Folder of the page; figures go to figures/gallery/ below it, and those of no scenario are removed.
    out : Path
        Folder of all results.
    """
    figures = made_folder(docs / "figures" / "gallery")
    run = cache(partial(_obtained, out=out))
    parts = [HEAD]
    for heading, scenarios in grouped().items():
        parts.append(f"## {heading}\n")
        for each in scenarios:
            world, own = world_before(each), run(each.name)
            pair = Pair(each, *matched(own, run(world))) if world else Pair(each, own)
            save_picture(figures / f"{each.name}.png", pair)
            parts.append(entry(each, comparison(pair, world)))
    for path in figures.glob("*.png"):
        if path.stem not in library():
            path.unlink()
    write_text(docs / "gallery.md", "\n".join(parts))


def entry(scenario: Scenario, found: str) -> str:
    """One scenario on the page.

    Parameters
    ----------
    found : str
        Sentence on what comes of it, or "".
    """
    name, alone = scenario.name, len(scenario.chain) == 1
    own = f"scenarios/{name}.toml"
    sets = f"**A world of its own:** [`{own}`](../{own})."
    if not alone:
        *_, parent, _ = scenario.chain
        sets = f"**What differs from `{parent}`** ([`{own}`](../{own})):\n\n```toml\n{settings(name)}```"
    identifiers, _, text = scenario.says.partition(": ")
    lines = [
        f"### `{name}`: {scenario.title}",
        f"*{scenario.question}*",
        f"**The sources** ({identifiers}): {text}.",
        sets,
        *([] if alone else ["\n".join(_resting(scenario))]),
        *([found] if found else []),
        f"![{scenario.title}](figures/gallery/{name}.png)",
    ]
    return "\n\n".join(lines) + "\n"


def _resting(scenario: Scenario) -> list[str]:
    """Lines on what the settings of its own file rest on."""
    own = flattened(read_toml(library()[scenario.name])["sources"])
    return ["**These rest on**\n", *(f"- `{key}`: {scenario.sources[key]}." for key in own)]


def settings(name: str) -> str:
    """What the file of a scenario sets, as TOML, without what it says of itself and where it starts from."""
    tables = read_toml(library()[name])
    return tables_toml({key: tables[key] for key in tables if key not in ("extends", "about", "sources")})


def comparison(pair: Pair, world: str) -> str:
    """What the scenario changes against `world` after five years and at the end, medians and 90 % bands, or ""."""
    if pair.base is None:
        return ""
    paired, end = differences(pair.outcomes, pair.base), pair.scenario.run.months
    months = [month for month in (60, end) if month in paired.months]
    at = [int(np.flatnonzero(paired.months == month)[0]) for month in months]
    said = []
    for of, what in SHOWN:
        change = 100 * (paired.of(f"share.{of}.public") + paired.of(f"share.{of}.hybrid"))
        said.append(f"{what} {' and '.join(_band(change[:, each]) for each in at)} %-points")
    spent = np.median(paired.of("spent")[:, at], axis=0) / 1e9
    if spent.any():
        said.append(f"public money {' and '.join(f'{each:.1f}' for each in spent)} billion {pair.scenario.currency}")
    years = " and ".join(f"{month // 12}" for month in months)
    return f"**After {years} years**, against `{world}`: {'; '.join(said)}."


def _band(values: np.ndarray) -> str:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    low, middle, high = (f"{each:+.1f}" if abs(each) >= 0.05 else "0.0" for each in (low, middle, high))
    return f"{middle} [{low}, {high}]"


def _obtained(name: str, out: Path) -> Outcomes:
    """Outcomes of a scenario, computed now or before."""
    scenario = load(name, [f"run.replicates={REPLICATES}"])
    job = Job(scenario, solve(scenario), "auto", out, f"sim run {name} --replicates {REPLICATES}")
    with progress_of(name, "replicate") as progress:
        obtain(job, False, progress)
    return read_outcomes(job.folder.outcomes)


if __name__ == "__main__":
    speak()
    gallery(Path(sys.argv[1]), Path(sys.argv[2]))
