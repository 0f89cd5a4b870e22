"""C7: a length in parameters says little of how far the policy moves."""

import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import geometric
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    7,
    "Steps of equal Euclidean length change some policies hardly and others greatly; KL is the ruler",
    "TRPO: natural policy gradient",
)
LIMIT = 0.01
"""The bound on KL of the natural steps that equal lengths are held against."""
DIRECTIONS = {"equal_random": "in random directions", "equal_uphill": "along the gradient"}
RATIO = "ratio, geometric mean"
RANGE, RANGE_REASON = Region(low=10.0), "hardly and greatly are an order of magnitude apart"
RULER, RULER_REASON = Region(low=1.0), "above one the metric of KL holds steps closer together"


def answers(study: Study) -> list[Answer]:
    """From the probe of steps: policies from nearly uniform to nearly deterministic in every world."""
    found = study.probes["policy_steps"]
    natural = _log_kl(found[(found["step"] == "natural") & (found["limit"] == LIMIT)])
    equal = {words: _log_kl(found[found["step"] == step]) for step, words in DIRECTIONS.items()}
    return [
        *(_reach(words, steps) for words, steps in equal.items()),
        *(_against_natural(words, steps, natural) for words, steps in equal.items()),
        not_measured("spread of the KL of equal steps of networks", "equal steps from checkpoints of trained networks"),
    ]


def _reach(words: str, steps: SeriesGroupBy) -> Answer:
    what = f"KL of steps of equal length {words}, 95th over 5th percentile of a world's policies"
    return Answer(
        Question(what, RATIO, RANGE, RANGE_REASON), geometric(np.exp(steps.quantile(0.95) - steps.quantile(0.05)))
    )


def _against_natural(words: str, steps: SeriesGroupBy, natural: SeriesGroupBy) -> Answer:
    what = f"SD of ln KL of equal lengths {words} over that of natural steps with δ {LIMIT:g}"
    return Answer(Question(what, RATIO, RULER, RULER_REASON), geometric(steps.std() / natural.std()))


def _log_kl(steps: pd.DataFrame) -> SeriesGroupBy:
    return steps.assign(log=np.log(steps["kl"])).groupby("world")["log"]
