"""All that a table, a figure or the page is made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.ending import Asked
from rlbench.core.schema import Metric, Split
from rlbench.report.beginnings import Beginnings, read_beginnings
from rlbench.report.calibrated import read_calibration
from rlbench.report.costs import run_costs
from rlbench.report.endings import read_endings
from rlbench.report.gradients import read_gradients
from rlbench.report.pairs import Pair, pairs
from rlbench.report.plan import Plan
from rlbench.report.probes import read_probes
from rlbench.report.reward_points import COLUMNS as REWARD_POINTS
from rlbench.report.reward_points import read_reward_points
from rlbench.report.runs import Runs
from rlbench.report.values import Series, Values
from rlbench.stats.curves import SEED, align, nominal_steps, seed_curves
from rlbench.stats.evaluation_noise import final_noise, standard_errors
from rlbench.stats.falls import COLUMNS as FALLS
from rlbench.stats.falls import falls
from rlbench.stats.scores import seed_scores

CELL = SEED[:-1]
"""The columns that name a cell."""


@dataclass(frozen=True)
class Study:
    """A plan, its runs, one line of scores per run (columns in stats.scores), what intervals are worth, what probes
    found, and what runs began from."""

    plan: Plan
    runs: Runs
    scores: pd.DataFrame
    calibration: pd.DataFrame
    """What simulation says of intervals and tests (columns in stats.calibration and stats.kept)."""
    probes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    beginnings: Beginnings = field(default_factory=dict)

    gradients: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """What was measured of estimators of a gradient on each task of that study (lines of gradients.measure)."""
    points: "Mapping[str, Study]" = field(default_factory=dict)
    """The points of each study of settings as a study of their own."""
    reward_points: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=REWARD_POINTS))
    """Those of the study of reward models (columns in report.reward_points)."""
    endings: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """What was measured of last policies, by what was asked (lines of endings.prompts and endings.kl_initial)."""

    @classmethod
    def read(cls, results_dir: Path, plan_path: Path) -> "Study":
        """Read plan, runs, calibration, probes and records; raises as Plan.read and the others do."""
        plan = Plan.read(plan_path)
        calibration = read_calibration(results_dir, plan)
        points = {name: cls._of(results_dir, plan.of_points(name), calibration) for name in plan.points}
        gradients = read_gradients(results_dir, plan.gradients)
        rewards = read_reward_points(results_dir, plan.reward_points)
        own = cls._of(results_dir, plan, calibration)
        beside = {"gradients": gradients, "reward_points": rewards, "endings": read_endings(results_dir, plan.endings)}
        return replace(own, points=points, **beside)

    @classmethod
    def _of(cls, results_dir: Path, plan: Plan, calibration: pd.DataFrame) -> "Study":
        runs = Runs.read(results_dir, plan)
        budgets = {name: task.budget for name, task in plan.tasks.items()}
        scores = seed_scores(runs.rows, runs.outcomes, plan.judged, plan.anchors, budgets)
        begun = [(block.cell.task, block.began_from) for block in runs.blocks]
        beginnings = read_beginnings(results_dir, begun)
        return cls(plan, runs, scores, calibration, read_probes(results_dir, plan.probes), beginnings)

    @property
    def runs_beside(self) -> int:
        """Runs of studies of settings that are none of the matrix's, each counted once."""
        beside = {run for points in self.points.values() for run in points.runs.names}
        return len(beside - self.runs.names)

    def cells(self) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
        """(task, method, variant, scores of its seeds) of every cell that was run, in the plan's order."""
        for task in self.plan.tasks:
            for method, variant in self.plan.series():
                scores = self.cell_scores(task, method, variant)
                if len(scores):
                    yield task, method, variant, scores

    def places(self) -> Iterator[tuple[str, Series]]:
        """(task, series) of every cell that was run, in the same order."""
        yield from ((task, (method, variant)) for task, method, variant, _ in self.cells())

    def names(self, method: str, variant: str) -> dict[str, str]:
        """What a line of a table calls it: columns method and family."""
        return {"method": self.plan.label(method, variant), "family": self.plan.family(method)}

    def cell_scores(self, task: str, method: str, variant: str) -> pd.DataFrame:
        """The scores of one cell's seeds; empty where there is a gap."""
        return self._scores.get((task, method, variant), self.scores.iloc[:0])

    def cell_updates(self, task: str, method: str, variant: str) -> pd.DataFrame:
        """What the updates of one cell's seeds came to (columns in stats.updates), one line per seed."""
        return self._updates.get((task, method, variant), self.runs.updates.iloc[:0])

    def cell_falls(self, task: str, method: str, variant: str) -> pd.DataFrame:
        """What one cell's seeds lost of what they had learned (columns in stats.falls), one line per seed."""
        return self._falls.get((task, method, variant), pd.DataFrame(columns=FALLS))

    def cell_noise(self, task: str, method: str, variant: str) -> np.ndarray:
        """Squared standard error of the final scores of one cell's seeds, in their order."""
        lines = self._noise.get((task, method, variant))
        return np.empty(0) if lines is None else lines["noise"].to_numpy()

    def normalised(self, task: str, method: str, variant: str, score: str = "final") -> np.ndarray:
        """One column of the scores of a cell's seeds on the task's scale: 0 the random policy, 1 the solved line."""
        anchors = self.plan.tasks[task].anchors
        return np.array([anchors.normalise(value) for value in self.cell_scores(task, method, variant)[score]])

    def cell_curves(self, task: str, method: str, variant: str) -> pd.DataFrame:
        """The evaluations that one cell is judged by: index step, one column per seed."""
        return self._wide(self._curves, (task, method, variant), "value")

    def cell_kl(self, task: str, method: str, variant: str) -> pd.DataFrame:
        """Median KL of an update in each part of training: index step, one column per seed."""
        return self._wide(self._kl, (task, method, variant), "kl")

    def cell_rows(
        self, task: str, method: str, variant: str, split: Split, metric: Metric | AnswerMetric
    ) -> pd.DataFrame:
        """Whatever else one cell's seeds recorded when evaluated or prepared, with the columns of stats.curves."""
        rows = self._rows.get((task, method, variant, split, metric), self.runs.rows.iloc[:0])
        return rows[[*SEED, "step", "value"]]

    def recorded(self, split: Split, metric: Metric | AnswerMetric) -> set[str]:
        """Tasks on which some run recorded it when evaluated or prepared."""
        return {task for task, _, _, where, what in self._rows if (where, what) == (split, metric)}

    def cell_collected(self, task: str, method: str, variant: str, metric: AnswerMetric) -> pd.DataFrame:
        """What one cell's seeds measured of the answers that they learned from (columns in stats.collected)."""
        return self._collected.get((task, method, variant, metric), self.runs.collected.iloc[:0])

    def cell_ending(self, task: str, method: str, variant: str, asked: Asked) -> pd.DataFrame:
        """What was measured of the last policies of one cell's seeds; empty where nothing was."""
        cell, lines = self.plan.cell(task, method, variant), self._endings.get((asked, task, method, variant))
        return pd.DataFrame() if cell is None or lines is None else lines[lines["seed"].isin(cell.seeds)]

    def on_grid(self, task: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Such rows at the steps at which an evaluation was due: index step, one column per seed."""
        planned = self.plan.tasks[task]
        aligned = align(rows, {task: nominal_steps(planned.budget, planned.evaluations)})
        return aligned.pivot(index="step", columns="seed", values="value")

    def seeds(self, task: str) -> list[int]:
        """How many training runs the cells of a task have, each number once, the smallest first."""
        return sorted({len(cell.seeds) for cell in self.plan.cells if cell.task == task})

    def by_task(self, method: str, variant: str) -> dict[str, pd.DataFrame] | None:
        """Scores per task of a method that was run on every task of a plan with several, else None.

        An average over tasks is only made for these: over different tasks, it would compare tasks and not methods.
        """
        scores = {task: self.cell_scores(task, method, variant) for task in self.plan.tasks}
        return scores if len(scores) > 1 and all(len(cell) for cell in scores.values()) else None

    @staticmethod
    def _wide(cells: dict[tuple, pd.DataFrame], cell: tuple[str, str, str], values: str) -> pd.DataFrame:
        return cells[cell].pivot(index="step", columns="seed", values=values) if cell in cells else pd.DataFrame()

    @cached_property
    def _scores(self) -> dict[tuple, pd.DataFrame]:
        return _split(self.scores, CELL)

    @cached_property
    def _updates(self) -> dict[tuple, pd.DataFrame]:
        return _split(self.runs.updates, CELL)

    @cached_property
    def _kl(self) -> dict[tuple, pd.DataFrame]:
        return _split(self.runs.kl, CELL)

    @cached_property
    def _curves(self) -> dict[tuple, pd.DataFrame]:
        return _split(self.curves, CELL)

    @cached_property
    def _rows(self) -> dict[tuple, pd.DataFrame]:
        return _split(self.runs.rows, [*CELL, "split", "metric"])

    @cached_property
    def _collected(self) -> dict[tuple, pd.DataFrame]:
        return _split(self.runs.collected, [*CELL, "metric"])

    @cached_property
    def _endings(self) -> dict[tuple, pd.DataFrame]:
        parts = {asked: _split(lines, CELL) for asked, lines in self.endings.items()}
        return {(asked, *cell): lines for asked, cells in parts.items() for cell, lines in cells.items()}

    @cached_property
    def finals(self) -> Values:
        """Normalised final scores of every cell that was evaluated."""
        found = {
            (task, method, variant): self.normalised(task, method, variant) for task, method, variant, _ in self.cells()
        }
        return {cell: values for cell, values in found.items() if np.isfinite(values).all()}

    @cached_property
    def costs(self) -> dict[tuple[str, str, str], pd.DataFrame]:
        """What the runs of every cell cost, counted (columns in report.costs), one line per seed."""
        return _split(run_costs(self.runs.rows, self.scores), CELL)

    @cached_property
    def improvements(self) -> list[Pair]:
        """Every two methods on the tasks that both ran on, by these scores."""
        return pairs(self.plan.series(), self.finals)

    @cached_property
    def _falls(self) -> dict[tuple, pd.DataFrame]:
        return _split(falls(self.evaluated, self._errors, self.plan.anchors), CELL)

    @cached_property
    def _noise(self) -> dict[tuple, pd.DataFrame]:
        return _split(final_noise(self._errors, self.runs.outcomes), CELL)

    @cached_property
    def _errors(self) -> pd.DataFrame:
        return standard_errors(self.runs.rows, self.plan.judged)

    @cached_property
    def evaluated(self) -> pd.DataFrame:
        """The evaluations that every run is judged by, at the steps of its own (columns in stats.curves)."""
        budgets = {name: task.budget for name, task in self.plan.tasks.items()}
        return seed_curves(self.runs.rows, self.runs.outcomes, self.plan.judged, self.plan.anchors, budgets)

    @cached_property
    def curves(self) -> pd.DataFrame:
        """The evaluations that every run is judged by, on its task's grid of steps (columns in stats.curves)."""
        tasks = self.plan.tasks.items()
        return align(self.evaluated, {name: nominal_steps(task.budget, task.evaluations) for name, task in tasks})


def _split(frame: pd.DataFrame, columns: list[str]) -> dict[tuple, pd.DataFrame]:
    """The lines of a frame by the values of some columns, found once and not again for every cell."""
    return dict(iter(frame.groupby(columns, sort=False, observed=True)))
