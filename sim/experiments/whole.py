"""Which tables of results are whole: what cannot be read, or not now, is not taken for damaged, and never removed."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.model.errors import BadInput


def parquet_files(folder: Path) -> list[Path]:
    """Tables of results in a folder, in order; none where there is no folder.

    Raises
    ------
    BadInput
        If the folder cannot be looked into, which is not to say that there are none.
    """
    try:
        return sorted(path for path in folder.iterdir() if path.match("*.parquet"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be looked into: {error.strerror or error}. Nothing was removed. Make it a folder that "
            "you may read, and give the same command again."
        ) from error


def is_whole(path: Path) -> bool:
    """Whether every page of a Parquet file is as its checksum says.

    Raises
    ------
    BadInput
        If the system does not let it be read, or not now: what it holds is not known then.
    """
    try:
        content = pa.BufferReader(path.read_bytes())
        with pq.ParquetFile(content, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group, use_threads=False)
    except MemoryError as error:
        raise unread(path, "memory is short") from error
    except (ValueError, NotImplementedError, TypeError, KeyError):  # of these are Arrow's on what is in a file
        return False
    except pa.ArrowException as error:  # a thread that cannot be started, say
        raise unread(path, str(error)) from error
    except OSError as error:  # Arrow's own, of a file that it cannot make sense of, have no number
        if error.errno is None:
            return False
        raise unread(path, error.strerror or str(error)) from error
    return True


def unread(path: Path, reason: str) -> BadInput:
    """The refusal that names a table, and why the system does not let it be read."""
    return BadInput(
        f"{path} cannot be read: {reason}. Nothing was removed, since it may be whole. See to that and give the same "
        "command again, or move it away if it is no part of these results."
    )
