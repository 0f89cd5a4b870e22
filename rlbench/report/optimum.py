"""The best policy there is under a price of KL, as far as recorded rows tell: its worth and the price."""

from dataclasses import dataclass

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Split
from rlbench.report.study import Study

EXACT = (AnswerMetric.EXACT_RETURN, AnswerMetric.EXACT_KL_REFERENCE, AnswerMetric.REGRET, AnswerMetric.KL_OPTIMUM)


@dataclass(frozen=True)
class Optimum:
    """What the objective, reward less `price` times KL to the reference, comes to at most."""

    price: float
    """Reward per nat."""
    worth: float
    lacking: float
    """What the policy that all begin from, the reference, lacks of it."""


def optimum(study: Study, task: str) -> Optimum | None:
    """From the exact measures of a task's policies; None where there are none, or none but the optimum itself.

    What a policy lacks is the price times its KL to the optimum (Rafailov et al. 2023, arXiv:2305.18290, appendix A.1),
    which gives the price of a nat; and what it lacks and what it is worth add up to the worth of the optimum, whatever
    the policy.
    """
    rows = study.runs.rows
    own = rows[(rows["task"] == task) & (rows["split"] == Split.STOCHASTIC) & rows["metric"].isin(EXACT)]
    wide = own.pivot(index=["method", "variant", "seed", "step"], columns="metric", values="value")
    known = wide.reindex(columns=list(EXACT)).dropna()
    away = known[AnswerMetric.KL_OPTIMUM].sum()
    if not away > 0:
        return None
    price = float(known[AnswerMetric.REGRET].sum() / away)
    worth = known[AnswerMetric.EXACT_RETURN] - price * known[AnswerMetric.EXACT_KL_REFERENCE]
    begun = known[AnswerMetric.REGRET][known.index.get_level_values("step") == 0]
    return Optimum(price, float((worth + known[AnswerMetric.REGRET]).median()), float(begun.median()))
