"""C11: the ratio is clipped in place of the KL because both look alike."""

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import of_updates
from rlbench.report.study import Study
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


def answers(study: Study) -> list[Answer]:
    """Of PPO-clip's runs, one correlation for each."""
    followed = of_updates(study, ("ppo_clip", "default"), lambda runs: runs["clip_follows_kl"])
    return [
        Answer(ALIKE, followed, "needs recorded runs of PPO-clip"),
        not_measured(
            "rank correlation of mean |ratio - 1| and exact KL", "runs that record it: clip fraction stands for it here"
        ),
        not_measured("whether 0.2 is among the best ε", "variants of PPO-clip with ε 0.05, 0.1, 0.3 and 0.5"),
    ]
