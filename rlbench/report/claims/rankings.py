"""C14: rankings of K answers are what pairs are for two."""

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import exact
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    14, "Plackett-Luce carries Bradley-Terry over to K answers", "DPO: preferences among many answers, Plackett-Luce"
)
PAIRS = Question(
    "losses of DPO on pairs and of its Plackett-Luce form with K = 2, largest difference",
    "nats",
    Region(high=1e-12),
    "equal up to rounding",
)


def answers(study: Study) -> list[Answer]:
    """The identity; what a ranking is worth in samples is for runs to say."""
    return [
        Answer(PAIRS, exact(study.probes["preference_identities"]["two"], "prompts")),
        not_measured(
            "return over labelled answers, K from 2 to 7",
            "runs at equal numbers of labelled answers, beside all pairs and best-worst pairs of them",
        ),
    ]
