"""C12: all of RLHF hangs on the reward model."""

from rlbench.report.claim import Answer, Claim, not_measured
from rlbench.report.study import Study

CLAIM = Claim(
    12,
    "RLHF: preferences are easier to give than scores; a shaky reward model makes PPO collapse",
    "RLHF: why a reward model; the aim of RLHF",
)


def answers(study: Study) -> list[Answer]:
    """Recorded runs have reward models of one quality: accuracy and hidden return are there, but no dose."""
    del study
    return [
        not_measured(
            "hidden return and collapses of PPO over the quality of the reward model",
            "reward models from fewer comparisons and from ones with 10 and 25 % of the labels turned round",
        ),
        not_measured("whether people compare more consistently than they score", "people"),
    ]
