"""What a policy is worth and how far it is from the reference, on the tasks that measure how far that is."""

import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric, Outcome, Split
from rlbench.report.at_the_end import recorded
from rlbench.report.study import Study
from rlbench.stats.scores import final

DISTANCE = Metric.KL_REFERENCE_EPISODE


def reference_tasks(study: Study) -> list[str]:
    """Tasks on which a divergence from the reference was recorded, in the plan's order."""
    return recorded(study, DISTANCE)


def preference_tasks(study: Study) -> list[str]:
    """Those of them that have a learned reward."""
    learned = recorded(study, Metric.PROXY_RETURN)
    return [task for task in reference_tasks(study) if task in learned]


def returns(study: Study, task: str) -> dict[Metric, str]:
    """The returns that were recorded on a task, each called what it is.

    Where a reward is learned, the environment's own return is hidden from every method. Where nobody knows another
    reward, the learned one was recorded as both, and is shown once.
    """
    if task not in preference_tasks(study):
        return {Metric.RETURN_MEAN: "return"}
    learned = {Metric.PROXY_RETURN: "learned return"}
    return learned if _same(study, task) else {Metric.RETURN_MEAN: "hidden return"} | learned


def _same(study: Study, task: str) -> bool:
    """Whether every evaluation that recorded both returns found them equal."""
    rows = study.runs.rows
    own = rows[(rows["task"] == task) & (rows["split"] == Split.STOCHASTIC)]
    both = [
        own.loc[own["metric"] == metric].set_index(["method", "variant", "seed", "step"])["value"]
        for metric in (Metric.RETURN_MEAN, Metric.PROXY_RETURN)
    ]
    pairs = pd.concat(both, axis=1, join="inner").to_numpy()
    return bool((pairs[:, 0] == pairs[:, 1]).all())


def finished(study: Study, task: str, series: tuple[str, str]) -> list[int]:
    """Seeds that did not fail: of a policy that is lost nobody can say how far it went."""
    scores = study.cell_scores(task, *series)
    return scores.loc[scores["outcome"] == Outcome.FINISHED, "seed"].tolist()


def evaluated(study: Study, task: str, series: tuple[str, str], metric: Metric | AnswerMetric) -> pd.DataFrame:
    """The evaluations with sampled actions of the seeds that finished: columns of stats.curves."""
    rows = study.cell_rows(task, *series, Split.STOCHASTIC, metric)
    return rows[rows["seed"].isin(finished(study, task, series))]


def finished_ends(study: Study, task: str, series: tuple[str, str], metric: Metric | AnswerMetric) -> pd.Series:
    """Mean over the last tenth of the evaluations of each run that finished; index seed."""
    curves = evaluated(study, task, series, metric).sort_values(["seed", "step"]).groupby("seed")
    ends = {seed: final(curve["step"].to_numpy(), curve["value"].to_numpy()) for seed, curve in curves}
    return pd.Series(ends, dtype=float)


def path(
    study: Study,
    task: str,
    series: tuple[str, str],
    metric: Metric | AnswerMetric,
    distance: Metric | AnswerMetric = DISTANCE,
) -> pd.DataFrame:
    """Means over seeds of a distance (`kl`) and a metric (`value`) at each evaluation, the first one first."""
    kl, value = (study.on_grid(task, evaluated(study, task, series, name)) for name in (distance, metric))
    return pd.DataFrame({"kl": kl.mean(axis=1), "value": value.mean(axis=1)}).dropna()
