"""C5: GAE leads from one extreme to the other as λ grows."""

import numpy as np

from rlbench.report.claim import OF_RANGE, RULE, RULE_REASON, Answer, Claim, Question
from rlbench.report.evidence import exact, over_seeds, over_units, share
from rlbench.report.look_ahead import HALF_WRONG, KINDS, falls, rises
from rlbench.report.other_curves import other_curves
from rlbench.report.study import Study
from rlbench.stats.setting_response import lead_of_best
from rlbench.stats.verdict import Region

CLAIM = Claim(
    5,
    "GAE moves from TD (λ = 0) to Monte Carlo (λ = 1); the backward recursion is the sum",
    "Actor-Critic: GAE, bias and variance controlled by λ; its recursion",
)
IDENTITIES = {
    "lambda_0_is_td": "GAE(0) and the TD error, largest difference",
    "lambda_1_is_monte_carlo": "GAE(1) and return less value, largest difference",
    "recursion_is_sum": "the recursion and the sum term by term, largest difference",
}
SAME = Region(high=1e-12)
"""Float64 and forty additions of numbers of about one."""
EPISODES = 16
"""In a batch, as REINFORCE has on most tasks."""
BETWEEN = Question(
    "final score of A2C at the best 0 < λ < 1 less that at the better of 0 and 1",
    OF_RANGE,
    Region(low=0.0),
    "above zero some λ in between is better than both ends",
)


def answers(study: Study) -> list[Answer]:
    """Identities on random batches; bias and variance from the probe of critics that are half the value's size off."""
    return [
        *_identities(study),
        *(answer for critic in KINDS for answer in _of_kind(study, critic)),
        Answer(BETWEEN, over_seeds(_leads_between(study)), "a study of λ"),
    ]


def _leads_between(study: Study) -> list[np.ndarray]:
    """On each task that both ends and something in between were tried on."""
    found = other_curves(study, ("a2c", "default"), "lam")
    tried = [one for one in found if {0.0, 1.0} < set(one.values)]
    return [lead_of_best(one.scores, ~np.isin(one.values, (0.0, 1.0))) for one in tried]


def _identities(study: Study) -> list[Answer]:
    found = study.probes["gae_identities"]
    return [
        Answer(
            Question(what, "advantage", SAME, "equal up to rounding"),
            exact(found[found["identity"] == name]["difference"], "batches"),
        )
        for name, what in IDENTITIES.items()
    ]


def _of_kind(study: Study, critic: str) -> list[Answer]:
    found, kind = study.probes["look_ahead"], KINDS[critic]
    own = found[(found["critic"] == critic) & (found["error"] == HALF_WRONG) & (found["estimator"] == "gae")]
    bias, variance = (own.pivot(index="world", columns="setting", values=name) for name in ("squared_bias", "variance"))
    error = bias + variance / EPISODES
    between = error.iloc[:, 1:-1].min(axis=1) < error.iloc[:, [0, -1]].min(axis=1)
    return [
        Answer(
            Question(f"steps of λ at which bias falls, critic {kind}", "share of steps", RULE, RULE_REASON),
            over_units(falls(bias)),
        ),
        Answer(
            Question(f"steps of λ at which variance rises, critic {kind}", "share of steps", RULE, RULE_REASON),
            over_units(rises(variance)),
        ),
        Answer(
            Question(
                f"worlds in which some 0 < λ < 1 has the least squared error, {EPISODES} episodes, critic {kind}",
                "share of worlds",
                Region(low=0.5),
                "more often than not the best is in between",
            ),
            share(between),
        ),
    ]
