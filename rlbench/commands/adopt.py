"""Keep results through a change of code that changes no result: train a few seeds again, compare every byte.

Each cell whose fingerprint has changed is asked for some of its seeds again. Where all that they record is equal, the
earlier files are written under the new fingerprint with that evidence beside them; where not, the cell stays as it is
and will be trained anew.
"""

import subprocess
from dataclasses import dataclass

from rlbench.commands.earlier import Earlier, newest_earlier
from rlbench.commands.earlier_artefact import EarlierArtefact, drawn, earlier_artefacts, made_again, stand_for
from rlbench.commands.earlier_code import EarlierCode, earlier_code
from rlbench.commands.evidence import chosen_seeds, first_difference
from rlbench.commands.prepare import prepare
from rlbench.commands.restamp import restamp
from rlbench.commands.results import NotPossible, alone_in, say
from rlbench.commands.workers import side_by_side
from rlbench.core.cell import Cell
from rlbench.core.plan import Plan


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


def adopt(plan: Plan, *, seeds: int, cores: int, against: str = "", share: float = 1.0) -> int:
    """Adopt what can be adopted of the plan's missing cells; returns an exit code, 1 where one was refused.

    With `against`, a commit, the present code is held against that one's on this machine, over a `share` of the budget;
    without, against what is recorded. Raises NotPossible where another rlbench is at work on these results or there is
    no such commit.
    """
    with alone_in(plan.config.results):
        if not against:
            return _adopt(plan, seeds, cores, None)
        try:
            with earlier_code(plan, against, share) as code:
                return _adopt(plan, seeds, cores, code)
        except subprocess.CalledProcessError as error:
            raise NotPossible(f"  {against}: {(error.stderr or str(error)).strip()}") from None


def _adopt(plan: Plan, seeds: int, cores: int, code: EarlierCode | None) -> int:
    results = plan.config.results
    _artefacts(plan, seeds, cores)
    missing = list({job.cell.folder: job.cell for job in plan.missing}.values())
    known = [(cell, earlier) for cell in missing if (earlier := newest_earlier(results, cell))]
    say("adopt", f"{len(missing)} cells are missing, {len(known)} of them have earlier runs that were told the same")
    refused = sum(verdict.difference is not None for verdict in _verdicts(plan, known, seeds, cores, code))
    say("done", f"{len(known) - refused} adopted, {refused} refused; what was replaced goes with: rlbench prune")
    return 1 if refused else 0


def _artefacts(plan: Plan, count: int, cores: int) -> None:
    """What cells begin from: of each kind and task some are made again, and the others kept where these are the same.
    What is missing after that is made by the pipeline or, where cells are asked for, here."""
    results, groups = plan.config.results, {}
    for one in earlier_artefacts(plan):
        groups.setdefault(one.group, []).append(one)
    for kind in dict.fromkeys(kind for kind, _ in groups):
        asked = [(plan, group, count) for (of, _), group in groups.items() if of == kind]
        for line in side_by_side(cores, keep, asked):
            say(kind, line)
    needed = {one.path: one for job in plan.missing for one in job.cell.artefacts}
    for one in needed.values():
        if not (results / one.record).exists():
            say(one.kind, f"making {one.task}'s again")
            prepare(plan, results / one.record)


def keep(plan: Plan, group: list[EarlierArtefact], count: int) -> str:
    """Make some of a group again and keep the others where these are the same; returns what came of it."""
    task, same = group[0].wanted.task, [one for one in group if one.from_the_same]
    if not same:
        return f"{task}: made from something else than before"
    again = drawn(same, count)
    if not made_again(plan, again):
        return f"{task}: made again, not the same"
    rest = [one for one in same if one not in again]
    for one in rest:
        stand_for(plan.config.results, one, again)
    return f"{task}: {len(again)} made again, every byte is the same; {len(rest)} kept"


def _verdicts(
    plan: Plan, known: list[tuple[Cell, Earlier]], seeds: int, cores: int, code: EarlierCode | None
) -> list[Verdict]:
    """One process for each core, each taking cell after cell."""
    asked = [(plan, cell, earlier, seeds, code) for cell, earlier in known]
    found = []
    for verdict in side_by_side(cores, ask, asked):
        found.append(verdict)
        say("same" if verdict.difference is None else "refused", f"{len(found)} of {len(asked)}  {verdict}")
    return found


def ask(plan: Plan, cell: Cell, earlier: Earlier, count: int, code: EarlierCode | None) -> Verdict:
    """Whether the earlier runs of a cell would come out the same now; they are adopted where they would."""
    seeds = chosen_seeds(cell, earlier.seeds, count)
    compare = code.first_difference if code else first_difference
    difference = compare(plan, cell, earlier, seeds)
    if difference is None:
        restamp(plan, cell, earlier, seeds, code)
    return Verdict(f"{cell.label} on {cell.task}", seeds, difference)
