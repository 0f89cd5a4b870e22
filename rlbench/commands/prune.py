"""Forget recorded runs, what tasks begin from, probes, measurements and calibrations that no present configuration
leads to."""

import shutil
from pathlib import Path

from rlbench.core.artefact import FOLDERS
from rlbench.core.calibration import planned_calibration
from rlbench.core.plan import Plan


def prune(plan: Plan) -> list[Path]:
    """Delete what has a fingerprint that the plan does not lead to; returns what was deleted."""
    results = plan.config.results
    kept = {results / job.cell.folder for job in plan.jobs}
    named = (*plan.artefacts, *plan.probes, *plan.measurements, planned_calibration(plan))
    kept |= {results / path for one in named for path in (one.path, one.record)}
    kept |= {results / one.path.parent for one in plan.endings}
    places = (*FOLDERS, "probes", "gradients", "endings")
    folders = ("runs/*/*/*", *(f"{folder}/*/*" for folder in places), "calibration/*")
    found = sorted(path for pattern in folders for path in results.glob(pattern))
    stale = [path for path in found if path not in kept]
    for path in stale:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return stale
