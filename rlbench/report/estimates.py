"""What was measured of estimators of a gradient, by task, as tables and pictures want it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from rlbench.report.columns import with_bounds
from rlbench.report.study import Study

BOUNDS = ["estimate", "low", "high"]
EXPLAINED = "explained_variance"


@dataclass(frozen=True)
class Estimates:
    """All estimators at one policy of one task."""

    task: str
    policy: str
    """In words."""
    batches: int
    reference_batches: int
    episodes: int
    group: int
    lines: pd.DataFrame
    """Index estimator, in their order; `kind`, and each quantity with its bounds."""
    explained: dict[str, float]
    """What each critic explains of the variance of what it should have said."""

    def ratio(self, estimator: str, other: str, quantity: str) -> float:
        """One's estimate over another's."""
        return float(self.lines.loc[estimator, quantity] / self.lines.loc[other, quantity])


def estimates(study: Study) -> list[Estimates]:
    """Those of every task of the study of gradient estimators, in the plan's order of tasks."""
    return [_of(task, study.gradients[task]) for task in study.plan.tasks if task in study.gradients]


def quantity(lines: pd.DataFrame, name: str) -> Iterator[tuple[float, float, float]]:
    """One quantity of each line, with its bounds."""
    return lines[with_bounds([name])].itertuples(index=False, name=None)


def _of(task: str, found: pd.DataFrame) -> Estimates:
    facts = found.iloc[0]
    critics = found[found["quantity"] == EXPLAINED]
    numbers = found[found["quantity"] != EXPLAINED]
    order = numbers["estimator"].unique()
    wide = numbers.pivot(index="estimator", columns="quantity", values=BOUNDS)
    wide.columns = [name if bound == "estimate" else f"{name}_{bound}" for bound, name in wide.columns]
    kinds = numbers.drop_duplicates("estimator").set_index("estimator")[["kind"]]
    return Estimates(
        task=task,
        policy=str(facts["policy"]),
        batches=int(facts["batches"]),
        reference_batches=int(facts["reference_batches"]),
        episodes=int(facts["episodes"]),
        group=int(facts["group"]),
        lines=kinds.join(wide).loc[order],
        explained=dict(zip(critics["estimator"], critics["estimate"], strict=True)),
    )
