"""Reading a sweep file: TOML, checked whole, every complaint in one go."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.experiments.sweeps.between import check_between, notes_on
from sim.experiments.sweeps.design import read_design, size
from sim.experiments.sweeps.kept import default_reductions, read_record, read_reductions
from sim.experiments.sweeps.keys import leaves
from sim.experiments.sweeps.points import point_scenario, spread
from sim.experiments.sweeps.quantities import Level, Quantity
from sim.experiments.sweeps.rows import read_rows
from sim.experiments.sweeps.rule import read_replicates
from sim.experiments.sweeps.sampling import design_points
from sim.experiments.sweeps.subjects import Base, Subject, base_of
from sim.experiments.sweeps.sweep import Sweep
from sim.experiments.sweeps.vary import quantity
from sim.model.complaints import Complaints, Refused, counted, listed, shown, unknown
from sim.model.errors import BadInput
from sim.model.quantities import table, text
from sim.model.reading import chain, flattened, library, located, settings_layer, steps_to
from sim.model.texts import parsed, read_text

TABLES = ("about", "base", "design", "vary", "replicates", "record", "reduce")
"""What may stand at the top level of a sweep file."""


def _check_tables(complaints: Complaints, where: str, tables: Mapping[str, Any]) -> None:
    """Refuse a scenario's file, and tables that no sweep has."""
    if "design" not in tables and tables.keys() & {"extends", "policy", "event"}:
        refusal = Refused("this is the file of a scenario", "a sweep", "`sim run FILE` runs a scenario.")
        complaints.add(where, "design", refusal)
        complaints.stop_if_any()
    for key in tables:
        if key not in TABLES:
            complaints.add(where, key, unknown("table", key, TABLES))


def read(name_or_path: str | os.PathLike[str]) -> Sweep:
    """Sweep of the library or of a file, checked.

    Raises
    ------
    BadInput
        With every complaint that was found: what, where, what is allowed, what to do.
    """
    path = located(os.fspath(name_or_path), Path(), "sweep", "sweep")
    own = read_text(path, "TOML")
    tables = parsed(path, own)
    complaints, where = Complaints(), str(path)
    _check_tables(complaints, where, tables)
    about = _about(complaints, where, tables.get("about", {}))
    design = read_design(complaints, where, tables.get("design"))
    base = _base(complaints, path, tables.get("base"))
    varied = _varied(complaints, where, tables.get("vary"), base, design.kind)
    scenario = base.scenario if base else None
    quantities = tuple(quantity for quantity, _ in varied)
    keys = [quantity.key for quantity in quantities]
    record, every = read_record(complaints, where, tables.get("record"), scenario, keys)
    reductions = read_reductions(complaints, where, tables.get("reduce", {}), scenario, keys)
    reductions = reductions or default_reductions(record)
    texts = {"sweep.toml": own}
    if design.kind == "list" and not complaints.sentences:
        file = tables["design"]["file"]
        rows, texts[Path(file).name] = _rows(complaints, path, file, varied)
        design = replace(design, rows=rows)
    points = 0
    if not complaints.sentences:
        with complaints.at(where, "design"):
            points = size(design, quantities)
    default = scenario.run.replicates if scenario else 1
    replicates = read_replicates(complaints, where, tables.get("replicates", {}), default, reductions, points)
    complaints.stop_if_any()
    assert base is not None
    sweep = Sweep(
        name=path.stem,
        title=about.get("title", path.stem),
        question=about.get("question", ""),
        where=where,
        layers=base.layers,
        base_step=base.step,
        base=base.scenario,
        quantities=quantities,
        design=design,
        replicates=replicates,
        record=record,
        every=every,
        reductions=reductions,
        texts=texts,
        notes=notes_on(varied, base, {name for name, _ in record} | {each.outcome for each in reductions}),
    )
    _try_points(sweep)
    return sweep


def _about(complaints: Complaints, where: str, settings: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    with complaints.at(where, "about"):
        for key, raw in table(settings, "[about]").items():
            with complaints.at(where, f"about.{key}"):
                if key not in ("title", "question"):
                    raise unknown("setting", key, ("title", "question"))
                found[key] = text(raw)
    return found


def _base(complaints: Complaints, path: Path, settings: Any) -> Base | None:
    """The base scenario with what the file sets over it, or None with complaints."""
    where, found = str(path), None
    with complaints.at(where, "base"):
        if settings is None:
            raise Refused("the base scenario is missing", "[base] with scenario = a name or a file", "Add it.")
        for key in table(settings, "[base]"):
            if key not in ("scenario", "set"):
                complaints.add(where, f"base.{key}", unknown("setting", key, ("scenario", "set")))
        name = settings.get("scenario")
        if not isinstance(name, str) or not name:
            raise Refused(
                "scenario is missing" if name is None else f"{shown(name)} is no scenario",
                f"a library scenario ({listed(library())}) or the path of a file, in quotes",
                'Write scenario = "baseline", say.',
            )
        own = _settings(complaints, where, settings.get("set", {}))
        try:
            layers = chain(name, path.parent, f"{where}, base.scenario: scenario")
            base_name = layers[-1].name
            if own:
                layers.append(settings_layer("set", f"{where}, base.set", own))
            found = base_of(base_name, layers)
            complaints.currency = found.scenario.currency
        except BadInput as error:
            complaints.sentences += error.args
    return found


def _settings(complaints: Complaints, where: str, settings: Any) -> list[tuple[tuple[str, ...], Any]]:
    """What `set` says, in steps."""
    found = []
    with complaints.at(where, "base.set"):
        for key, raw in flattened(table(settings, "[base.set]")).items():
            with complaints.at(where, f"base.set.{key}"):
                steps = steps_to(key)
                if steps is None:
                    allowed = 'settings such as "run.firms" = 500 or "cost.public_price[micro]" = 90'
                    raise Refused(f"{shown(key)} is not a setting", allowed, "Write it so.")
                found.append((steps, raw))
    return found


def _varied(
    complaints: Complaints, where: str, tables: Any, base: Base | None, kind: str
) -> list[tuple[Quantity, Subject]]:
    """Varied quantities and what they speak of; without a base scenario nothing can be said of them."""
    found: list[tuple[Quantity, Subject]] = []
    with complaints.at(where, "vary"):
        if not tables:
            raise Refused("no quantity is varied", '[vary."cost.public_price"], say', "Add one with its role.")
        table(tables, '[vary."cost.public_price"], say')
        for key, settings in leaves(tables):
            if base is None:
                break
            with complaints.at(where, f'vary."{key}"'):
                found.append(quantity(complaints, where, key, settings, base, kind))
    if base:
        check_between(complaints, where, [each for each, _ in found], base)
    return found


def _rows(
    complaints: Complaints, path: Path, name: str, varied: Sequence[tuple[Quantity, Subject]]
) -> tuple[tuple[tuple[Level, ...], ...], str]:
    """Points of a list, and the text of the file that has them."""
    subjects = {quantity.key: about for quantity, about in varied}
    rows: tuple[tuple[Level, ...], ...] = ()
    text = ""
    try:
        rows, text = read_rows(complaints, path.parent / name, subjects)
    except BadInput as error:
        complaints.sentences += (f"{path}, design.file: {each}" for each in error.args)
    return rows, text


def _try_points(sweep: Sweep) -> None:
    """Refuse a sweep none of whose points can be a scenario."""
    tried = spread(design_points(sweep))
    first: BadInput | None = None
    for point in tried:
        try:
            point_scenario(sweep, point)
            return
        except BadInput as error:
            first = first or error
    assert first is not None
    raise BadInput(
        f"{sweep.where}: of {counted(len(tried), 'point')} tried, none can be a scenario. The first: {first}"
    )
