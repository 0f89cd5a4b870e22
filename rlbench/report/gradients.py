"""What was measured of gradients, as files: a table of numbers that says at which policy and with which code."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rlbench.core.measurement import Measurement
from rlbench.core.schema import METADATA_KEY
from rlbench.report.writing import write_bytes


def write_gradients(path: Path, measurement: Measurement, found: pd.DataFrame) -> None:
    """Write what was found; the same numbers are the same bytes."""
    about = {"task": measurement.task, "batches": measurement.batches, "fingerprint": measurement.fingerprint}
    table = pa.Table.from_pandas(found, preserve_index=False)
    words = json.dumps(about | {"code": measurement.code}, sort_keys=True)
    buffer = BytesIO()
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: words}), buffer)
    write_bytes(path, buffer.getvalue())


def read_gradients(results: Path, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """What was found on each task; raises FileNotFoundError, and ValueError for a file that is of another task."""
    return {task: _read(Path(results) / file, task) for task, file in files.items()}


def _read(path: Path, task: str) -> pd.DataFrame:
    table = pq.read_table(path)
    about = json.loads((table.schema.metadata or {}).get(METADATA_KEY, b"{}"))
    if (about.get("task"), about.get("fingerprint")) != (task, path.stem):
        raise ValueError(
            f"{path}: holds gradients on {about.get('task')!r} of fingerprint {about.get('fingerprint')!r}"
        )
    return table.to_pandas()
