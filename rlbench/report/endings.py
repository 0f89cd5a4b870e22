"""What was measured of the policies that runs end with, as files: lines that say of which runs and with which code."""

import json
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rlbench.core.ending import Ending
from rlbench.core.schema import METADATA_KEY
from rlbench.report.writing import write_bytes

NAMES = ("task", "method", "variant")


def write_ending(path: Path, ending: Ending, found: pd.DataFrame) -> None:
    """Write what was found; the same numbers are the same bytes."""
    about = {name: getattr(ending.cell, name) for name in NAMES}
    about |= {"asked": ending.asked, "runs": ending.cell.fingerprint, "fingerprint": ending.fingerprint}
    table = pa.Table.from_pandas(found, preserve_index=False)
    words = json.dumps(about | {"numbers": ending.numbers, "code": ending.code}, sort_keys=True)
    buffer = BytesIO()
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: words}), buffer)
    write_bytes(path, buffer.getvalue())


def read_endings(results: Path, files: Iterable[str]) -> Mapping[str, pd.DataFrame]:
    """All lines by what was asked, with columns task, method and variant before those that were measured. Raises
    FileNotFoundError, and ValueError for a file that is of another measurement."""
    found: dict[str, list[pd.DataFrame]] = {}
    for file in files:
        about, lines = _read(Path(results) / file)
        for place, name in enumerate(NAMES):
            lines.insert(place, name, about[name])
        found.setdefault(about["asked"], []).append(lines)
    return {asked: pd.concat(frames, ignore_index=True) for asked, frames in found.items()}


def _read(path: Path) -> tuple[dict[str, str], pd.DataFrame]:
    table = pq.read_table(path)
    about = json.loads((table.schema.metadata or {}).get(METADATA_KEY, b"{}"))
    if (about.get("task"), about.get("fingerprint")) != (path.parts[-3], path.parent.name):
        raise ValueError(f"{path}: holds last policies on {about.get('task')!r} of {about.get('fingerprint')!r}")
    return about, table.to_pandas()
