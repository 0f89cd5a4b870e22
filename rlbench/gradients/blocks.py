"""Many gradients of which only sums are kept, block by block, so that whatever they say can be given an interval."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class Blocks:
    """N blocks of `size` independent gradients of P numbers each. Sums are float64, and take O(N P) of memory."""

    size: int
    sums: Float[Tensor, "N P"]
    squares: Float[Tensor, " N"]
    """Of the gradients' lengths."""
    cosines: Float[Tensor, " N"]
    """Of the angles between each gradient and one direction; zero where none was given."""

    @classmethod
    def empty(cls, count: int, size: int, parameters: int) -> "Blocks":
        nothing = torch.zeros(count, parameters, dtype=torch.float64)
        return cls(size, nothing, nothing.new_zeros(count), nothing.new_zeros(count))

    @property
    def mean(self) -> Float[Tensor, " P"]:
        return self.sums.sum(0) / (len(self.sums) * self.size)

    def add(self, block: int, gradients: Float[Tensor, "size P"], towards: Float[Tensor, " P"] | None = None) -> None:
        """Take in all gradients of one block; `towards` is the direction that their cosines are taken to.

        A gradient of nothing but zeros, as where all siblings score alike, points nowhere: its cosine is zero.
        """
        assert len(gradients) == self.size, f"{len(gradients)} gradients for a block of {self.size}"
        found = gradients.double()
        self.sums[block] = found.sum(0)
        self.squares[block] = found.square().sum()
        if towards is not None:
            lengths = found.square().sum(1).sqrt() * towards.square().sum().sqrt()
            self.cosines[block] = ((found @ towards) / lengths.where(lengths > 0, 1.0)).sum()
