"""Groups of scores for hypothesis to draw, and what a function of groups says of them."""

from collections.abc import Callable, Iterator

import torch
from hypothesis import strategies as st
from torch import Tensor

score = st.floats(-100, 100, width=32)


def groups(size: int, count: int) -> st.SearchStrategy[list[float]]:
    return st.lists(score, min_size=size * count, max_size=size * count)


def by_group(scores: list[float], size: int) -> Iterator[list[float]]:
    return (scores[start : start + size] for start in range(0, len(scores), size))


def of(function: Callable[..., Tensor], scores: list[float], group: int, **settings: float) -> list[float]:
    """One seed's scores, in float64."""
    return function(torch.tensor([scores], dtype=torch.float64), group=group, **settings)[0].tolist()
