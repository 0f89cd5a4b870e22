"""A squared error whose pull is bounded."""

from typing import Any

from jaxtyping import Float
from torch import Tensor


def huber(error: Float[Tensor, "T S B"], *, delta: Any) -> Float[Tensor, "T S B"]:
    """e² / 2 where |e| ≤ δ, and δ (|e| - δ/2) beyond: the gradient is the error, clipped to ± δ.

    Huber 1964, "Robust Estimation of a Location Parameter", doi:10.1214/aoms/1177703732. With δ = 1 it is the clipped
    error of Mnih et al. 2015, "Human-level Control through Deep Reinforcement Learning", doi:10.1038/nature14236.
    """
    clipped = error.clamp(-delta, delta)
    return clipped * (error - 0.5 * clipped)
