"""What was a policy worth when it had gone so far from the reference, and no farther?

Rewards are compared at equal divergence, since whoever goes farther gains more until the reward model is wrong. Between
two evaluations the value is interpolated over the root of KL, the distance of Gao et al. 2023, "Scaling Laws for
Reward Model Overoptimization", arXiv:2210.10760.
"""

import numpy as np
from numpy.typing import NDArray


def value_at(kl: NDArray[np.float64], value: NDArray[np.float64], budget: float) -> float:
    """The value where KL first passes `budget`, or at the last evaluation of a run that never spent it.

    `kl` and `value` are one run's [evaluations], in order. NaN without any.
    """
    if len(kl) == 0:
        return float("nan")
    beyond = np.flatnonzero(kl > budget)
    if not len(beyond):
        return float(value[-1])
    after = int(beyond[0])
    if after == 0:
        return float(value[0])
    pair = slice(after - 1, after + 1)
    return float(np.interp(np.sqrt(budget), np.sqrt(np.maximum(kl[pair], 0)), value[pair]))
