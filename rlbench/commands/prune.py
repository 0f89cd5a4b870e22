"""Forget recorded runs, references and calibrations that no present configuration leads to."""

import shutil
from pathlib import Path

from rlbench.core.calibration import planned_calibration
from rlbench.core.plan import Plan


def prune(plan: Plan) -> list[Path]:
    """Delete what has a fingerprint that the plan does not lead to; returns what was deleted."""
    results = plan.config.results
    kept = {results / cell.folder for cell in plan.cells}
    kept |= {results / path for one in (*plan.references, planned_calibration(plan)) for path in (one.path, one.record)}
    found = sorted([*results.glob("runs/*/*/*"), *results.glob("references/*/*"), *results.glob("calibration/*")])
    stale = [path for path in found if path not in kept]
    for path in stale:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return stale
