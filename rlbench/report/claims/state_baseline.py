"""C3: what depends on the state alone may be taken off."""

import numpy as np

from rlbench.report.claim import NEGLIGIBLE, RULE, RULE_REASON, Answer, Claim, Question
from rlbench.report.evidence import exact, geometric, share
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    3,
    "A baseline of the state leaves the policy gradient as it is, and lowers its variance",
    "Actor-Critic: a baseline does not change the policy gradient",
)
BIAS = Question(
    "bias of the gradient with the value, and baselines up to three times its size off, largest",
    "lengths of the gradient",
    Region(high=NEGLIGIBLE),
    "no baseline of the state moves the mean by more than rounding",
)
LOWER = Region(high=1.0)
RATIO = Question("gradient variance with the value over that without", "ratio, geometric mean", LOWER, "below one")
OFTEN = Question("worlds in which the value lowers it", "share of worlds", RULE, RULE_REASON)
ROUGH = Question(
    "gradient variance with a baseline half the value's size off over that without",
    RATIO.unit,
    LOWER,
    "a learnt one is never exact",
)


def answers(study: Study) -> list[Answer]:
    """From the probe alone, where mean and variance are sums over all episodes."""
    found = study.probes["state_baseline"]
    variance = found.pivot(index="world", columns="baseline", values="variance")
    ratio = variance["value"] / variance["none"]
    return [
        Answer(BIAS, exact(np.sqrt(found["squared_bias"]), "world-baseline pairs")),
        Answer(RATIO, geometric(ratio)),
        Answer(OFTEN, share(ratio < 1)),
        Answer(ROUGH, geometric(variance["value, 0.5 off"] / variance["none"])),
    ]
