"""What was measured of estimators of a gradient, by task, as tables and pictures want it."""

from dataclasses import dataclass, fields

import pandas as pd

from rlbench.report.columns import filled, with_bounds
from rlbench.report.study import Study
from rlbench.stats.gradient_moments import Moments
from rlbench.stats.gradient_quantities import quantities

YARDSTICK = "reward-to-go"
"""The estimator whose variance that of all others is held against."""
MOMENTS = [one.name for one in fields(Moments)]


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
    explained: tuple[float, float]
    """What the critic without discount and the one with it explain of the variance of what they should have said."""

    def ratio(self, estimator: str, other: str, quantity: str) -> float:
        """One's estimate over another's."""
        return self.of(estimator, quantity) / self.of(other, quantity)

    def of(self, estimator: str, quantity: str) -> float:
        """One's estimate."""
        return float(self.lines[quantity].to_dict()[estimator])

    def bounds(self, estimator: str, quantity: str) -> tuple[float, float, float]:
        """The same with its bounds."""
        first, low, high = (self.of(estimator, name) for name in with_bounds([quantity]))
        return first, low, high


def estimates(study: Study) -> list[Estimates]:
    """Those of every task of the study of gradient estimators, in the plan's order of tasks."""
    return [_of(task, study.gradients[task]) for task in study.plan.tasks if task in study.gradients]


def _of(task: str, found: pd.DataFrame) -> Estimates:
    facts = found.iloc[0]
    each = {str(name): own for name, own in found.groupby("estimator", sort=False)}
    moments = {name: Moments(*own[MOMENTS].to_numpy().T) for name, own in each.items()}
    shape = (int(facts["blocks"]), int(facts["reference_blocks"]))
    lines = [
        {"estimator": name, "kind": each[name]["kind"].iloc[0]} | filled(quantities(own, moments[YARDSTICK], shape))
        for name, own in moments.items()
    ]
    return Estimates(
        task=task,
        policy=str(facts["policy"]),
        batches=int(facts["batches"]),
        reference_batches=int(facts["reference_batches"]),
        episodes=int(facts["episodes"]),
        group=int(facts["group"]),
        lines=pd.DataFrame(lines).set_index("estimator"),
        explained=(float(facts["explained_without_discount"]), float(facts["explained_with_discount"])),
    )
