"""C7: a length in parameters says little of how far the policy moves."""

import numpy as np
import pandas as pd

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import geometric
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    7,
    "Steps of equal Euclidean length change some policies hardly and others greatly; KL is the ruler",
    "自然策略梯度：限制参数更新幅度",
)
LIMIT = 0.01
"""The bound on KL of the natural steps that equal lengths are held against."""
RANGE = Question(
    "KL of gradient steps of equal length, 95th over 5th percentile of a world's policies",
    "ratio, geometric mean",
    Region(low=10.0),
    "hardly and greatly are an order of magnitude apart",
)
RULER = Question(
    "SD of ln KL of equal lengths over that of equal natural steps",
    "ratio, geometric mean",
    Region(low=1.0),
    "above one the metric of KL holds steps closer together",
)


def answers(study: Study) -> list[Answer]:
    """From the probe of steps: policies from nearly uniform to nearly deterministic in every world."""
    found = study.probes["policy_steps"]
    equal = _log_kl(found[found["step"] == "equal_length"])
    natural = _log_kl(found[(found["step"] == "natural") & (found["limit"] == LIMIT)])
    reach = np.exp(equal.quantile(0.95) - equal.quantile(0.05))
    return [
        Answer(RANGE, geometric(reach)),
        Answer(RULER, geometric(equal.std() / natural.std())),
        not_measured("the same of networks", "equal steps from checkpoints of trained networks"),
    ]


def _log_kl(steps: pd.DataFrame):
    return steps.assign(log=np.log(steps["kl"])).groupby("world")["log"]
