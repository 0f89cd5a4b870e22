"""The study of step sizes as curves: scores of one method on one task, one step after another."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report.plan import DEFAULT_VARIANT, Point
from rlbench.report.study import Study
from rlbench.report.values import Series
from rlbench.stats.collapse import collapses

LENGTH = {"lr": 1.0, "max_kl": 0.5}
"""The power of a setting that the length of a step goes with; KL is quadratic in it."""
NAMES = {"lr": "learning rate", "max_kl": "bound on KL"}


@dataclass(frozen=True)
class Curve:
    """Normalised final scores [seeds, steps] of the same seeds at every step, and what became of these runs."""

    task: str
    method: str
    setting: str
    steps: tuple[float, ...]
    """Values of the setting, ascending."""
    published: float
    scores: np.ndarray
    collapsed: np.ndarray
    """Share of runs at each step that fell and did not recover."""
    failed: np.ndarray
    """Number of runs at each step that failed."""
    flop: float
    """Of all runs together."""

    @property
    def series(self) -> Series:
        """Method and variant, as in the matrix."""
        return self.method, DEFAULT_VARIANT

    @property
    def places(self) -> np.ndarray:
        """Decades of the length of a step."""
        return np.log10(self.steps) * LENGTH.get(self.setting, 1.0)

    @property
    def lengths(self) -> np.ndarray:
        """Lengths of the steps in parts of the published one."""
        return 10 ** (self.places - self.places[self.steps.index(self.published)])

    @property
    def name(self) -> str:
        """What readers call the setting."""
        return NAMES.get(self.setting, self.setting.replace("_", " "))


def curves(study: Study) -> list[Curve]:
    """Every curve of the study, in the order of the plan; none where there is no such study."""
    if study.points is None:
        return []
    fell = collapses(study.points.evaluated, study.plan.anchors).set_index(["task", "method", "variant"])["collapsed"]
    kin = groupby(study.plan.points, lambda point: (point.cell.task, point.cell.method, point.setting))
    return [_curve(study.points, list(points), fell) for _, points in kin]


def _curve(study: Study, points: list[Point], fell: pd.Series) -> Curve:
    cells = [(point.cell.task, point.cell.method, point.cell.variant) for point in points]
    first = points[0]
    [published] = [point.value for point in points if point.published]
    return Curve(
        task=first.cell.task,
        method=first.cell.method,
        setting=first.setting,
        steps=tuple(point.value for point in points),
        published=published,
        scores=np.stack([study.normalised(*cell) for cell in cells], axis=1),
        collapsed=np.array([fell.loc[[cell]].mean() for cell in cells]),
        failed=np.array([int((study.cell_scores(*cell)["outcome"] != Outcome.FINISHED).sum()) for cell in cells]),
        flop=float(sum(study.costs[cell]["flop"].sum() for cell in cells)),
    )
