"""The results store: one folder per run, `<out>/<scenario>/<run id>/`.

While a run is under way its finished replicates lie in `parts/`, each file whole; at the end they
are merged into `outcomes.parquet` and removed. `manifest.json` says how far the run is:
`partial` (interrupted or under way), `failed` (some replicates raised an error) or `finished`.
"""

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiments import tables
from sim.experiments.durable import lock, made_folder, remove_torn, whole_file, write_json
from sim.experiments.whole import is_whole, parquet_files
from sim.model.errors import BadInput

PART = re.compile(r"replicates-(\d{6,})-(\d{6,})\.parquet")
"""Name of a part: first and last replicate in it, with none missing between them."""

RUN = b"run"
"""What a part says of itself: the id of its run, since parts of all runs have the same names."""

AGAIN = ".again"
"""End of the name of the folder in which a finished run is computed again."""


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run.

    Parameters
    ----------
    path : Path
        Where it is, or will be.
    """

    path: Path

    @property
    def _run(self) -> str:
        """Id of the run, also where it is computed again beside its folder."""
        return self.path.name.removesuffix(AGAIN)

    @property
    def outcomes(self) -> Path:
        """The merged outcome table."""
        return self.path / "outcomes.parquet"

    @property
    def parts(self) -> Path:
        """Folder of the replicates finished so far."""
        return self.path / "parts"

    @property
    def figures(self) -> Path:
        """Folder of the figures."""
        return self.path / "figures"

    def manifest(self) -> dict[str, Any]:
        """What the manifest says; empty where there is none, or none that can be read."""
        try:
            content = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def write_manifest(self, content: dict[str, Any]) -> None:
        """Write the manifest, whole."""
        write_json(self.path / "manifest.json", content)

    def is_finished(self) -> bool:
        """Whether the run is finished and its outcome table is the one that was written then."""
        content = self.manifest()
        if content.get("status") != "finished" or not self.outcomes.exists():
            return False
        table = content.get("outcomes")
        return isinstance(table, dict) and table.get("sha256") == file_hash(self.outcomes)

    def finished_replicates(self, layout: tables.TableLayout) -> set[int]:
        """Numbers of the replicates kept in parts."""
        return {number for first, last in self._parts(layout) for number in range(first, last + 1)}

    def keep(self, table: pa.Table, first: int, last: int) -> None:
        """Keep the rows of replicates `first` to `last`, safe against a kill at any moment."""
        made_folder(self.parts)
        with whole_file(self._part(first, last)) as stream:
            named = table.replace_schema_metadata({RUN: self._run})
            pq.write_table(named, stream, compression="zstd", write_page_checksum=True)

    def merge(self, layout: tables.TableLayout) -> dict[str, Any]:
        """Write the outcome table from the parts.

        Returns
        -------
        dict
            Name, number of rows and hash of the table, for the manifest.
        """
        with whole_file(self.outcomes) as stream:
            rows = tables.write_parquet(stream, self._rows(layout), layout)
        return {"file": self.outcomes.name, "rows": rows, "sha256": file_hash(self.outcomes)}

    def remove_parts(self) -> None:
        """Remove the parts, which the outcome table now holds."""
        shutil.rmtree(self.parts, ignore_errors=True)

    def remove(self) -> None:
        """Remove the whole folder, and its scenario's folder where nothing else is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.path.parent.is_dir() and not any(self.path.parent.iterdir()):
            self.path.parent.rmdir()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from writing in the folder while the block runs; see `held`. Damaged parts go first."""
        with held(self.path, "computing this run", self.parts, self.figures):
            for path in parquet_files(self.parts):
                if path.is_file() and not is_whole(path):
                    path.unlink()
            yield

    def _parts(self, layout: tables.TableLayout) -> list[tuple[int, int]]:
        """First and last replicate of every usable part, ascending, none twice."""
        found: list[tuple[int, int]] = []
        if not self.parts.is_dir():
            return found
        names = filter(None, (PART.fullmatch(path.name) for path in self.parts.iterdir()))
        for first, last, name in sorted((int(name[1]), int(name[2]), name[0]) for name in names):
            follows = not found or first > found[-1][1]
            if follows and self._holds(self.parts / name, range(first, last + 1), layout):
                found.append((first, last))
        return found

    def _holds(self, part: Path, replicates: range, layout: tables.TableLayout) -> bool:
        """Whether a part is of this run and holds the rows of these replicates, as its name says."""
        try:
            with pq.ParquetFile(part) as file:
                schema = file.schema_arrow
                if schema.names != tables.SCHEMA.names or (schema.metadata or {}).get(RUN) != self._run.encode():
                    return False
                numbers = np.repeat(np.asarray(replicates, dtype=np.int32), layout.rows)
                return tables.holds(file, {"replicate": numbers})
        except (OSError, ValueError, pa.ArrowException):
            return False

    def _rows(self, layout: tables.TableLayout) -> Iterator[pa.Table]:
        """The tables of the parts in order of replicate."""
        for first, last in self._parts(layout):
            yield pq.ParquetFile(self._part(first, last)).read().replace_schema_metadata()

    def _part(self, first: int, last: int) -> Path:
        """The file of a part; `PART` reads its name."""
        return self.parts / f"replicates-{first:06d}-{last:06d}.parquet"


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def held(path: Path, doing: str, *inside: Path) -> Iterator[None]:
    """Keep other processes from writing in a folder while the block runs; makes it, and removes what was torn.

    Parameters
    ----------
    inside
        Folders in it to which nobody else writes either.

    Raises
    ------
    BadInput
        If another process is writing there, or the folder cannot be made.
    """
    made_folder(path)
    with locked(path, doing):
        remove_torn(path, *inside)
        yield


@contextmanager
def locked(path: Path, doing: str, looking: bool = False) -> Iterator[None]:
    """Hold a folder against other processes; the system lets go of it when the process dies.

    Parameters
    ----------
    looking
        Only see whether it is free: that several may do at once, for a moment.

    Raises
    ------
    BadInput
        If another process holds it, which is said to be `doing` something.
    """
    if os.name != "posix":
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        try:  # where a file system has no locks, files are whole all the same
            if looking:
                lock(descriptor, shared=True)
            else:
                _hold(descriptor)
        except BlockingIOError as error:
            raise BadInput(
                f"Another process is {doing} in {path}. "
                "Wait until it ends and give the command again, or choose another folder with --out."
            ) from error
        yield
    finally:
        os.close(descriptor)


def _hold(descriptor: int) -> None:
    """Take a lock for oneself alone; somebody who only looks lets go of it in a moment."""
    with suppress(BlockingIOError):
        lock(descriptor)
        return
    time.sleep(0.05)
    lock(descriptor)
