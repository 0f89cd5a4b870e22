"""C6: a step that is too large spoils the data that come after it, one that is too small leads nowhere."""

from rlbench.report.claim import Answer, Claim, not_measured
from rlbench.report.study import Study

CLAIM = Claim(
    6,
    "Too large a step overshoots into bad data and does not recover, too small a one crawls",
    "TRPO: what is still wrong with actor-critic",
)


def answers(study: Study) -> list[Answer]:
    """Every recorded run has the step size that suited its method: no sweep, so nothing to decide by."""
    del study
    return [
        not_measured(
            "runs that collapse and do not recover, over the learning rate",
            "a sweep of at least seven rates over three decades, ten seeds each, for A2C and PPO-clip",
        )
    ]
