"""C11: the ratio is clipped in place of the KL because both look alike."""

import numpy as np

from rlbench.report.claim import OF_RANGE, Answer, Claim, Question, not_measured
from rlbench.report.evidence import of_updates, over_seeds
from rlbench.report.other_curves import other_curves
from rlbench.report.study import Study
from rlbench.stats.setting_response import lead_of_best
from rlbench.stats.verdict import Region

CLAIM = Claim(
    11,
    "Clipping works since ratio and KL look alike; ε ≈ 0.2 is the habit",
    "PPO: a usable approximation; the clipped ratio",
)
ALIKE = Question(
    "rank correlation of clip fraction and exact KL over the updates of a run",
    "1",
    Region(low=0.7),
    "the ranks of one explain half of the variance of the other's",
)

SERIES = ("ppo_clip", "default")
HABIT = 0.2
AMONG_BEST = Question(
    f"final score at ε = {HABIT:g} less that at the best other ε",
    OF_RANGE,
    Region(low=-0.05),
    "nobody would tune for less than a twentieth of what there is to learn",
)


def answers(study: Study) -> list[Answer]:
    """Of PPO-clip's runs, one correlation for each."""
    followed = of_updates(study, SERIES, lambda runs: runs["clip_follows_kl"])
    tried = [one for one in other_curves(study, SERIES, "clip") if HABIT in one.values]
    leads = [lead_of_best(one.scores, np.isin(one.values, HABIT)) for one in tried]
    return [
        Answer(ALIKE, followed, "needs recorded runs of PPO-clip"),
        not_measured(
            "rank correlation of mean |ratio - 1| and exact KL", "runs that record it: clip fraction stands for it here"
        ),
        Answer(AMONG_BEST, over_seeds(leads), "a study of ε"),
    ]
