"""Forget recorded runs, references and probes that no present configuration leads to."""

import shutil
from pathlib import Path

from rlbench.core.plan import Plan


def prune(plan: Plan) -> list[Path]:
    """Delete run folders, references and probes whose fingerprint is not in the plan; returns what was deleted."""
    results = plan.config.results
    kept = {results / cell.folder for cell in plan.cells}
    kept |= {results / path for one in (*plan.references, *plan.probes) for path in (one.path, one.record)}
    found = sorted([*results.glob("runs/*/*/*"), *results.glob("references/*/*"), *results.glob("probes/*/*")])
    stale = [path for path in found if path not in kept]
    for path in stale:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return stale
