"""A batch cut into the rows that minibatches are made of."""

import torch
from jaxtyping import Int
from torch import Tensor


class Rows:
    """Tensors [T, S, B, *] cut into rows that can be taken for each seed by number.

    A row is one decision, or with `whole` one stream from first step to last: methods that treat an episode
    as one thing must not see it torn, and a draw of rows must not depend on how long a neighbour's episode was.
    """

    def __init__(self, tensors: list[Tensor], *, whole: bool):
        self._batch = tensors if whole else [x.transpose(0, 1).flatten(1, 2)[None].contiguous() for x in tensors]
        _, self._seeds, self.rows = self._batch[0].shape[:3]
        self._flat = [x.flatten(1, 2) for x in self._batch]
        self._offset = (torch.arange(self._seeds, device=tensors[0].device) * self.rows)[:, None]

    def take(self, rows: Int[Tensor, "S M"] | None) -> tuple[Tensor, ...]:
        """The named rows of each seed as [T, S, M, *] (T = 1 where a row is one decision), or all of them."""
        if rows is None:
            return tuple(self._batch)
        index = (rows + self._offset).flatten()
        return tuple(x.index_select(1, index).unflatten(1, rows.shape) for x in self._flat)
