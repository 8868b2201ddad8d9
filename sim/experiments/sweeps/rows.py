"""Reading the points of a list design from a CSV file."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.experiments.sweeps.quantities import Level
from sim.experiments.sweeps.subjects import Subject
from sim.model.complaints import Complaints, Refused, counted, listed, unknown
from sim.model.texts import read_text


def read_rows(
    complaints: Complaints, path: Path, subjects: Mapping[str, Subject]
) -> tuple[tuple[tuple[Level, ...], ...], str]:
    """Points, values in the order of the subjects, and the text of the file.

    Parameters
    ----------
    subjects
        What is varied, by key; the file has a column for each, in any order.

    Raises
    ------
    BadInput
        The file cannot be read, or is not UTF-8.
    """
    text = read_text(path, "CSV")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    numbered: list[tuple[int, list[str]]] = []
    try:
        numbered += ((lines.line_num, [cell.strip() for cell in row]) for row in lines if any(row))
    except csv.Error as error:
        complaints.add(f"{path}:{lines.line_num}", "row", Refused(str(error), "CSV with commas", "Mend that line."))
        return (), text
    if len(numbered) < 2:
        allowed = f"a first line with {listed(subjects)}, and one line a point"
        complaints.add(f"{path}", "rows", Refused("there are no points", allowed, "Add some."))
        return (), text
    (first, header), *body = numbered
    if not _fits(complaints, f"{path}:{first}", header, tuple(subjects)):
        return (), text
    rows = [_row(complaints, f"{path}:{line}", dict(zip(header, cells, strict=False)), subjects, len(cells))
            for line, cells in body]  # fmt: skip
    first_lines: dict[tuple[Level, ...], int] = {}
    for (line, _), row in zip(body, rows, strict=True):
        before = first_lines.setdefault(row, line) if row else line
        if before != line:
            advice = "Remove one of the two; [replicates] says how often a point runs."
            complaints.add(f"{path}:{line}", "row", Refused(f"it repeats line {before}", "each point once", advice))
    return tuple(row for row in rows if row is not None), text


def _fits(complaints: Complaints, where: str, header: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether the header has each quantity once and nothing else."""
    extra = {name: _extra(name, keys) for name in header if name not in keys}
    twice = {name: Refused("the column stands there twice", "each quantity once", "Remove one of the two.")
             for name in keys if header.count(name) > 1}  # fmt: skip
    # A column that is not known is most often one of the missing ones, misspelt.
    missing = {name: Refused("its column is missing", listed(keys), "Add it, or do not vary it.")
               for name in keys if name not in header and not extra}  # fmt: skip
    for name, refusal in (extra | twice | missing).items():
        complaints.add(where, name, refusal)
    return not (extra or twice or missing)


def _extra(name: str, keys: Sequence[str]) -> Refused:
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if sign in name:
            problem = f"the file has {word} between its columns"
            return Refused(problem, "commas between columns", "Save it with commas.")
    return unknown("varied quantity", name, keys)


def _row(
    complaints: Complaints, where: str, cells: Mapping[str, str], subjects: Mapping[str, Subject], found: int
) -> tuple[Level, ...] | None:
    if found != len(subjects):
        cells_found = counted(found, "cell")
        refusal = Refused(f"it has {cells_found}", f"{len(subjects)}: {listed(subjects)}", "Mend the line.")
        complaints.add(where, "row", refusal)
        return None
    row: list[Level] = []
    for key, about in subjects.items():
        with complaints.at(where, key):
            row.append(about.level(_value(cells[key]) if about.kind == "number" else cells[key]))
    return tuple(row) if len(row) == len(subjects) else None


def _value(cell: str) -> float | str:
    """A number, or what is written there for the complaint that it is none; 0_3 is Python's spelling of 3 alone."""
    try:
        return cell if "_" in cell else float(cell)
    except ValueError:
        return cell
