"""Whether the present code still gives what is recorded: some seeds are trained again and compared to the byte."""

from pathlib import Path

import numpy as np

from rlbench.commands.comparison import compare
from rlbench.commands.earlier import Earlier
from rlbench.commands.recorded import record_of
from rlbench.commands.train import train_job
from rlbench.core.cell import Cell, Job, block_name
from rlbench.core.plan import Plan
from rlbench.core.scratch import FOLDER


def chosen_seeds(cell: Cell, seeds: list[int], count: int) -> tuple[int, ...]:
    """Seeds to train again, drawn by the cell's new fingerprint: nobody can pick them, and the next time they are the
    same."""
    draw = np.random.default_rng(int(cell.fingerprint, 16))
    return tuple(sorted(int(seed) for seed in draw.choice(seeds, min(count, len(seeds)), replace=False)))


def first_difference(plan: Plan, cell: Cell, earlier: Earlier, seeds: tuple[int, ...]) -> str | None:
    """Train these seeds with the present code and say where their rows first differ from the earlier ones, if they do.

    The engine and the machine are the present ones: bits that differ for their sake count as well.
    """
    job = Job(cell, seeds, Path(FOLDER, "adopt", cell.fingerprint, f"{block_name(seeds)}.parquet"), done=False)
    again = plan.config.results / job.path
    if not record_of(again).exists():
        train_job(plan, job)
    found = compare(earlier.files, again, seeds).first
    for path in (again, record_of(again)):
        path.unlink()
    return found
