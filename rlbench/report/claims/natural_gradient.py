"""C8: three things that a natural-gradient step does not give."""

import pandas as pd

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import of_updates, over_units
from rlbench.report.study import Study
from rlbench.stats.updates import TOLERANCE
from rlbench.stats.verdict import Region

CLAIM = Claim(
    8,
    "Natural gradient: the real KL may pass δ, F⁻¹ costs O(θ³), improvement is not guaranteed",
    "TRPO: why the natural policy gradient is not enough",
)
NPG = ("npg", "default")
LIMIT = 0.01
SELDOM = Region(low=0.05)
SELDOM_REASON = "a bound that holds in 19 of 20 updates would be called kept"
FALLS = Region(low=0.01)
FALLS_REASON = "a loss in fewer than one of a hundred steps would go unnoticed"
SHARE = "share of updates"
RECORDED = "needs recorded runs of NPG"


def answers(study: Study) -> list[Answer]:
    """How far updates of runs went, and what exact and sampled steps did to policies that are known."""
    steps = study.probes["policy_steps"]
    return [
        Answer(
            Question("updates of runs with KL above δ", SHARE, SELDOM, SELDOM_REASON),
            of_updates(study, NPG, lambda runs: runs["beyond_limit"]),
            RECORDED,
        ),
        Answer(
            Question(f"updates of runs with KL above {TOLERANCE:g} δ", SHARE, SELDOM, SELDOM_REASON),
            of_updates(study, NPG, lambda runs: runs["above_limit"]),
            RECORDED,
        ),
        *(_overshoot(steps, limit, factor) for limit in (LIMIT, 1.0) for factor in (1.0, TOLERANCE)),
        _worse(steps, "natural", "exact gradient and metric"),
        _worse(steps, "natural_sampled", "gradient and metric from 100 decisions"),
        not_measured("updates of runs after which the return is lower", "an evaluation before and after each update"),
        not_measured("time of an update over parameters", "runs of NPG and NPG, dense, at several sizes of network"),
    ]


def _overshoot(steps: pd.DataFrame, limit: float, factor: float) -> Answer:
    own = steps[(steps["step"] == "natural") & (steps["limit"] == limit)]
    above = (own["kl"] > factor * limit).groupby(own["world"]).mean()
    times = "δ" if factor == 1 else f"{factor:g} δ"
    what = f"exact steps with KL above {times}, δ {limit:g}"
    return Answer(Question(what, "share of steps", SELDOM, SELDOM_REASON), over_units(above))


def _worse(steps: pd.DataFrame, kind: str, how: str) -> Answer:
    own = steps[(steps["step"] == kind) & (steps["limit"] == LIMIT)]
    lower = (own["gain"] < 0).groupby(own["world"]).mean()
    what = f"steps after which the return is lower, {how}"
    return Answer(Question(what, "share of steps", FALLS, FALLS_REASON), over_units(lower))
