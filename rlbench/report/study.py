"""All that a table, a figure or the page is made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from rlbench.core.schema import Split
from rlbench.report.plan import Plan
from rlbench.report.runs import Runs
from rlbench.stats.curves import align, nominal_steps, seed_curves
from rlbench.stats.scores import seed_scores


@dataclass(frozen=True)
class Study:
    """A plan, its runs, and one line of scores per run (columns in stats.scores)."""

    plan: Plan
    runs: Runs
    scores: pd.DataFrame

    @classmethod
    def read(cls, results_dir: Path, plan_path: Path) -> "Study":
        """Read plan and runs; raises as Plan.read and Runs.read do."""
        plan = Plan.read(plan_path)
        runs = Runs.read(results_dir, plan)
        anchors = {name: task.anchors for name, task in plan.tasks.items()}
        budgets = {name: task.budget for name, task in plan.tasks.items()}
        return cls(plan=plan, runs=runs, scores=seed_scores(runs.rows, runs.outcomes, anchors, budgets))

    def cells(self) -> Iterator[tuple[str, str, str, str, pd.DataFrame]]:
        """(task, method, variant, label, scores of its seeds) of every cell that was run, in the plan's order."""
        for task in self.plan.tasks:
            for method, variant in self.plan.series():
                scores = self.cell_scores(task, method, variant)
                if len(scores):
                    yield task, method, variant, self.plan.label(method, variant), scores

    def cell_scores(self, task: str, method: str, variant: str) -> pd.DataFrame:
        """The scores of one cell's seeds; empty where there is a gap."""
        at = (self.scores["task"] == task) & (self.scores["method"] == method) & (self.scores["variant"] == variant)
        return self.scores[at]

    def by_task(self, method: str, variant: str) -> dict[str, pd.DataFrame] | None:
        """Scores per task of a method that was run on every task of a plan with several, else None.

        An average over tasks is only made for these: over different tasks, it would compare tasks and not methods.
        """
        scores = {task: self.cell_scores(task, method, variant) for task in self.plan.tasks}
        return scores if len(scores) > 1 and all(len(cell) for cell in scores.values()) else None

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Deterministic evaluation of every run on its task's grid of evaluation steps (columns in stats.curves)."""
        tasks = self.plan.tasks
        curves = seed_curves(
            self.runs.rows,
            self.runs.outcomes,
            Split.DETERMINISTIC,
            {name: task.anchors for name, task in tasks.items()},
            {name: task.budget for name, task in tasks.items()},
        )
        return align(curves, {name: nominal_steps(task.budget, task.evaluations) for name, task in tasks.items()})
