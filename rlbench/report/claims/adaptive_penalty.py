"""C10: a penalty that adapts holds the KL where it should be."""

import pandas as pd

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import difference, of_updates
from rlbench.report.study import Study
from rlbench.stats.updates import TOLERANCE
from rlbench.stats.verdict import Region

CLAIM = Claim(
    10,
    "PPO-penalty: an adaptive β holds the KL at its target; its thresholds remain to be chosen",
    "PPO: adaptive coefficient of a KL penalty",
)
ADAPTIVE, FIXED = ("ppo_penalty", "default"), ("ppo_penalty", "fixed_beta")
RECORDED = "needs recorded runs of PPO-penalty with adaptive and fixed β"
MEAN = Question(
    "by what factor the mean KL of a run's updates is off its target, either way, adaptive β",
    "factor",
    Region(high=TOLERANCE),
    "the factor within which the rule itself leaves β alone",
)
NEAR = Question(
    f"updates within a factor of {TOLERANCE:g} of the target, adaptive β",
    "share of updates",
    Region(low=0.5),
    "held means most of the time",
)
BETTER = Question(
    "updates within that factor, adaptive β less a fixed one of 1",
    "share of updates",
    Region(low=0.0),
    "above zero adapting holds it better",
)


def answers(study: Study) -> list[Answer]:
    """From runs: what each update came to, one share and one mean for each run."""
    return [
        Answer(MEAN, of_updates(study, ADAPTIVE, _factor), RECORDED),
        Answer(NEAR, of_updates(study, ADAPTIVE, lambda runs: runs["near_limit"]), RECORDED),
        Answer(
            BETTER,
            difference(
                study, ADAPTIVE, FIXED, lambda task, series: study.cell_updates(task, *series)["near_limit"].to_numpy()
            ),
            RECORDED,
        ),
        not_measured(
            "updates within that factor, adaptive β less other fixed ones",
            "variants of PPO-penalty with β 0.3, 3 and 10",
        ),
        not_measured("how much return depends on target and factor", "a sweep of target_kl and factor, ten seeds each"),
    ]


def _factor(runs: pd.DataFrame) -> pd.Series:
    """At least one: what is above on one task and below on another is not on target on average."""
    ratio = runs["kl_mean"] / runs["kl_limit"]
    return ratio.where(ratio > 1, 1 / ratio)
