"""Where each weight matrix lies in the flat parameters of S networks."""

import math
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

PADDING = 16
"""Blocks start at multiples of 64 bytes: vector instructions then see each seed's weights alike, whatever S is,
and a seed's results do not depend on its neighbours in the last bit."""


@dataclass(frozen=True)
class Layout:
    """Shapes of one network's weights, in order. Parameters are [S, size], seed by seed."""

    shapes: tuple[tuple[int, ...], ...]

    @property
    def _blocks(self) -> list[int]:
        return [length for shape in self.shapes for length in (math.prod(shape), -math.prod(shape) % PADDING)]

    @property
    def size(self) -> int:
        """Numbers per seed, padding included."""
        return sum(self._blocks)

    @property
    def parameters(self) -> int:
        """Numbers per seed that are weights."""
        return sum(math.prod(shape) for shape in self.shapes)

    def views(self, theta: Float[Tensor, "S P"]) -> list[Tensor]:
        """Each weight as [S, *shape], sharing theta's memory."""
        blocks = theta.split(self._blocks, 1)[::2]
        return [block.unflatten(1, shape) for block, shape in zip(blocks, self.shapes, strict=True)]
