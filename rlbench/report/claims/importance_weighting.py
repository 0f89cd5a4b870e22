"""C1: what another policy's samples say, weighted by the ratio of actions and not by that of states."""

import numpy as np

from rlbench.report.claim import LARGE, LARGE_REASON, NEGLIGIBLE, Answer, Claim, Question
from rlbench.report.evidence import exact, over_units
from rlbench.report.study import Study
from rlbench.stats.rank_correlation import rank_correlation
from rlbench.stats.verdict import Region

CLAIM = Claim(
    1,
    "Importance weights make samples of μ speak of π; the ratio of actions alone fails once they are far apart",
    "Actor-Critic: the price of off-policy learning, importance sampling",
)
NEAR, FAR = 0.01, 1.0
"""KL in nats per decision: a usual trust region, and a hundred times it."""
WHOLE = Question(
    "bias of the gradient with the ratio of whole episodes, largest",
    "lengths of the gradient",
    Region(high=NEGLIGIBLE),
    "an unbiased estimate is off by rounding alone",
)
CLOSE = Question(f"bias with the ratio of actions alone, KL {NEAR:g}", WHOLE.unit, Region(high=LARGE), LARGE_REASON)
APART = Question(f"bias with the ratio of actions alone, KL {FAR:g}", WHOLE.unit, Region(low=LARGE), LARGE_REASON)
GROWS = Question(
    "rank correlation of that bias with KL, from 0.001 to 1",
    "1",
    Region(low=0.9),
    "of five distances, at most one pair of neighbours is out of order",
)
COUNTS = Question(
    f"effective sample size, KL {FAR:g}", "share of the batch", Region(high=0.5), "less than half of the batch counts"
)


def answers(study: Study) -> list[Answer]:
    """From the probe alone: both policies are known there, and so is the gradient that their samples should give."""
    found = study.probes["importance_weighting"]
    bias = found.assign(bias=np.sqrt(found["squared_bias"])).pivot(index="world", columns="kl", values="bias")
    order = [rank_correlation(bias.columns, row) for row in bias.to_numpy()]
    size = found[found["kl"] == FAR]["effective_sample_size"]
    return [
        Answer(WHOLE, exact(np.sqrt(found["squared_bias_whole"]), "world-policy pairs")),
        Answer(CLOSE, over_units(bias[NEAR])),
        Answer(APART, over_units(bias[FAR])),
        Answer(GROWS, over_units(order)),
        Answer(COUNTS, over_units(size)),
    ]
