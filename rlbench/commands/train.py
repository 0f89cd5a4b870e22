"""Train one block of seeds into one file: what a job of the workflow does."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from filelock import FileLock

from rlbench.core import catalog
from rlbench.core.atomic import replacing
from rlbench.core.cell import Job
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.core.scratch import Scratch

REPORT_EVERY_S = 1.0


def train(plan: Plan, path: Path) -> int:
    """Train the job that writes `path`; returns an exit code. A run that is in progress elsewhere is waited for."""
    results = plan.config.results
    try:
        job = plan.job(path.relative_to(results))
    except (KeyError, ValueError):
        print(f"{path}: no run of {plan.config.path}; see: rlbench plan", file=sys.stderr)
        return 2
    try:
        train_job(plan, job)
    except OSError as error:
        print(f"{path}: {error.strerror or error}; what was done so far is kept, run again to go on", file=sys.stderr)
        return 1
    return 0


def train_job(plan: Plan, job: Job) -> None:
    """Train the seeds of a job into its file, going on from a checkpoint of them if there is one. Raises OSError."""
    scratch = Scratch(plan.config.results, job)
    scratch.folder.mkdir(parents=True, exist_ok=True)
    with FileLock(scratch.lock):
        _run(plan, job, scratch)


def _run(plan: Plan, job: Job, scratch: Scratch) -> None:
    from rlbench.endings.kept import keep
    from rlbench.loops import checkpoint
    from rlbench.loops.train import Progress, open_training

    started, reported = now(), 0.0

    def report(progress: Progress) -> None:
        nonlocal reported
        if time.monotonic() - reported > REPORT_EVERY_S:
            reported = time.monotonic()
            write_json(scratch.progress, vars(progress))

    training = open_training(_spec(plan, job, scratch))
    training.run(report)
    if plan.keeps(job):
        keep(scratch.policies, training.learner.theta)
    path = plan.config.results / job.path
    cost = training.write(path)
    write_json(plan.config.results / job.record, provenance() | {"started": started, "ended": now()} | cost)
    checkpoint.remove(scratch.checkpoint)
    scratch.progress.unlink(missing_ok=True)


def _spec(plan: Plan, job: Job, scratch: Scratch):
    from rlbench.loops.spec import RunSpec

    cell = job.cell
    return RunSpec(
        settings=cell.settings,
        task_settings=cell.task_settings,
        budget=cell.budget,
        evaluations=cell.evaluations,
        evaluation_episodes=cell.evaluation_episodes,
        task=cell.task,
        task_file=catalog.tasks()[cell.task].path.stem,
        method=cell.method,
        variant=cell.variant,
        fingerprint=cell.fingerprint,
        seeds=job.seeds,
        code=cell.code,
        engine=plan.config.engine_on(cell.task),
        device=_device(plan.config.device),
        checkpoint=scratch.checkpoint,
        artefacts={one.kind: plan.config.results / one.path for one in cell.artefacts},
    )


def _device(wanted: str) -> str:
    import torch

    return wanted if wanted != "auto" else "cuda" if torch.cuda.is_available() else "cpu"


def write_json(path: Path, content: dict[str, Any]) -> None:
    """The same content is the same bytes, and the file is there whole or not at all."""
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
