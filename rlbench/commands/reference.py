"""Train the policy that a preference task begins from into one file: what a job of the workflow does."""

import sys
import time
from pathlib import Path

from filelock import FileLock

from rlbench.commands.train import write_json
from rlbench.core import catalog
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.core.reference import Reference
from rlbench.core.registry import load_task, with_settings
from rlbench.core.scratch import FOLDER


def reference(plan: Plan, path: Path) -> int:
    """Train the reference that is `path`; returns an exit code. Where it is made elsewhere, that is waited for."""
    results = plan.config.results
    wanted = {results / one.path: one for one in plan.references}.get(path)
    if wanted is None:
        print(f"{path}: no reference of {plan.config.path}", file=sys.stderr)
        return 2
    lock = results / FOLDER / wanted.path.with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        _train(wanted, results)
    return 0


def _train(wanted: Reference, results: Path) -> None:
    from rlbench.loops.reference import train_reference
    from rlbench.preferences.reference import write_reference

    started, clock = now(), time.perf_counter()
    task = load_task(catalog.tasks()[wanted.task].path.stem)
    trained = train_reference(with_settings(task, {"control": wanted.settings}))
    write_reference(results / wanted.path, trained.theta)
    made = {"task": wanted.task, "fingerprint": wanted.fingerprint, "code": wanted.code, "asked_level": wanted.level}
    spent = {"started": started, "ended": now(), "wall_s": round(time.perf_counter() - clock, 3)}
    write_json(results / wanted.record, provenance() | made | trained.summary() | spent)
