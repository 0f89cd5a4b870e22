"""C6: a step that is too large spoils the data that come after it, one that is too small leads nowhere."""

from collections.abc import Callable

import numpy as np

from rlbench.report.claim import MATTERS, MATTERS_REASON, OF_RANGE, Answer, Claim, Question
from rlbench.report.evidence import Evidence, over_units
from rlbench.report.setting_curves import Curve
from rlbench.report.step_curves import step_curves
from rlbench.report.study import Study
from rlbench.stats.step_response import scores_at_best
from rlbench.stats.verdict import Region

CLAIM = Claim(
    6,
    "Too large a step overshoots into bad data and does not recover, too small a one crawls",
    "TRPO: what is still wrong with actor-critic",
)
LARGE = Question("score at the largest step less that at the best one", OF_RANGE, Region(high=-MATTERS), MATTERS_REASON)
SMALL = Question(
    "score at the smallest step less that at the best one", OF_RANGE, Region(high=-MATTERS), MATTERS_REASON
)
FALLS = Question(
    "runs that fell for good with a larger step than the published one, less those with a smaller one",
    "share of runs",
    Region(low=0.05),
    "one run in twenty",
)
MISSING = "a study of step sizes"


def answers(study: Study) -> list[Answer]:
    """Over the curves of every method on every task of the study whose best step learns anything."""
    learned = [one for one in step_curves(study) if scores_at_best(one.scores).mean() > MATTERS]

    def found(number: Callable[[Curve], float]) -> Evidence | None:
        return over_units([number(one) for one in learned], "curves") if learned else None

    return [
        Answer(LARGE, found(lambda one: _less_than_best(one, -1)), MISSING),
        Answer(SMALL, found(lambda one: _less_than_best(one, 0)), MISSING),
        Answer(FALLS, found(_falls_of_large_steps), MISSING),
    ]


def _less_than_best(curve: Curve, place: int) -> float:
    return float((curve.scores[:, place] - scores_at_best(curve.scores)).mean())


def _falls_of_large_steps(curve: Curve) -> float:
    """0 on a side without steps: nothing fell there."""
    steps = np.asarray(curve.values)
    sides = (curve.collapsed[steps > curve.published], curve.collapsed[steps < curve.published])
    larger, smaller = (float(side.mean()) if len(side) else 0.0 for side in sides)
    return larger - smaller
