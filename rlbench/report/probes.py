"""Probes as files: a table of numbers that says which probe it is and which code made it."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rlbench.core.probe import Probe
from rlbench.core.schema import METADATA_KEY
from rlbench.report.writing import write_bytes


def write_probe(path: Path, probe: Probe, found: pd.DataFrame) -> None:
    """Write what a probe found; the same numbers are the same bytes."""
    about = {"probe": probe.name, "fingerprint": probe.fingerprint, "code": probe.code}
    table = pa.Table.from_pandas(found, preserve_index=False)
    buffer = BytesIO()
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: json.dumps(about, sort_keys=True)}), buffer)
    write_bytes(path, buffer.getvalue())


def read_probes(results: Path, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """What each named probe found; raises FileNotFoundError, and ValueError for a file that is of another probe."""
    return {name: _read(Path(results) / file, name) for name, file in files.items()}


def _read(path: Path, name: str) -> pd.DataFrame:
    table = pq.read_table(path)
    about = json.loads((table.schema.metadata or {}).get(METADATA_KEY, b"{}"))
    if (about.get("probe"), about.get("fingerprint")) != (name, path.stem):
        raise ValueError(f"{path}: holds probe {about.get('probe')!r} of fingerprint {about.get('fingerprint')!r}")
    return table.to_pandas()
