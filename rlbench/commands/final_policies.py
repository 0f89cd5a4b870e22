"""Measure the policies that a block of runs ended with: what a job of the workflow does.

Their parameters lie in the scratch folder where the runs were trained with this measurement in view; else the runs are
trained again as they were recorded, and held against what was. Afterwards the parameters are deleted.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from rlbench.commands.recorded import read_about, record_of
from rlbench.commands.results import NotPossible
from rlbench.commands.retrain import Standing, again, apart, link_artefacts
from rlbench.commands.train import write_json
from rlbench.core import catalog
from rlbench.core.cell import Job
from rlbench.core.ending import Asked, Ending
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.core.registry import load_task, with_settings
from rlbench.core.schema import Outcome
from rlbench.core.scratch import FOLDER, Scratch
from rlbench.report.endings import write_ending

AGAIN = Path(FOLDER, "again")
"""Below the results folder, where runs are trained again, with results of its own."""
KEPT = "kept when the runs were trained"


def final_policies(plan: Plan, path: Path) -> int:
    """Measure what is to lie at `path`; returns an exit code."""
    results = plan.config.results
    wanted = {results / one.path: one for one in plan.endings}.get(path)
    if wanted is None:
        print(f"{path}: no measurement of last policies that {plan.config.path} asks for", file=sys.stderr)
        return 2
    started, clock, cpu = now(), time.perf_counter(), time.process_time()
    try:
        kept, origin = _parameters(plan, wanted)
    except NotPossible as error:
        print(error, file=sys.stderr)
        return 1
    write_ending(path, wanted, _measure(wanted, results, kept))
    made = {"task": wanted.cell.task, "fingerprint": wanted.fingerprint, "code": wanted.code, **wanted.numbers}
    made |= {"run": wanted.run.as_posix(), "parameters": origin}
    spent = {"started": started, "ended": now(), "wall_s": round(time.perf_counter() - clock, 3)}
    write_json(results / wanted.record, provenance() | made | spent | {"cpu_s": round(time.process_time() - cpu, 3)})
    _discard(plan, wanted)
    return 0


def _job(wanted: Ending) -> Job:
    """The runs that are measured: all of their file, so that the same seeds train beside each other again."""
    return Job(wanted.cell, wanted.seeds, wanted.run, done=True)


def _parameters(plan: Plan, wanted: Ending) -> tuple[Path, str]:
    """Where the parameters lie, and in words where they are from. Raises NotPossible where this machine made the
    recorded runs, and their code does not give them again."""
    results, job = plan.config.results, _job(wanted)
    kept = Scratch(results, job).policies
    if kept.exists():
        return kept, KEPT
    link_artefacts(plan, [job], results / AGAIN)
    beside = apart(plan, job, results / job.path, results / AGAIN)
    trained = again(replace(beside, endings=(wanted,)), job, results / job.path)
    if trained.standing is Standing.DIFFERENT and not trained.surroundings:
        raise NotPossible(f"  {trained}; these are not the policies that the recorded runs ended with")
    print(f"trained again: {trained}", flush=True)
    return Scratch(results / AGAIN, job).policies, f"trained again, {trained.standing}: {trained}"


def _measure(wanted: Ending, results: Path, kept: Path) -> pd.DataFrame:
    from rlbench.endings import kl_initial, prompts
    from rlbench.endings.kept import read_kept
    from rlbench.endings.last import Last

    cell, seeds = wanted.cell, wanted.seeds
    task = with_settings(load_task(catalog.tasks()[cell.task].path.stem), cell.task_settings)
    ends = read_about(results / wanted.run)["outcomes"]
    failed = tuple(ends[str(seed)]["outcome"] != Outcome.FINISHED for seed in seeds)
    last = Last(seeds, read_kept(kept, len(seeds)), failed, cell.evaluations)
    match wanted.asked:
        case Asked.PROMPTS:
            artefacts = {one.kind: results / one.path for one in cell.artefacts}
            return prompts.measure(task, artefacts, last, **wanted.numbers)
        case Asked.KL_INITIAL:
            return kl_initial.measure(task, last, **wanted.numbers)


def _discard(plan: Plan, wanted: Ending) -> None:
    """What only helped: parameters, and runs that were trained again."""
    job, beside = _job(wanted), plan.config.results / AGAIN
    for path in (beside / job.path, record_of(beside / job.path)):
        path.unlink(missing_ok=True)
    for results in (plan.config.results, beside):
        Scratch(results, job).policies.unlink(missing_ok=True)
