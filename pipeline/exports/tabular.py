"""Rows → Parquet, for pandas, DuckDB and Hugging Face datasets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pipeline.exports.columns import COLUMNS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

    from pipeline.exports.columns import Row

COMPRESSION = "zstd"


def table(rows: Sequence[Row]) -> bytes:
    """A Parquet file of its own that holds `rows` in one row group."""
    pa, parquet = _pyarrow()
    made = pa.Table.from_pylist(rows, schema=_schema(pa))
    octets = io.BytesIO()
    parquet.write_table(made, octets, compression=COMPRESSION)
    return octets.getvalue()


def join(parts: Sequence[Path], output: BinaryIO) -> None:
    """One Parquet file of the row groups in `parts`, one part in memory at a time."""
    pa, parquet = _pyarrow()
    with parquet.ParquetWriter(output, _schema(pa), compression=COMPRESSION) as writer:
        for part in parts:
            writer.write_table(parquet.read_table(part))


def _schema(pa: Any) -> Any:
    types = {
        Kind.WORDS: pa.large_string(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
        Kind.NUMBER: pa.int64(),
        Kind.FLAG: pa.bool_(),
    }
    return pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])


def _pyarrow() -> tuple[Any, Any]:
    import pyarrow as pa  # noqa: PLC0415 - slow to load, and one export needs it
    from pyarrow import parquet  # noqa: PLC0415 - as said

    return pa, parquet
