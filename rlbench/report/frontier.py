"""What a policy is worth and how far it is from the reference, on the tasks that have preferences."""

import pandas as pd

from rlbench.core.schema import Metric, Outcome, Split
from rlbench.report.study import Study

DISTANCE = Metric.KL_REFERENCE_EPISODE


def preference_tasks(study: Study) -> list[str]:
    """Tasks on which a divergence from the reference was recorded, in the plan's order."""
    rows = study.runs.rows
    found = set(rows.loc[rows["metric"] == DISTANCE, "task"])
    return [task for task in study.plan.tasks if task in found]


def finished(study: Study, task: str, series: tuple[str, str]) -> list[int]:
    """Seeds that did not fail: of a policy that is lost nobody can say how far it went."""
    scores = study.cell_scores(task, *series)
    return scores.loc[scores["outcome"] == Outcome.FINISHED, "seed"].tolist()


def evaluated(study: Study, task: str, series: tuple[str, str], metric: Metric) -> pd.DataFrame:
    """The evaluations with sampled actions of the seeds that finished: columns of stats.curves."""
    rows = study.cell_rows(task, *series, Split.STOCHASTIC, metric)
    return rows[rows["seed"].isin(finished(study, task, series))]


def path(study: Study, task: str, series: tuple[str, str], metric: Metric) -> pd.DataFrame:
    """Means over seeds of KL to the reference (`kl`) and a metric (`value`) at each evaluation, the first one first."""
    kl, value = (study.on_grid(task, evaluated(study, task, series, name)) for name in (DISTANCE, metric))
    return pd.DataFrame({"kl": kl.mean(axis=1), "value": value.mean(axis=1)}).dropna()
