"""Studies of settings as curves: scores of one method on one task, one value of a setting after another."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report.plan import Plan, Point
from rlbench.report.study import Study
from rlbench.report.values import Series
from rlbench.stats.collapse import collapses

NAMES = {
    "lr": "learning rate",
    "max_kl": "bound on KL",
    "clip": "ε",
    "lam": "λ",
    "target_kl": "KL target",
    "factor": "factor of β",
    "beta": "β",
    "rollout.group": "size of a group",
}
"""Settings whose names in a configuration are not words for readers."""


@dataclass(frozen=True)
class Curve:
    """Normalised final scores [seeds, values] of the same seeds at every value, and what became of these runs."""

    task: str
    series: Series
    """Method and variant, as in the matrix."""
    setting: str
    values: tuple[float, ...]
    """Of the setting, ascending."""
    published: float
    cells: tuple[Series, ...]
    """Method and variant of every value's runs, as in the study of the points."""
    scores: np.ndarray
    collapsed: np.ndarray
    """Share of runs at each value that fell and did not recover."""
    failed: np.ndarray
    """Number of runs at each value that failed."""
    flop: float
    """Of all runs together."""

    @property
    def name(self) -> str:
        """What readers call the setting."""
        return NAMES.get(self.setting, self.setting.replace("_", " ").replace(".", ", "))

    def at(self, value: float) -> np.ndarray:
        """Scores with one value, [seeds]."""
        return self.scores[:, self.values.index(value)]


def curves(study: Study, name: str) -> list[Curve]:
    """Every curve of the study of this name, in the order of the plan; none where it was not asked for."""
    if not study.plan.points.get(name):
        return []
    points = study.points[name]
    fell = collapses(points.evaluated, study.plan.anchors).set_index(["task", "method", "variant"])["collapsed"]
    kin = groupby(study.plan.points[name], lambda point: (point.cell.task, point.cell.method, point.of, point.setting))
    return [_curve(points, list(own), fell) for _, own in kin]


def title(plan: Plan, curve: Curve) -> str:
    """A curve's method and setting for readers."""
    return f"{plan.label(*curve.series)}: {curve.name}"


def _curve(study: Study, points: list[Point], fell: pd.Series) -> Curve:
    cells = [(point.cell.task, point.cell.method, point.cell.variant) for point in points]
    first = points[0]
    [published] = [point.value for point in points if point.published]
    return Curve(
        task=first.cell.task,
        series=(first.cell.method, first.of),
        setting=first.setting,
        values=tuple(point.value for point in points),
        published=published,
        cells=tuple((method, variant) for _, method, variant in cells),
        scores=np.stack([study.normalised(*cell) for cell in cells], axis=1),
        collapsed=np.array([fell.loc[[cell]].mean() for cell in cells]),
        failed=np.array([int((study.cell_scores(*cell)["outcome"] != Outcome.FINISHED).sum()) for cell in cells]),
        flop=float(sum(study.costs[cell]["flop"].sum() for cell in cells)),
    )
