"""What did learning from preferences give, and how far did it go from the reference?"""

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.frontier import DISTANCE, evaluated, finished_ends, preference_tasks, returns
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series
from rlbench.stats.budgets import value_at
from rlbench.stats.curves import SEED
from rlbench.stats.intervals import Interval, t_interval

AT_THE_END = {
    "proxy_return": Metric.PROXY_RETURN,
    "kl_reference_episode": DISTANCE,
    "preference_accuracy": AnswerMetric.PREFERENCE_ACCURACY,
}
BUDGETS = (2, 5, 10, 20)
"""Nats per episode at which policies are compared at equal distance from the reference."""
HEADINGS = {
    "gold_return": "hidden return",
    "proxy_return": "learned return",
    "kl_reference_episode": "KL to reference",
    **{f"return_at_{budget}": f"return at KL {budget}" for budget in BUDGETS},
    "preference_accuracy": "own accuracy",
}


def table(study: Study) -> Table:
    """Hidden and learned return and divergence at the end of training, and at equal divergence."""
    tasks, lines, intervals = preference_tasks(study), [], []
    for task, method, variant, scores in study.cells():
        if task in tasks:
            made = _measured(study, task, (method, variant), scores)
            intervals += [interval for interval in made.values() if np.isfinite(interval.estimate)]
            lines.append({"task": task, **study.names(method, variant), "n": len(scores)} | filled(made))
    frame = pd.DataFrame(lines, columns=["task", "method", "family", "n", *with_bounds(HEADINGS)])
    if frame["preference_accuracy"].isna().all():
        frame = frame.drop(columns=with_bounds(["preference_accuracy"]))
    return Table(
        identifier="preferences",
        question="What did learning from preferences give, and how far did it go from the reference?",
        frame=frame,
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=36,
        headings=HEADINGS,
        section="task",
    )


def _measured(study: Study, task: str, series: Series, scores: pd.DataFrame) -> dict[str, Interval]:
    """Every column of HEADINGS; without a hidden return where the learned one is all that is known."""
    hidden = scores["final_stochastic"].to_numpy() if Metric.RETURN_MEAN in returns(study, task) else []
    made = {"gold_return": t_interval(hidden)}
    made |= {name: t_interval(finished_ends(study, task, series, metric)) for name, metric in AT_THE_END.items()}
    return made | {f"return_at_{budget}": at_budget(study, task, series, budget) for budget in BUDGETS}


def at_budget(study: Study, task: str, series: Series, budget: float) -> Interval:
    """Return of the runs that finished when they first went so far from the reference, or at their end."""
    kl, gold = (evaluated(study, task, series, metric) for metric in (DISTANCE, Metric.RETURN_MEAN))
    runs = kl.merge(gold, on=[*SEED, "step"], suffixes=("_kl", "_gold")).sort_values("step").groupby("seed")
    return t_interval([value_at(run["value_kl"].to_numpy(), run["value_gold"].to_numpy(), budget) for _, run in runs])


def _notes() -> tuple[str, ...]:
    return (
        "Hidden return: what an episode or an answer is worth to the environment or the judge, which no method saw; "
        "a dash where nobody knows it. Learned return: the sum of the rewards that were fitted to comparisons. "
        "KL(policy || reference): exact, in nats summed over an episode or an answer. All are means over the "
        "last tenth of the evaluations, with sampled actions. A failed run counts as the random policy in the hidden "
        "return; it has no last policy, so learned return and KL are those of the other runs.",
        "Return at a KL: the hidden one, or the learned one where there is no other, where a run's KL first passed so "
        "many nats, interpolated over the root of KL between two evaluations (arXiv:2210.10760); a run that never went "
        "so far counts with its last policy, so that none is left out.",
        "Own accuracy: share of held-out pairs whose preferred answer has gained more log-probability on the reference "
        "than the other one. How good the learned rewards are is in table reward_models. A dash: not recorded. "
        "Brackets: Student's 95 % t interval over the n runs (seeds). Nothing is corrected for many comparisons.",
    )
