"""A recorded run: a file of rows that says what it is, and a record beside it."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from rlbench.core.schema import METADATA_KEY


def recorded(folder: Path) -> tuple[Path, ...]:
    """The run files of a cell's folder that are whole: those with a record."""
    return tuple(path for path in sorted(folder.glob("seeds_*.parquet")) if record_of(path).exists())


def record_of(file: Path) -> Path:
    """The record beside a run file."""
    return file.with_suffix(".record.json")


def read_record(file: Path) -> dict[str, Any]:
    """What is recorded of how a run file was made."""
    return json.loads(record_of(file).read_text(encoding="utf-8"))


def read_about(file: Path) -> dict[str, Any]:
    """What a run file says of itself."""
    return json.loads(pq.read_schema(file).metadata[METADATA_KEY])


def ended(file: Path) -> str:
    """When its training ended, as ISO 8601: these sort by time."""
    return read_record(file)["ended"]
