"""The mean of task means: every task counts the same, however many seeds it has."""

import numpy as np
from numpy.typing import NDArray


def mean_of_task_means(*tasks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over tasks of the mean over seeds: one [..., seeds] per task, to [...]; in the values' own unit.

    Leading axes are resamples, so that this is also the statistic of a bootstrap.
    """
    return np.mean([values.mean(axis=-1) for values in tasks], axis=0)
