"""C13: the optimum under a KL penalty is known, and DPO aims at it without a reward model."""

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import exact
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    13,
    "The optimum of the KL-regularised aim is π_ref exp(r/β) / Z; DPO reaches it without a reward model",
    "DPO: the best aligned model for a given reward; from it back to the reward",
)
ROUNDING = 1e-12
"""Float64 and sums over 64 answers."""
BEST = Question(
    "worth of the tilted reference less that of the best of a hundred others, smallest",
    "reward",
    Region(low=-ROUNDING),
    "an optimum is beaten by nothing but rounding",
)
WORTH = Question(
    "worth of the tilted reference and β log Z, largest difference",
    "reward",
    Region(high=ROUNDING),
    "equal up to rounding",
)
CANCELS = Question("losses of DPO with and without Z, largest difference", "nats", WORTH.holds, WORTH.reason)


def answers(study: Study) -> list[Answer]:
    """The identities by going through all answers; how near training comes to the optimum is for runs to say."""
    found = study.probes["preference_identities"]
    return [
        Answer(BEST, exact(found["margin"], "prompts", largest=False)),
        Answer(WORTH, exact(found["value_error"], "prompts")),
        Answer(CANCELS, exact(found["constant"], "prompts")),
        not_measured(
            "KL to that optimum of DPO, RLHF and PPO with the true reward, as comparisons grow",
            "training from several numbers of comparisons on a language whose answers can all be gone through",
        ),
    ]
