"""The folder of a sweep's parts: which are whole, and which are not."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiments.sweeps.items import Item
from sim.experiments.sweeps.part import holds, item_in
from sim.experiments.whole import is_whole, parquet_files
from sim.model.errors import BadInput


def looked(folder: Path, schema: pa.Schema, verify: bool) -> tuple[dict[str, Item], list[Path]]:
    """Find the parts.

    Parameters
    ----------
    schema
        Columns of a part.
    verify
        Compare the checksums of all pages and remove what is damaged, so that it is computed anew; else only the ends
        of files are read.

    Returns
    -------
    dict, list
        Items by name of file, and files that are torn, no parts of this sweep, or hold runs that another one holds.

    Raises
    ------
    BadInput
        If a file is whole, but has other columns: it may be somebody's results.
    """
    found: dict[str, Item] = {}
    damaged = []
    for path in parquet_files(folder):
        whole = not verify or is_whole(path)
        item = item_in(path, schema) if whole else None
        if item is not None and (not verify or holds(path, item)):
            found[path.name] = item
            continue
        if verify and whole and not pq.read_schema(path).equals(schema):
            raise BadInput(
                f"{path} is whole, but has other columns than manifest.json says. Nothing was removed. "
                "Restore what was changed in the folder, or move the file out of it."
            )
        damaged.append(path)
    for name in list(_held_twice(found)):
        del found[name]
        damaged.append(folder / name)
    if not verify:
        return found, damaged
    for path in damaged:
        path.unlink()
    return found, []


def _held_twice(items: Mapping[str, Item]) -> Iterator[str]:
    """Parts some of whose runs a longer one holds as well, as where a worker outlived what had started it."""
    there: dict[int, list[range]] = {}
    for name, item in sorted(items.items(), key=lambda each: -each[1].runs):
        first, last = item.replicates[0], item.replicates[-1]
        if any(span[0] <= last and first <= span[-1] for point in item.points for span in there.get(point, ())):
            yield name
            continue
        for point in item.points:
            there.setdefault(point, []).append(item.replicates)
