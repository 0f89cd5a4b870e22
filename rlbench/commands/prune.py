"""Forget recorded runs, and what tasks begin from, that no present configuration leads to."""

import shutil
from pathlib import Path

from rlbench.core.artefact import STAGES
from rlbench.core.plan import Plan


def prune(plan: Plan) -> list[Path]:
    """Delete run folders and artefacts whose fingerprint is not in the plan; returns what was deleted."""
    results = plan.config.results
    kept = {results / cell.folder for cell in plan.cells}
    kept |= {results / path for one in plan.artefacts for path in (one.path, one.record)}
    folders = ("runs/*/*/*", *(f"{stage.folder}/*/*" for stage in STAGES.values()))
    found = sorted(path for pattern in folders for path in results.glob(pattern))
    stale = [path for path in found if path not in kept]
    for path in stale:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return stale
