"""Measure estimators of a gradient at one policy: what a job of the workflow does."""

import sys
import time
from pathlib import Path

from rlbench.commands.train import write_json
from rlbench.core import catalog
from rlbench.core.measurement import Measurement
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.core.registry import load_task, with_settings
from rlbench.report.gradients import write_gradients


def gradients(plan: Plan, path: Path) -> int:
    """Measure what is to lie at `path`; returns an exit code."""
    results = plan.config.results
    wanted = {results / one.path: one for one in plan.measurements}.get(path)
    if wanted is None:
        there = [str(results / one.path) for one in plan.measurements]
        print("\n".join([f"{path}: no such measurement; there are", *there]), file=sys.stderr)
        return 2
    started, clock, cpu = now(), time.perf_counter(), time.process_time()
    _measure(wanted, results, path)
    made = {"task": wanted.task, "batches": wanted.batches, "fingerprint": wanted.fingerprint, "code": wanted.code}
    made |= {"settings": wanted.task_settings, "begun_from": {one.kind: one.fingerprint for one in wanted.artefacts}}
    spent = {"started": started, "ended": now(), "wall_s": round(time.perf_counter() - clock, 3)}
    write_json(results / wanted.record, provenance() | made | spent | {"cpu_s": round(time.process_time() - cpu, 3)})
    return 0


def _measure(wanted: Measurement, results: Path, path: Path) -> None:
    from rlbench.gradients.frozen import freeze
    from rlbench.gradients.measure import measure

    task = with_settings(load_task(catalog.tasks()[wanted.task].path.stem), wanted.task_settings)
    frozen = freeze(task, {one.kind: results / one.path for one in wanted.artefacts})
    write_gradients(path, wanted, measure(frozen, wanted.batches))
