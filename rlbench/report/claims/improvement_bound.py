"""C9: the lower bound that TRPO rests on, and what its steps keep of it."""

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import exact, of_updates, over_units
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    9,
    "TRPO: η(π') - η(π) ≥ L - C max KL, and so every update improves",
    "TRPO: surrogate advantage and monotonic improvement",
)
LIMIT = 0.01
ALWAYS = Region(low=0.99)
ALWAYS_REASON = "more than one exception in a hundred is no guarantee"
BOUND = Question(
    "return less its lower bound after any step, smallest",
    "ε / (1 - γ)",
    Region(low=-1e-9),
    "a theorem has no exception but rounding",
)
IMPROVES = Question("exact TRPO steps that raise the return", "share of steps", ALWAYS, ALWAYS_REASON)
PROMISED = Question(
    "exact TRPO steps for which the bound itself promises that",
    "share of steps",
    ALWAYS,
    "the guarantee holds by the bound only where the bound is above zero",
)
TAKEN = Question("updates of runs for which the line search finds a step", "share of updates", ALWAYS, ALWAYS_REASON)


def answers(study: Study) -> list[Answer]:
    """The bound over all steps of the probe, in any direction; and how TRPO's own steps, which stop at a KL of δ
    instead of at the bound's optimum, fare with and without it."""
    steps = study.probes["policy_steps"]
    own = steps[(steps["step"] == "trust_region") & (steps["limit"] == LIMIT)]
    rises, promised = (
        (values > 0).groupby(own["world"]).mean() for values in (own["gain"], own["gain"] - own["slack"])
    )
    return [
        Answer(BOUND, exact(steps["slack"], "steps", largest=False)),
        Answer(IMPROVES, over_units(rises)),
        Answer(PROMISED, over_units(promised)),
        Answer(TAKEN, of_updates(study, ("trpo", "default"), lambda runs: runs["accepted"]), "needs runs of TRPO"),
        not_measured("updates of runs that raise the return", "an evaluation before and after each update"),
    ]
