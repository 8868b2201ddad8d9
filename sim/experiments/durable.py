"""Writing files so that a reader finds either the whole file or none of it."""

import errno
import glob
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from sim.model.errors import BadInput

ADVICE = {
    errno.ENOSPC: "The disk is full: free some space, or choose another folder with --out.",
    errno.EDQUOT: "Your quota is used up: free some space, or choose another folder with --out.",
    errno.EFBIG: "The system allows no file of this size here: choose another folder with --out.",
    errno.ENOTDIR: "A part of this path is a file, not a folder: choose another folder with --out.",
    errno.ENAMETOOLONG: "A name in this path is longer than the system allows: shorten what it is made of, the name of "
    "a policy, say, or of what --out names.",
    errno.EEXIST: "A part of this path is a file, not a folder: choose another folder with --out.",
}


class CannotWrite(BadInput):
    """A file or folder of results could not be written; what was finished before is kept."""


def cannot_write(path: Path, error: OSError) -> CannotWrite:
    """The refusal that names the path, the system's reason and what to do.

    Parameters
    ----------
    path : Path
        File or folder that was to be written.
    error : OSError
        What the system answered.
    """
    advice = ADVICE.get(error.errno or 0, "Choose a folder in which you may write with --out.")
    return CannotWrite(f"Cannot write {path}: {error.strerror or error}. {advice}")


def made_folder(path: Path) -> Path:
    """The folder, made with its parents where it does not exist.

    Raises
    ------
    CannotWrite
        If it cannot be made, or nothing can be written in it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise cannot_write(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    return path


TORN = re.compile(r"\..+\.\d+\.tmp")
"""Name of a file that `whole_file` has not finished."""


def remove_torn(*folders: Path) -> None:
    """Remove what processes killed while they wrote have left in folders in which nobody else may write."""
    for folder in folders:
        for path in folder.glob(".*.tmp"):
            _remove_if_torn(path)


def _remove_if_torn(path: Path, known: bool = True) -> None:
    """Remove a temporary file that nobody is writing; where there are no locks, if that is known all the same."""
    if TORN.fullmatch(path.name):
        with suppress(OSError), open(path, "r+b") as stream:
            if lock(stream) or known:
                path.unlink()


def lock(file: BinaryIO | int, shared: bool = False) -> bool:
    """Lock an open file or folder until it is closed, be it that its process is killed.

    Parameters
    ----------
    shared
        Against those only who want it for themselves.

    Returns
    -------
    bool
        False where there are no locks.

    Raises
    ------
    BlockingIOError
        If another holds it.
    """
    if os.name != "posix":
        return False
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True


def place_of(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another that takes its name; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes appear under `path` all at once, when the block ends without an error.

    The bytes go to a temporary name beside it, are forced to the disk, and are renamed, so that a
    process killed at any moment leaves the old file or the new one.

    Raises
    ------
    CannotWrite
        If the system refuses to write; the temporary file is removed.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as stream:
            with suppress(BlockingIOError):
                lock(stream)  # or it would be taken for torn
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with suppress(OSError):  # where nothing can be removed, the refusal above is what tells why
            temporary.unlink(missing_ok=True)


@contextmanager
def readers_file(path: Path) -> Iterator[BinaryIO]:
    """As `whole_file`, where several may write at once: what killed processes have left of the file is removed."""
    for torn in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        _remove_if_torn(torn, known=False)
    with whole_file(path) as stream:
        yield stream


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends, whole or not at all."""
    with readers_file(path) as stream:
        stream.write(text.encode("utf-8"))


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a manifest, whole or not at all."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _sync_folder(path: Path) -> None:
    """Force the folder's list of names to the disk, where the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
