"""What did learning from preferences give, and how far did it go from the reference?"""

import numpy as np
import pandas as pd

from rlbench.core.schema import Metric, Split
from rlbench.report.calibrated import cautions
from rlbench.report.frontier import DISTANCE, evaluated, preference_tasks
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.budgets import value_at
from rlbench.stats.curves import SEED
from rlbench.stats.intervals import Interval, t_interval
from rlbench.stats.scores import final

AT_THE_END = {"proxy_return": Metric.PROXY_RETURN, "kl_reference_episode": DISTANCE}
PREPARED = {
    "reward_model_accuracy": Metric.REWARD_MODEL_ACCURACY,
    "reward_model_correlation": Metric.REWARD_MODEL_CORRELATION,
}
BUDGETS = (2, 5, 10, 20)
"""Nats per episode at which policies are compared at equal distance from the reference."""
HEADINGS = {
    "gold_return": "hidden return",
    "proxy_return": "learned return",
    "kl_reference_episode": "KL to reference",
    **{f"return_at_{budget}": f"hidden return at KL {budget}" for budget in BUDGETS},
    "reward_model_accuracy": "reward model accuracy",
    "reward_model_correlation": "reward model correlation",
}


def table(study: Study) -> Table:
    """Hidden and learned return and divergence at the end of training, and how good the learned reward was."""
    tasks, lines, intervals = preference_tasks(study), [], []
    for task, method, variant, scores in study.cells():
        if task in tasks:
            made = {"gold_return": t_interval(scores["final_stochastic"].to_numpy())}
            made |= {name: _at_the_end(study, task, (method, variant), metric) for name, metric in AT_THE_END.items()}
            made |= {f"return_at_{budget}": at_budget(study, task, (method, variant), budget) for budget in BUDGETS}
            made |= {name: _prepared(study, task, (method, variant), metric) for name, metric in PREPARED.items()}
            intervals += [interval for interval in made.values() if np.isfinite(interval.estimate)]
            lines.append(
                {"task": task, **study.names(method, variant), "n": len(scores)}
                | {name: interval.estimate for name, interval in made.items()}
                | {f"{name}_low": interval.low for name, interval in made.items()}
                | {f"{name}_high": interval.high for name, interval in made.items()}
            )
    names = [name for column in HEADINGS for name in (column, f"{column}_low", f"{column}_high")]
    return Table(
        identifier="preferences",
        question="What did learning from preferences give, and how far did it go from the reference?",
        frame=pd.DataFrame(lines, columns=["task", "method", "family", "n", *names]),
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=36,
        headings=HEADINGS,
        section="task",
    )


def _at_the_end(study: Study, task: str, series: tuple[str, str], metric: Metric) -> Interval:
    curves = evaluated(study, task, series, metric).sort_values(["seed", "step"]).groupby("seed")
    return t_interval([final(curve["step"].to_numpy(), curve["value"].to_numpy()) for _, curve in curves])


def at_budget(study: Study, task: str, series: tuple[str, str], budget: float) -> Interval:
    """Hidden return of the runs that finished when they first went so far from the reference, or at their end."""
    kl, gold = (evaluated(study, task, series, metric) for metric in (DISTANCE, Metric.RETURN_MEAN))
    runs = kl.merge(gold, on=[*SEED, "step"], suffixes=("_kl", "_gold")).sort_values("step").groupby("seed")
    return t_interval([value_at(run["value_kl"].to_numpy(), run["value_gold"].to_numpy(), budget) for _, run in runs])


def _prepared(study: Study, task: str, series: tuple[str, str], metric: Metric) -> Interval:
    return t_interval(study.cell_rows(task, *series, Split.PREPARATION, metric)["value"].to_numpy())


def _notes() -> tuple[str, ...]:
    return (
        "Hidden return: the environment's own, which no method saw; learned return: the sum of the rewards that were "
        "fitted to comparisons; KL(policy || reference): exact, in nats summed over an episode. All are means over the "
        "last tenth of the evaluations, with sampled actions. A failed run counts as the random policy in the hidden "
        "return; it has no last policy, so learned return and KL are those of the other runs.",
        "Hidden return at a KL: where a run's KL first passed so many nats per episode, interpolated over the root "
        "of KL between two evaluations (arXiv:2210.10760); a run that never went so far counts with its last policy, "
        "so that none is left out.",
        "Accuracy: share of fresh pairs that the learned reward orders as the hidden one; correlation: of ranks, on "
        "fresh segments. A dash: not recorded, as there was no learned reward. Brackets: Student's 95 % t interval "
        "over the n runs (seeds). Nothing is corrected for many comparisons.",
    )
