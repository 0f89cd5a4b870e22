"""One number for every training run: what comparisons of methods are made from."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Series = tuple[str, str]
"""Method and variant."""
Values = Mapping[tuple[str, str, str], NDArray[np.float64]]
"""(task, method, variant) to [seeds]. A cell that was not run, or has no such number, is absent."""


def shared_tasks(values: Values, first: Series, second: Series) -> list[str]:
    """Tasks on which both have values, in the order of the first one's."""
    return [task for task, *series in values if tuple(series) == first and (task, *second) in values]
