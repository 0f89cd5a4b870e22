"""What runs began from: the records of the models, comparisons and rewards that were made before them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rlbench.core.artefact import STAGES

FOLDERS = {stage.kind: stage.folder for stage in STAGES.values()}
"""Where artefacts of each kind lie, below the results folder."""
Beginnings = Mapping[tuple[str, str], tuple[Mapping[str, Any], ...]]
"""By the task and the kind of an artefact, the records of those that its runs began from."""


def read_beginnings(results: Path, begun: Iterable[tuple[str, Mapping[str, str]]]) -> Beginnings:
    """Read each record once. `begun` has, for every block of runs, its task and fingerprints by kind.

    Raises FileNotFoundError for a record that is not there.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for task, fingerprints in begun:
        for kind, fingerprint in fingerprints.items():
            records = found.setdefault((task, kind), {})
            if fingerprint not in records:
                path = Path(results) / FOLDERS[kind] / task / f"{fingerprint}.record.json"
                records[fingerprint] = json.loads(path.read_text(encoding="utf-8"))
    return {place: tuple(records.values()) for place, records in found.items()}
