"""C4: the further an estimate looks before it asks the critic, the less it is misled and the more it varies."""

import numpy as np
import pandas as pd

from rlbench.report.claim import LARGE, LARGE_REASON, NEGLIGIBLE, RULE, RULE_REASON, Answer, Claim, Question
from rlbench.report.evidence import exact, geometric, over_units
from rlbench.report.look_ahead import HALF_WRONG, KINDS, falls, rises
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    4,
    "TD: low variance, biased where V is wrong; Monte Carlo: the reverse; N-step in between, step by step",
    "Actor-Critic: two extreme estimates of the advantage; N steps",
)
LENGTHS = "lengths of the gradient"
NO_BIAS = Region(high=NEGLIGIBLE)
"""Unbiased is unbiased up to rounding."""
ROUNDING = "unbiased up to rounding"
FAR = Question("bias of Monte Carlo with any critic, largest", LENGTHS, NO_BIAS, ROUNDING)
RIGHT = Question("bias of TD with the right critic, largest", LENGTHS, NO_BIAS, ROUNDING)


def answers(study: Study) -> list[Answer]:
    """From the probe alone; critics that are wrong are off by half the size of the value."""
    found = study.probes["look_ahead"]
    steps = found[found["estimator"] == "n_step"]
    last = steps["setting"].max()
    bias = np.sqrt(steps["squared_bias"])
    kinds = [answer for critic in KINDS for answer in _of_kind(steps, critic, last)]
    return [
        Answer(FAR, exact(bias[steps["setting"] == last], "world-critic pairs")),
        Answer(RIGHT, exact(bias[(steps["setting"] == 1) & (steps["error"] == 0)], "world-critic pairs")),
        *kinds,
    ]


def _of_kind(steps: pd.DataFrame, critic: str, last: float) -> list[Answer]:
    kind = KINDS[critic]
    own = steps[(steps["critic"] == critic) & (steps["error"] == HALF_WRONG)]
    bias, variance = (own.pivot(index="world", columns="setting", values=name) for name in ("squared_bias", "variance"))
    return [
        Answer(
            Question(f"bias of TD, critic {kind}", LENGTHS, Region(low=LARGE), LARGE_REASON),
            over_units(np.sqrt(bias[1.0])),
        ),
        Answer(
            Question(
                f"variance of TD over Monte Carlo's, critic {kind}",
                "ratio, geometric mean",
                Region(high=1.0),
                "below one TD is the less noisy",
            ),
            geometric(variance[1.0] / variance[last]),
        ),
        Answer(
            Question(f"steps from N to N + 1 at which bias falls, critic {kind}", "share of steps", RULE, RULE_REASON),
            over_units(falls(bias)),
        ),
        Answer(
            Question(
                f"steps from N to N + 1 at which variance rises, critic {kind}", "share of steps", RULE, RULE_REASON
            ),
            over_units(rises(variance)),
        ),
    ]
