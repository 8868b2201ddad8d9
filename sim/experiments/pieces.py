"""Writing tables a piece at a time, so that how rows were split into pieces does not show in the bytes."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq


def write_groups(
    stream: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table], size: int, repeated: Sequence[str]
) -> int:
    """Write tables one after another in row groups of `size` rows; how they were split does not show.

    Parameters
    ----------
    repeated
        Columns whose values are repeated often enough to be stored once each.

    Returns
    -------
    int
        Number of rows written.
    """
    rows = 0
    with pq.ParquetWriter(stream, schema, compression="zstd", use_dictionary=list(repeated)) as writer:
        for group in equal_groups(tables, size):
            writer.write_table(group, row_group_size=size)
            rows += group.num_rows
    return rows


def write_lines(stream: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write tables one after another as comma-separated text under one heading; numbers round-trip exactly."""
    heading = io.StringIO()
    csv.writer(heading, lineterminator="\n").writerow(schema.names)
    stream.write(heading.getvalue().encode())
    style = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
    with pa.csv.CSVWriter(stream, schema, write_options=style) as writer:
        for table in tables:
            writer.write_table(table)


def equal_groups(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """The same rows in groups of `size` rows, the last one shorter."""
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        held.append(table)
        rows += table.num_rows
        while rows >= size:
            joined = pa.concat_tables(held).combine_chunks()
            yield joined.slice(0, size)
            held, rows = [joined.slice(size)], rows - size
    if rows:
        yield pa.concat_tables(held).combine_chunks()
