"""Estimates of KL to the reference beside the KL that they estimate, as far as runs recorded both."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric, Split
from rlbench.report.at_the_end import recorded
from rlbench.report.study import CELL, Study

DECISIONS = "exact at each decision"
ESTIMATORS = {"k1": AnswerMetric.KL_K1, "k3": AnswerMetric.KL_K3, DECISIONS: Metric.KL_REFERENCE_EPISODE}
"""What estimates KL from sampled answers: the last one is random in the answers alone."""
TRUTH = {AnswerMetric.EXACT_KL_REFERENCE: "exact over all answers", Metric.KL_REFERENCE_EPISODE: DECISIONS}
"""What estimates are held against, the best that was recorded."""
LEAST = 1e-6
"""Nats below which nothing is estimated: a policy that has not moved, and the rounding of float32."""
PROBE = "kl_estimators"
DRAWS = 100
"""Of which the probe's estimates are means here, as many as evaluations have answers."""


@dataclass(frozen=True)
class Estimated:
    """Evaluations of one task: columns of CELL, `seed`, `kl` (what is held against, as `truth` calls it), and one for
    each of `estimators`."""

    truth: str
    estimators: tuple[str, ...]
    evaluations: pd.DataFrame


def estimated(study: Study) -> dict[str, Estimated]:
    """By task, in the plan's order; nothing of tasks on which no estimate was recorded."""
    return {task: _estimated(study, task) for task in recorded(study, AnswerMetric.KL_K1)}


def _estimated(study: Study, task: str) -> Estimated:
    rows = study.runs.rows
    own = rows[(rows["task"] == task) & (rows["split"] == Split.STOCHASTIC)]
    wide = own[own["metric"].isin([*ESTIMATORS.values(), *TRUTH])].pivot(
        index=[*CELL, "seed", "step"], columns="metric", values="value"
    )
    held = next(metric for metric in TRUTH if metric in wide)
    made = {name: wide[metric] for name, metric in ESTIMATORS.items() if metric != held}
    frame = pd.DataFrame({"kl": wide[held], **made}).dropna()
    return Estimated(TRUTH[held], tuple(made), frame[frame["kl"] > LEAST].reset_index())


def known(study: Study) -> pd.DataFrame:
    """What the probe found, with `error`, the relative root mean squared error of a mean over DRAWS."""
    found = study.probes[PROBE]
    return found.assign(error=np.sqrt(found["bias"] ** 2 + found["deviation"] ** 2 / DRAWS))
