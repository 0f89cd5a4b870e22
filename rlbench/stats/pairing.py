"""Two methods on the same tasks, as plain arrays: what every comparison of two methods begins with."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Tasks = Sequence[ArrayLike]
"""One [seeds] per task. Numbers of seeds may differ between tasks and between methods."""


def same_tasks(first: Tasks, second: Tasks) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """(first's seeds, second's seeds) for each task.

    Seeds are not paired: run 3 of one method has nothing to do with run 3 of another.
    Raises ValueError where the numbers of tasks differ, or a task is no flat list.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} tasks against {len(second)}")
    pairs = [(np.asarray(x, dtype=float), np.asarray(y, dtype=float)) for x, y in zip(first, second, strict=True)]
    if any(values.ndim != 1 for pair in pairs for values in pair):
        raise ValueError("one flat list of seeds per task is wanted")
    return pairs


def fewest(first: Tasks, second: Tasks) -> int:
    """The smallest number of seeds that either method has on any task; 0 without a task."""
    return min((len(values) for pair in same_tasks(first, second) for values in pair), default=0)
