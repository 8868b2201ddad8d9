"""What captions of a sweep's figures say: roles, sample, what bands mean, what is left out."""

from collections.abc import Sequence

import numpy as np

from sim.model.complaints import counted, in_prices, listed
from sim.report.bands import marked
from sim.report.sweeps.charts import BAND, fewest
from sim.report.sweeps.drawn import Drawn
from sim.report.sweeps.effects import Effects
from sim.report.sweeps.levels import SAMPLED, Axis, Estimates
from sim.report.sweeps.words import (
    Manifest,
    base_title,
    constants_solved,
    luck_differs,
    quantity_words,
    role_words,
)

NO_ZERO = " Constants are solved again, so that levels have no common zero: do not compare points."
SAME_LUCK = (
    " All points use the same draws, replicate by replicate, so that differences between them are mostly more precise."
)


def course_caption(drawn: Drawn, whole: int, manifest: Manifest) -> str:
    """Of all runs over time, `whole` of them drawn."""
    replicates = _replicates(drawn)
    unequal = " Points with more replicates weigh more." if len(set(replicates)) > 1 else ""
    together = "all points and their replicates together, so that bands hold what the varied quantities do as well as"
    if len(replicates) == 1:
        together = "replicates of one point, so that bands hold"
    chance = f"{together} chance"
    if max(replicates) == 1:
        chance = "one of each point, so that bands hold what the varied quantities do, at one draw of chance"
    bands = "Line: median; dark band: middle 50 %; light band: middle 90 %"
    lines = f"{bands} of {counted(whole, 'run')}, {chance}.{unequal}"
    return (
        f"{drawn.words.meaning} {lines if whole > 1 else 'Line: the one run.'}{marked(len(manifest['months']))}"
        f"{NO_ZERO * (not drawn.words.of_one_zero)}\nVaried: {_roles(list(manifest['quantities']), manifest)}."
    )


def along_caption(drawn: Drawn, along: Axis, found: Estimates, manifest: Manifest) -> str:
    """Of means along one quantity."""
    key, several = along.words.key, _several(drawn, found)
    of = "each value" if along.edges is None else f"each of {along.size} bins (drawn at their median)"
    one = max(_replicates(drawn)) == 1
    means = f"the one replicate of {of}" if one else f"mean over the replicates of {of}"
    if several:
        means = f"mean over the {_points(found)} of {of}, {_each_point(drawn)}"
    if several and manifest["design"] in SAMPLED:
        drawn_as = "trajectories" if manifest["design"] == "morris" else "points"
        interval = f"taking {drawn_as} and replicates as draws (Student's t, on the cautious side)"
    else:
        interval = f"over replicates (Student's t): chance alone{', the points held' if several else ''}"
    interval = f"Bars with caps: its 95 % interval, {interval}.{_same_luck(drawn, [key], manifest)}"
    if not np.isfinite(found.half).any():
        interval = "One replicate has no interval."
    elif several and manifest["design"] in SAMPLED and found.points.min() == 1:
        interval += " A value of one point has none."
    elif np.isnan(found.half[found.points > 0]).any():
        interval += " There is none where a point has a single value."
    shape, band = ("Line", "Band") if along.joined else ("Dots", "Thick bars")
    spread = f" {band}: middle 90 % of the points' own means." if fewest(found) >= BAND else ""
    return (
        f"{drawn.words.meaning} {shape}: {means}. {interval}{spread}\n"
        f"Along {_roles([key], manifest)}.{_others([key], drawn, found, manifest)}"
    )


def over_caption(drawn: Drawn, sides: Sequence[Axis], found: Estimates, manifest: Manifest) -> str:
    """Of means over two quantities."""
    keys = [each.words.key for each in sides]
    in_bins = [f"{each.words.key} in {each.size} bins" for each in sides if each.edges is not None]
    binned = f" Cells: {listed(in_bins)}." if in_bins else ""
    means = f"the replicates of the points of a cell ({_points(found)})"
    if found.points.max() > 1 or max(_replicates(drawn)) == 1:
        means = f"the points of a cell ({_points(found)}), {_each_point(drawn)}"
    widest = ""
    if np.isfinite(found.half).any():
        half = f"{float(f'{np.nanmax(found.half):.2g}'):,g} ({drawn.words.shown.replace('% of', '%-points of')})"
        widest = f" 95 % intervals of the means reach at most {half} to a side.{_same_luck(drawn, keys, manifest)}"
    return (
        f"{drawn.words.meaning} Colour: mean over {means}.{widest}\n"
        f"Over {_roles(keys, manifest)}.{binned}{_others(keys, drawn, found, manifest)}"
    )


def effects_caption(drawn: Drawn, found: Effects, manifest: Manifest) -> str:
    """Of elementary effects."""
    return (
        f"{drawn.words.meaning} Each step of a trajectory moves one quantity alone, with the same draws; an effect is "
        f"what that changes, scaled to the whole range of the quantity{_ruler(found.names, manifest)}. Dots: mean size "
        f"of the effects of {found.trajectories} trajectories (Morris, μ*) with its 95 % interval (Student's t, cut at "
        "0). Ticks: their mean with signs (μ). Squares: their standard deviation (σ), large where it matters from "
        "where the quantity moves or what the others are."
        f"{_without_zero(drawn, found.names, manifest)}\nVaried: "
        f"{_roles(found.names, manifest)}."
    )


def source_caption(drawn: Drawn, manifest: Manifest, incomplete: str, by: Sequence[str] = ()) -> str:
    """Scenario, sweep and sample; where an axis has money, of which year.

    Parameters
    ----------
    incomplete
        How far a sweep is that is not complete, or "".
    by
        Quantities on axes.
    """
    run = manifest["asked"]["base scenario"]["run"]
    firms = "firms as varied" if "run.firms" in manifest["quantities"] else counted(run["firms"], "firm")
    size = f"{firms}, {counted(run['months'], 'month')} from {run['start']}, seed {run['seed']}"
    on_axes = [drawn.words, *(quantity_words(key, manifest) for key in by)]
    if any(manifest["currency"] in each.shown for each in on_axes):
        size += in_prices(manifest["currency"], manifest.get("price_level", ""))
    few, many = min(_replicates(drawn)), max(_replicates(drawn))
    there, every = len(_replicates(drawn)), manifest["points"]
    points = counted(every, "point") if there == every else f"{there:,} of {counted(every, 'point')}"
    replicates = counted(many, "replicate") if few == many else f"{few:,} to {many:,} replicates"
    failed = f" {counted(drawn.failed, 'run')} failed and are left out." if drawn.failed else ""
    if drawn.uncommon:
        too = ", too" if drawn.failed else ""
        failed += f" {counted(drawn.uncommon, 'run')} of replicates that not all points have are left out{too}."
    return (
        f"Scenario: {manifest['scenario']['name']}, {base_title(manifest)} ({size}).\n"
        f"Sweep: {manifest['sweep']}, {manifest['title']} "
        f"({manifest['design']} design, {points}, {replicates} of each)."
        f"{f' The sweep is {incomplete}.' if incomplete else ''}{failed}"
    )


def without_caption(drawn: Drawn, found: Estimates) -> str:
    """How many runs have no value, overall and at the least and at most among groups; "" where none."""
    without = int(found.without.sum())
    if not without:
        return ""
    some = found.sound > 0
    shares = 100 * (1 - found.without[some] / found.sound[some])
    months = drawn.words.unit == "months"
    why = "the threshold is not met" if months else "of a class without firms, say"
    return (
        f"\n{without:,} of {counted(int(found.sound.sum()), 'run')} have no value ({why}) and are not in the means: "
        f"these are means of the others, {shares.min():.0f} to {shares.max():.0f} % of the runs of a group."
        + " Where few meet it, these are the quickest: do not compare groups by their means." * months
    )


def _several(drawn: Drawn, found: Estimates) -> bool:
    """Whether points stand together in a group, even if but one of them has a value."""
    return len(np.unique(drawn.points)) > int((found.sound > 0).sum())


def _others(keys: Sequence[str], drawn: Drawn, found: Estimates, manifest: Manifest) -> str:
    """What else differs between the points of a group."""
    others = [key for key in manifest["quantities"] if key not in keys]
    if not others or not _several(drawn, found):
        return ""
    return f" Points averaged together also differ in {_roles(others, manifest)}."


def _roles(keys: Sequence[str], manifest: Manifest) -> str:
    """Quantities with their roles; those of one role together."""
    by_role: dict[str, list[str]] = {}
    for key in keys:
        by_role.setdefault(role_words(key, manifest), []).append(key)
    return "; ".join(f"{listed(each)} ({role})" for role, each in by_role.items())


def _same_luck(drawn: Drawn, axes: Sequence[str], manifest: Manifest) -> str:
    """What is said of differences along axes: that they have no meaning, or share their luck, or nothing.

    Luck is the same where the same replicates of all points have a value, and no quantity makes other firms or
    partners. Points of drawn designs differ in all other quantities too.
    """
    if not drawn.words.of_one_zero:
        return NO_ZERO
    others = set(manifest["quantities"]) - set(axes)
    if (manifest["design"] in SAMPLED and others) or any(map(luck_differs, manifest["quantities"])):
        return ""
    there = np.isfinite(drawn.values)
    points, replicates = (len(np.unique(each[there])) for each in (drawn.points, drawn.replicates))
    return SAME_LUCK if there.sum() == points * replicates else ""


def _ruler(names: Sequence[str], manifest: Manifest) -> str:
    """Which quantities' ranges are not measured in their own units."""
    laws = {name: manifest["quantities"][name].get("distribution") for name in names}
    others = [name for name, law in laws.items() if law not in (None, "uniform")]
    return f" (of {listed(others)} in quantiles of their distributions)" if others else ""


def _without_zero(drawn: Drawn, names: Sequence[str], manifest: Manifest) -> str:
    """Which effects on money of utility mean nothing: those of quantities for which constants are solved again."""
    if drawn.words.of_one_zero:
        return ""
    solved = [name for name in names if constants_solved(name, manifest)]
    return f" Those of {listed(solved)} mean nothing: constants are solved again, and levels have no common zero."


def _points(found: Estimates) -> str:
    few, many = int(found.points.min()), int(found.points.max())
    return counted(many, "point") if few == many else f"{few:,} to {many:,} points"


def _each_point(drawn: Drawn) -> str:
    """What stands for a point in a mean over several."""
    return "one replicate each" if max(_replicates(drawn)) == 1 else "each the mean of its replicates"


def _replicates(drawn: Drawn) -> list[int]:
    """Sound runs of each point that has some."""
    return [int(each) for each in np.unique(drawn.points, return_counts=True)[1]]
