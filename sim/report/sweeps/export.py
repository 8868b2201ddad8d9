"""Tables of a sweep for other programs: its runs, its series over time, and a codebook."""

import csv
import io
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa

from sim.experiments.durable import made_folder, readers_file, write_text
from sim.experiments.pieces import write_groups, write_lines
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.tidy import run_tables, series_tables
from sim.report.log import say
from sim.report.sweeps.effects import FEWEST, effects_table
from sim.report.sweeps.status import COMPLETE, state_text, status
from sim.report.sweeps.words import Manifest, Words, outcome_words, plain_words, quantity_words, reduction_words

ROWS_PER_GROUP = 1 << 16
"""Rows that are held in memory at once."""

EXTENSIONS = {"csv": "csv", "parquet": "parquet", "stata": "dta"}


class Export(NamedTuple):
    """A table on its way into a file.

    Attributes
    ----------
    name
        Of the file, without its extension.
    words
        What its columns are called.
    schema, tables
        Its columns, and its rows in order of point and replicate, some points a table.
    repeated
        The columns before those of results: their values occur many times.
    """

    name: str
    words: Sequence[Words]
    schema: pa.Schema
    tables: Iterator[pa.Table]
    repeated: Sequence[str]


Write = Callable[[BinaryIO, Export], Sequence[str]]
"""Writes a table and says what its columns are called there."""


def export(path: Path, form: str, out: Path | None = None) -> list[Path]:
    """Write what is kept of a sweep as tables for other programs.

    Equal results are equal bytes, however they were computed. CSV and Parquet are written a piece at a time, Stata
    needs the whole table in memory.

    Parameters
    ----------
    path
        Folder of the sweep.
    form
        "csv", "parquet" or "stata".
    out
        Where to; the folder "export" of the sweep where None.

    Returns
    -------
    list of Path
        Table of runs, table of series, of a Morris design the table of elementary effects, codebook.

    Raises
    ------
    BadInput
        If the folder holds no sweep or no runs, or nothing can be written.
    """
    folder = SweepFolder.looked(path)
    found, manifest = status(folder), folder.manifest()
    folder.refuse_empty()
    if found["state"] != COMPLETE:
        say("note", f"note: the sweep is {state_text(found)}. What is kept is exported.", logging.WARNING)
    target = made_folder(path / "export" if out is None else out)
    paths, codebook = [], []
    for each in _exports(folder):
        paths.append(target / f"{each.name}.{EXTENSIONS[form]}")
        with readers_file(paths[-1]) as stream:
            variables = _writer(form)(stream, each)
        codebook += [
            (each.name, words.key, variable, _unit(words, manifest), words.meaning, words.summed)
            for words, variable in zip(each.words, variables, strict=True)
        ]
    paths.append(target / ("codebook-stata.csv" if form == "stata" else "codebook.csv"))
    text = io.StringIO()
    heading = "table", "column", "variable", "unit", "meaning", "summed up"
    csv.writer(text, lineterminator="\n").writerows([heading, *codebook])
    write_text(paths[-1], text.getvalue())
    return paths


def _unit(words: Words, manifest: Manifest) -> str:
    """Unit of a column as the codebook has it: of money with the year of its prices, where the folder knows it."""
    level = manifest.get("price_level", "")
    return f"{words.unit}, {level}" if level and manifest["currency"] in words.unit else words.unit


def _exports(folder: SweepFolder) -> Iterator[Export]:
    """Tables of a sweep."""
    manifest = folder.manifest()
    known = plain_words() | {key: quantity_words(key, manifest) for key in manifest["quantities"]}
    numbers = {name: reduction_words(name, manifest) for name in manifest["reductions"]}
    outcomes = {name: outcome_words(name, manifest) for name in manifest["outcomes"]}
    for name, tables, others in (("runs", run_tables(folder), numbers), ("series", series_tables(folder), outcomes)):
        first = next(tables)
        schema = first.schema.remove_metadata()
        repeated = schema.names[: len(schema.names) - len(others)]
        words = [*(known[key] for key in repeated), *others.values()]
        yield Export(name, words, schema, (table.cast(schema) for table in chain([first], tables)), repeated)
    if manifest["design"] == "morris":
        table = effects_table(folder)
        without = sorted(set(numbers) - set(table["reduction"].to_pylist()))
        if without:
            few = f"fewer than {FEWEST} trajectories have a value of it at every point"
            say("note", f"note: the table of effects has none of {', '.join(without)}: {few}.", logging.WARNING)
        words = [known[key] for key in table.schema.names]
        yield Export("effects", words, table.schema, iter([table]), table.schema.names[:2])


def _writer(form: str) -> Write:
    if form == "stata":
        from sim.report.sweeps.stata import write_stata

        return write_stata
    return _write_csv if form == "csv" else _write_parquet


def _write_csv(stream: BinaryIO, each: Export) -> list[str]:
    write_lines(stream, each.schema, each.tables)
    return list(each.schema.names)


def _write_parquet(stream: BinaryIO, each: Export) -> list[str]:
    write_groups(stream, each.schema, each.tables, ROWS_PER_GROUP, each.repeated)
    return list(each.schema.names)
