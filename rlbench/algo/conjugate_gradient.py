"""Solve A x = b for every seed, knowing of A only what it makes of a vector."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

Vectors = Float[Tensor, "S P"]


def conjugate_gradient(
    product: Callable[[Vectors], Vectors], b: Vectors, *, iterations: int, tolerance: float
) -> tuple[Vectors, Bool[Tensor, " S"]]:
    """x, and for which seeds A turned out not to be positive definite, or something not finite.

    Hestenes & Stiefel 1952, "Methods of Conjugate Gradients for Solving Linear Systems", doi:10.6028/jres.049.044,
    section 3. A seed stays where it is once its squared residual is at most tolerance |b|²; and, marked, where the
    curvature pᵀAp of a direction is not positive and finite. All go through the same iterations: none stops another.
    """
    x, residual, direction = torch.zeros_like(b), b, b
    squared = _dot(residual, residual)
    enough, failed = tolerance * squared, ~squared.isfinite()
    for _ in range(iterations):
        image = product(direction)
        length = squared / _dot(direction, image)
        going = ~failed & ~(squared <= enough)
        moves = going & (length > 0) & length.isfinite()
        failed = failed | (going & ~moves)
        keep, length = ~moves[:, None], length[:, None]
        x = torch.where(keep, x, x + length * direction)
        residual = torch.where(keep, residual, residual - length * image)
        before, squared = squared, _dot(residual, residual)
        direction = torch.where(keep, direction, residual + (squared / before)[:, None] * direction)
    return x, failed


def _dot(x: Vectors, y: Vectors) -> Float[Tensor, " S"]:
    # Row by row over contiguous memory, so that the order of addition does not depend on how many seeds there are.
    return (x * y).contiguous().sum(1)
