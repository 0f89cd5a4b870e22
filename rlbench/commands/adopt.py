"""Keep results through a change of code that changes no result: train a few seeds again, compare every byte.

Each cell whose fingerprint has changed is asked for some of its seeds again. Where all that they record is equal, the
earlier files are written under the new fingerprint with that evidence beside them; where not, the cell stays as it is
and will be trained anew.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rlbench.commands.earlier import newest_earlier
from rlbench.commands.evidence import chosen_seeds, first_difference
from rlbench.commands.orphan import VARIABLE, end_with_parent
from rlbench.commands.reference import reference
from rlbench.commands.restamp import restamp
from rlbench.commands.results import NotPossible, say
from rlbench.core import config
from rlbench.core.plan import Cell, Plan, make
from rlbench.core.scratch import FOLDER


@dataclass(frozen=True)
class Verdict:
    """What came of asking for one cell."""

    cell: str
    seeds: tuple[int, ...]
    difference: str | None

    def __str__(self) -> str:
        again = f"seed {', '.join(map(str, self.seeds))} trained again"
        if self.difference is None:
            return f"{self.cell}: {again}, every byte is the same"
        return f"{self.cell}: {again}, not the same: {self.difference}"


def adopt(plan: Plan, *, seeds: int, cores: int) -> int:
    """Adopt what can be adopted of the plan's missing cells; returns an exit code, 1 where one was refused.

    Raises NotPossible where another rlbench is at work on these results.
    """
    scratch = plan.config.results / FOLDER
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(scratch / "results.lock").acquire(timeout=0):
            return _adopt(plan, seeds, cores)
    except Timeout:
        raise NotPossible(f"  {plan.config.results}: another rlbench is at work here; wait for it first") from None


def _adopt(plan: Plan, seeds: int, cores: int) -> int:
    missing = {job.cell.folder: job.cell for job in plan.missing}
    for one in {cell.reference.path: cell.reference for cell in missing.values() if cell.reference}.values():
        if not (plan.config.results / one.record).exists():
            say("reference", f"training {one.task}'s again")
            reference(plan, plan.config.results / one.path)
    cells = [cell for cell in missing.values() if newest_earlier(plan.config.results, cell)]
    say("adopt", f"{len(missing)} cells are missing, {len(cells)} of them have earlier runs that were told the same")
    refused = [verdict for verdict in _verdicts(plan, cells, seeds, cores) if verdict.difference]
    say(
        "done",
        f"{len(cells) - len(refused)} adopted, {len(refused)} refused; what was replaced goes with: rlbench prune",
    )
    return 1 if refused else 0


def _verdicts(plan: Plan, cells: list[Cell], seeds: int, cores: int) -> list[Verdict]:
    """One process for each core, each taking cell after cell."""
    os.environ[VARIABLE] = str(os.getpid())
    spawn = multiprocessing.get_context("spawn")
    found = []
    with ProcessPoolExecutor(cores, spawn, initializer=end_with_parent) as pool:
        asked = [pool.submit(ask, plan.config.path, cell.folder, seeds) for cell in cells]
        for count, done in enumerate(as_completed(asked), 1):
            found.append(done.result())
            say("same" if found[-1].difference is None else "refused", f"{count} of {len(asked)}  {found[-1]}")
    return found


def ask(path: Path, folder: Path, count: int) -> Verdict:
    """Ask for one cell of the configuration at this path, and adopt its earlier runs where the answer is yes."""
    plan = make(config.load(path))
    [cell] = [cell for cell in plan.cells if cell.folder == folder]
    earlier = newest_earlier(plan.config.results, cell)
    assert earlier is not None, f"{folder} has no earlier runs"
    seeds = chosen_seeds(cell, earlier.seeds, count)
    difference = first_difference(plan, cell, earlier, seeds)
    if difference is None:
        restamp(plan.config.results, cell, earlier, seeds)
    return Verdict(f"{cell.label} on {cell.task}", seeds, difference)
