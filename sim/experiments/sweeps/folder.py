"""The folder of a sweep: what was asked, the points, and a part for every item that is finished.

A part appears whole or not at all, so whatever moment a process dies at, the folder holds finished items and nothing
else. What is missing is found by looking at the parts; no list of them could be out of step with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.experiments import store
from sim.experiments.durable import CannotWrite, made_folder, place_of, remove_torn, whole_file, write_json
from sim.experiments.store import RunFolder
from sim.experiments.sweeps.items import Item
from sim.experiments.sweeps.manifest import no_sweep, read, refuse_incomplete
from sim.experiments.sweeps.part import OF_RUN, Columns, item_in, points_in_group
from sim.experiments.sweeps.parts import looked
from sim.experiments.tables import column, reading
from sim.model.errors import BadInput

Point = Mapping[str, Any]


@dataclass
class SweepFolder:
    """The folder of one sweep.

    Parameters
    ----------
    path : Path
        Where it is, or will be.
    parts : dict of str to Item
        The parts that were found whole, by name of file; filled by `look`.
    damaged : list of Path
        Those that were found to be none, or torn, or to hold runs that others hold; filled by `look`.
    """

    path: Path
    parts: dict[str, Item] = field(default_factory=dict)
    damaged: list[Path] = field(default_factory=list)
    _place: tuple[int, int] | None = None  # where the folder is while it is held

    @classmethod
    def looked(cls, path: Path) -> "SweepFolder":
        """The folder at a path with its parts found, for who only reads it."""
        folder = cls(path)
        folder.look()
        return folder

    def manifest(self) -> dict[str, Any]:
        """What the manifest says; empty where there is none. It raises as `manifest.read` does."""
        return read(self.path / "manifest.json")

    def columns(self) -> Columns:
        """What its parts keep of each run.

        Raises
        ------
        BadInput
            If the folder holds no sweep, or its manifest is not whole.
        """
        found = self.manifest()
        if RunFolder(self.path).outcomes.exists():
            raise BadInput(
                f"{self.path} holds a single run, not a sweep. Allowed: the folder that `sim sweep` wrote. The "
                "tables and figures of a run are in its folder already; `sim run` writes them."
            )
        if "reductions" not in found or not self._points_file.exists():
            raise no_sweep(self.path, found)
        refuse_incomplete(found, self.path / "manifest.json")
        return Columns(tuple(found["reductions"]), tuple(found["outcomes"]), len(found["months"]))

    def write_manifest(self, content: Mapping[str, Any]) -> None:
        """Write the manifest, whole."""
        self._stay()
        write_json(self.path / "manifest.json", content)

    def points(self) -> dict[int, Point]:
        """Values of every point by number; empty where the folder is new."""
        if not self._points_file.exists():
            return {}
        rows = self.points_table().to_pylist()
        return {row["point"]: {key: each for key, each in row.items() if key != "point"} for row in rows}

    def points_table(self) -> pa.Table:
        """The points of a sweep, a row each: number and values."""
        with reading(self._points_file, "Restore it, or use another folder with --out."):
            return pq.ParquetFile(self._points_file).read()

    def write_points(self, points: Mapping[int, Point]) -> None:
        """Write the points, whole."""
        columns = {"point": list(points)}
        columns |= {key: [values[key] for values in points.values()] for key in next(iter(points.values()))}
        with whole_file(self._points_file) as stream:
            pq.write_table(pa.table({key: column(each) for key, each in columns.items()}), stream)

    def look(self, verify: bool = False) -> None:
        """Find the parts (`parts.looked`); who holds the folder may `verify` them, and so remove what is damaged."""
        self.parts, self.damaged = looked(self._parts, self.columns().schema, verify)

    def refuse_empty(self) -> None:
        """Refuse to read where no part was found, not even a damaged one, which `runs` refuses by name.

        Raises
        ------
        BadInput
            If there are no runs.
        """
        if not (self.parts or self.damaged):
            raise BadInput(f"{self.path} holds no finished runs yet. Run or continue the sweep first.")

    def keep(self, item: Item, content: bytes) -> None:
        """Keep an item that is finished, safe against a kill and a loss of power at any moment."""
        self._stay()
        with whole_file(made_folder(self._parts) / item.name) as stream:
            stream.write(content)

    def holds(self, item: Item) -> bool:
        """Whether an item was kept, perhaps by a worker that ended before it could say so."""
        return item_in(self._parts / item.name, self.columns().schema) == item

    def done(self) -> dict[int, list[range]]:
        """Replicates kept, by point."""
        found: dict[int, list[range]] = {}
        for item in self.parts.values():
            for point in item.points:
                found.setdefault(point, []).append(item.replicates)
        return found

    def runs(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The runs kept, a table a point, in order of point and replicate.

        Parameters
        ----------
        columns
            Which to read, of `Columns.schema`.

        Raises
        ------
        BadInput
            If a part is damaged.
        """
        if self.damaged:
            raise BadInput(
                f"{self.damaged[0]} is damaged, or no part of this sweep, or holds runs that another holds. Give the "
                "command of the sweep again (`sim status` prints it): what is missing then is computed anew."
            )
        there = self.columns()
        wanted = pa.schema([there.schema.field(name) for name in columns])
        places: dict[int, list[tuple[int, str]]] = {}
        for name, item in self.parts.items():
            for point in item.points:
                places.setdefault(point, []).append((item.replicates.start, name))
        open_groups: dict[str, tuple[int, pa.Table]] = {}
        for point in sorted(places):
            rows = []
            for _, name in sorted(places[point]):
                item = self.parts[name]
                group, place = divmod(item.points.index(point), points_in_group(item, there))
                if name not in open_groups or open_groups[name][0] != group:
                    open_groups[name] = group, self._group(name, group, wanted)
                rows.append(open_groups[name][1].slice(place * len(item.replicates), len(item.replicates)))
                if point == item.points[-1]:
                    del open_groups[name]
            yield pa.concat_tables(rows)

    def failures(self) -> list[dict[str, Any]]:
        """Point, replicate, stage and message of every run that came to no end, sorted.

        Parts are read where their statistics say that there is one, so that thousands take little time.
        """
        found: list[dict[str, Any]] = []
        for name in self.parts:
            path = self._parts / name
            with reading(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
                place = file.schema_arrow.names.index("stage")
                for group in range(file.num_row_groups):
                    statistics = file.metadata.row_group(group).column(place).statistics
                    if statistics is not None and statistics.null_count == file.metadata.row_group(group).num_rows:
                        continue
                    rows = file.read_row_group(group, list(OF_RUN))
                    found += rows.filter(pc.is_valid(rows["stage"])).to_pylist()
        return sorted(found, key=lambda row: (row["point"], row["replicate"]))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from writing in the folder while the block runs; see `store.held`.

        The folder has to stay where it is: another that takes its place is not held.
        """
        with store.held(self.path, "computing this sweep", self._parts):
            self._place = place_of(self.path)
            try:
                yield
            finally:
                if self._place == place_of(self.path):
                    remove_torn(self._parts)  # by workers that were ended while they wrote
                self._place = None

    def is_free(self) -> bool:
        """Whether no process is writing in the folder."""
        try:
            with store.locked(self.path, "working", looking=True):
                return True
        except BadInput:
            return False

    def _group(self, name: str, group: int, wanted: pa.Schema) -> pa.Table:
        path = self._parts / name
        with reading(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
            return file.read_row_group(group, wanted.names).cast(wanted)

    def _stay(self) -> None:
        """Refuse to write where the folder that is held no longer is."""
        if self._place is not None and self._place != place_of(self.path):
            raise CannotWrite(
                f"{self.path} was removed, moved or replaced while runs were written there; what was finished is where "
                "it was moved to. Give the command again."
            )

    def is_orphaned(self) -> bool:
        """Whether there are files of parts, whole or not, but not both of what says of what they are."""
        return any(self._parts.glob("*.parquet")) and not (self.manifest() and self._points_file.exists())

    @property
    def _points_file(self) -> Path:
        return self.path / "points.parquet"

    @property
    def _parts(self) -> Path:
        return self.path / "parts"
