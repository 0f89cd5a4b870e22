"""The policies that a block of runs ended with, as measurements take them."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class Last:
    """Their parameters. A run that failed has no last policy: it counts with the one that it began from."""

    seeds: tuple[int, ...]
    theta: Float[Tensor, "S P"]
    failed: tuple[bool, ...]
    """[S]."""
    evaluations: int
    """After the one before training: each has its own noise, by its number."""

    @property
    def unseen(self) -> int:
        """The number of an evaluation that no run has: its noise is nobody's yet."""
        return self.evaluations + 1

    def policies(self, first: Float[Tensor, "S P"]) -> Float[Tensor, "S P"]:
        """The parameters that count, given those that the runs began with."""
        return torch.where(torch.tensor(self.failed)[:, None], first, self.theta)
