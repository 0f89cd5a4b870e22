"""Train some recorded runs again, apart from the results, and say whether they come out as they were recorded.

Cells are drawn at random, all with the same chance, and one seed of each: a number that somebody changed in a recorded
run, or that this code does not give, is found as surely as it is drawn.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from rlbench.commands.comparison import Comparison, compare
from rlbench.commands.following import Following
from rlbench.commands.recorded import read_record
from rlbench.commands.results import NotPossible, has_cuda, say
from rlbench.commands.train import train_job
from rlbench.commands.workers import side_by_side
from rlbench.core.cell import Job, block_name
from rlbench.core.plan import Plan
from rlbench.core.provenance import provenance
from rlbench.stats.keyed import keyed_generator

EQUAL_TO = float(np.finfo(np.float32).resolution)
"""Relative: the decimal digits of single precision, which networks compute in. Only for runs of other surroundings."""
COMPUTING = ("python", "torch", "numpy", "gymnasium", "mujoco", "transformers")
"""Packages that a run's numbers may come from."""


class Standing(StrEnum):
    """How a run that was trained again stands to the recorded one."""

    IDENTICAL = "identical"
    EQUAL = "equal"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Retrained:
    """One seed of a cell, trained again."""

    run: str
    comparison: Comparison
    surroundings: tuple[str, ...]
    """What is not as it was where the run was recorded."""

    @property
    def standing(self) -> Standing:
        """On the same machine and versions every bit counts; elsewhere the last ones may differ."""
        if self.comparison.first is None:
            return Standing.IDENTICAL
        close = self.surroundings and self.comparison.largest <= EQUAL_TO
        return Standing.EQUAL if close else Standing.DIFFERENT

    def __str__(self) -> str:
        made = self.comparison
        if made.first is None:
            return f"{self.run}: {made.rows:,} rows and the end, every bit as recorded"
        size = f"{made.largest:.1e} of their value"
        equal = f"equal to {size}, though " if self.standing is Standing.EQUAL else ""
        where = f"; recorded elsewhere: {', '.join(self.surroundings)}" if self.surroundings else ""
        by = "" if equal or np.isinf(made.largest) else f" by up to {size}"
        return f"{self.run}: {equal}{made.differing:,} of {made.rows:,} rows differ{by}; first {made.first}{where}"


def retrain(plan: Plan, count: int, draw: int, cores: int) -> int:
    """Say of `count` cells whether they come out as recorded; returns how many do not. Results are only read.

    Raises NotPossible where nothing is recorded, or not all that was drawn can be trained here.
    """
    drawn = drawn_jobs(plan, count, draw)
    if not drawn:
        raise NotPossible(f"  {plan.config.results}: no run of {plan.config.path} is recorded by the present code")
    recorded = len({job.cell.folder for job in plan.jobs if job.done})
    say("retrain", f"one seed of {len(drawn)} of {recorded} recorded cells, draw {draw}")
    counts: Counter[Standing] = Counter()
    with TemporaryDirectory(prefix="rlbench-retrain-") as scratch:
        link_artefacts(plan, [job for job, _ in drawn], Path(scratch))
        asked = [(apart(plan, job, file, Path(scratch)), job, file) for job, file in drawn]
        apart_from = replace(plan.config, results=Path(scratch))
        jobs = tuple(job for job, _ in drawn)
        watched = replace(plan, config=apart_from, jobs=jobs, measurements=(), endings=())
        with Following(watched) as following:
            for one in side_by_side(min(cores, len(asked)), again, asked, following.look):
                counts[one.standing] += 1
                say(one.standing, f"{counts.total()} of {len(asked)}  {one}")
    say("done", ", ".join(f"{counts[standing]} {standing}" for standing in Standing))
    return counts[Standing.DIFFERENT]


def drawn_jobs(plan: Plan, count: int, draw: int) -> list[tuple[Job, Path]]:
    """One seed of each of `count` cells, all with the same chance, and the file that it is recorded in.

    The draw is keyed by its number and what is recorded: it can be repeated, and a larger one begins with it.
    """
    blocks: dict[Path, list[Job]] = {}
    for job in plan.jobs:
        if job.done:
            blocks.setdefault(job.cell.folder, []).append(job)
    folders = sorted(blocks)
    order = keyed_generator("retrain", str(draw), *map(str, folders)).permutation(len(folders))
    return [_one_seed(blocks[folders[place]], plan.config.results, draw) for place in order[:count]]


def _one_seed(blocks: list[Job], results: Path, draw: int) -> tuple[Job, Path]:
    cell = blocks[0].cell
    files = {seed: results / job.path for job in blocks for seed in job.seeds}
    seed = int(keyed_generator("retrain", str(draw), cell.fingerprint).choice(sorted(files)))
    return Job(cell, (seed,), cell.folder / f"{block_name((seed,))}.parquet", done=False), files[seed]


def link_artefacts(plan: Plan, jobs: list[Job], scratch: Path) -> None:
    """What the jobs begin from, as it lies in the results; several may begin from the same."""
    for path in {one.path for job in jobs for one in job.cell.artefacts}:
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # of an earlier time, or of somebody who is at work beside this one
            (scratch / path).symlink_to((plan.config.results / path).absolute())


def apart(plan: Plan, job: Job, recording: Path, scratch: Path) -> Plan:
    """The plan with the engine and device that the run was recorded with, and a results folder of its own. Raises
    NotPossible where there is no such device."""
    config, cell = plan.config, job.cell
    record = read_record(recording)
    if record["device"] == "cuda" and not has_cuda():
        raise NotPossible(f"  {recording}: was trained on a CUDA device, and there is none here")
    tasks = config.tasks | {cell.task: config.tasks[cell.task] | {"engine": record["engine"]}}
    return replace(plan, config=replace(config, results=scratch, device=record["device"], tasks=tasks))


def again(plan: Plan, job: Job, recording: Path) -> Retrained:
    """Train the job of such a plan, going on from a checkpoint, and hold it against what is recorded."""
    train_job(plan, job)
    comparison = compare([recording], plan.config.results / job.path, job.seeds)
    run = f"{job.cell.label} on {job.cell.task}, {job.path.stem.replace('seeds_', 'seed ')}"
    return Retrained(run, comparison, tuple(_changed(read_record(recording), provenance())))


def _changed(before: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[str]:
    """What may move the last bits of a number and is not as it was."""
    for name in COMPUTING:
        was, is_now = before["versions"].get(name), here["versions"].get(name)
        if was not in (None, is_now):  # what was not there did not compute
            yield f"{name} {was}, here {is_now}"
    for name in ("cpu", "instructions", "gpu", "system"):
        was, is_now = before["hardware"].get(name, "unknown"), here["hardware"][name]
        if was != is_now:
            yield f"{name} {was}, here {is_now}"
    if before["threads"] != here["threads"]:
        yield f"{before['threads']} threads, here {here['threads']}"
