"""What a run's last policy was measured to be, one number for each run."""

import numpy as np

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric, Outcome, Split
from rlbench.report.study import Study
from rlbench.report.values import Series
from rlbench.stats.scores import at_the_end

FAILED = "A run that failed has no last policy: it counts with the one that it began from."
"""What a table says that is made of these."""


def last(study: Study, task: str, series: Series, metric: Metric | AnswerMetric) -> np.ndarray:
    """Mean over the last tenth of each run's evaluations with sampled actions, [seeds that recorded any].

    A run that failed counts with its evaluation before training. What is not a number in an evaluation, as the length
    of answers of which there were none, is left out of a run's mean; NaN where nothing is left.
    """
    rows = study.cell_rows(task, *series, Split.STOCHASTIC, metric)
    if rows.empty:
        return np.empty(0)
    ends = study.cell_scores(task, *series).set_index("seed")["outcome"]
    found = []
    for seed, run in rows.sort_values(["seed", "step"]).groupby("seed"):
        values = run["value"].to_numpy()
        kept = at_the_end(run["step"].to_numpy(), values) if ends[seed] == Outcome.FINISHED else values[:1]
        finite = kept[np.isfinite(kept)]
        found.append(finite.mean() if len(finite) else np.nan)
    return np.array(found)


def first(study: Study, task: str, series: Series, metric: Metric | AnswerMetric) -> np.ndarray:
    """The same before training, [seeds that recorded any]; NaN where it was not a number."""
    rows = study.cell_rows(task, *series, Split.STOCHASTIC, metric).sort_values(["seed", "step"])
    return rows.groupby("seed")["value"].nth(0).to_numpy(dtype=float)


def recorded(study: Study, metric: Metric | AnswerMetric) -> list[str]:
    """Tasks on which evaluations with sampled actions measured it, in the plan's order."""
    places = study.recorded(Split.STOCHASTIC, metric)
    return [task for task in study.plan.tasks if task in places]
