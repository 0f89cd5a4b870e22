"""Forget recorded runs that no present configuration leads to."""

import shutil
from pathlib import Path

from rlbench.core.plan import Plan


def prune(plan: Plan) -> list[Path]:
    """Delete run folders whose fingerprint is not in the plan; returns what was deleted."""
    results = plan.config.results
    kept = {results / cell.folder for cell in plan.cells}
    stale = [folder for folder in sorted(results.glob("runs/*/*/*")) if folder not in kept]
    for folder in stale:
        shutil.rmtree(folder)
    return stale
