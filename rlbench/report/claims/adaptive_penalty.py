"""C10: a penalty that adapts holds the KL where it should be."""

import pandas as pd

from rlbench.report.claim import MATTERS, MATTERS_REASON, OF_RANGE, Answer, Claim, Question
from rlbench.report.evidence import difference, difference_between, of_updates, over_seeds
from rlbench.report.other_curves import NAME, other_curves
from rlbench.report.setting_curves import NAMES
from rlbench.report.study import Study
from rlbench.stats.setting_response import best_less_worst
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
OTHERS = (0.3, 3.0, 10.0)
"""Fixed β of the paper's table 1, besides 1."""
THRESHOLDS = ("target_kl", "factor")


def better(beta: float) -> Question:
    """Than one fixed β."""
    return Question(
        f"updates within that factor, adaptive β less a fixed one of {beta:g}",
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
            better(1.0),
            difference(
                study, ADAPTIVE, FIXED, lambda task, series: study.cell_updates(task, *series)["near_limit"].to_numpy()
            ),
            RECORDED,
        ),
        *(_against(study, beta) for beta in OTHERS),
        *(_depends(study, setting) for setting in THRESHOLDS),
    ]


def _against(study: Study, beta: float) -> Answer:
    """All runs of the adaptive β, and those with a fixed one, on the tasks that this was tried on."""
    tried = [one for one in other_curves(study, FIXED, "beta") if beta in one.values]
    pairs = [
        (
            study.cell_updates(one.task, *ADAPTIVE)["near_limit"].to_numpy(),
            study.points[NAME].cell_updates(one.task, *one.cells[one.values.index(beta)])["near_limit"].to_numpy(),
        )
        for one in tried
    ]
    return Answer(better(beta), difference_between(pairs), f"a study of β with {beta:g} among its values")


def _depends(study: Study, setting: str) -> Answer:
    name = NAMES[setting]
    asked = Question(
        f"final score at the best {name} less that at the worst", OF_RANGE, Region(low=MATTERS), MATTERS_REASON
    )
    found = [best_less_worst(one.scores) for one in other_curves(study, ADAPTIVE, setting)]
    return Answer(asked, over_seeds(found), f"a study of the {name}")


def _factor(runs: pd.DataFrame) -> pd.Series:
    """At least one: what is above on one task and below on another is not on target on average."""
    ratio = runs["kl_mean"] / runs["kl_limit"]
    return ratio.where(ratio > 1, 1 / ratio)
