"""A curved problem with everything chosen: the metric, and how far divergence and objective stray from their models."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

P = 4


@dataclass
class Planted:
    """At d from `origin` the objective is gᵀd - bend ½dᵀAd and the divergence stretch ½dᵀAd; the metric is A as well.
    From there back the divergence would be nothing.

    With no damping the full step has ½dᵀAd = δ and gᵀd = √(2δ gᵀA⁻¹g), so that both are known at each fraction of it.
    """

    origin: Tensor
    gradient: Tensor
    metric: Tensor
    shape: Tensor
    """A where divergence and objective are concerned."""
    stretch: Tensor
    bend: Tensor
    hole: Tensor
    """Divergences above this are not a number."""
    cliff: Tensor
    """The objective is not a number where ½dᵀAd is above this."""
    name: str = "planted"
    rows: int = 1
    hyper_values: tuple[float, ...] = ()

    def take(self, rows: Tensor | None) -> tuple[Tensor, ...]:
        del rows
        vectors = (self.origin, self.gradient, self.metric, self.shape)
        return *(x[None, :, None] for x in vectors), self.stretch, self.bend, self.hole, self.cliff

    def objective(self, theta: Tensor, batch: tuple[Tensor, ...], hyper: tuple) -> Tensor:
        del hyper
        origin, gradient, _, shape, _, bend, _, cliff = _unpack(batch)
        square = _half_square(shape, theta - origin)
        # Added, not put in its place: the gradient where it is a number stays what it was.
        return (gradient * (theta - origin)).sum(1) - bend * square + torch.where(square > cliff, float("nan"), 0.0)

    def divergence(self, theta: Tensor, new: Tensor, batch: tuple[Tensor, ...]) -> Tensor:
        _, gradient, _, shape, stretch, _, hole, _ = _unpack(batch)
        uphill = (gradient * (new - theta)).sum(1) > 0
        found = stretch * _half_square(shape, new - theta) * uphill
        return torch.where(found > hole, float("nan"), found)

    def fisher(self, theta: Tensor, batch: tuple[Tensor, ...]) -> Callable[[Tensor], Tensor]:
        del theta
        metric = _unpack(batch)[2]
        return lambda vector: (metric @ vector[:, :, None])[:, :, 0]

    def along(self, seed: int, max_kl: float, fraction: float) -> tuple[float, float]:
        """Improvement and divergence at a fraction of the full step, by arithmetic on the model."""
        a, g = self.shape[seed].double(), self.gradient[seed].double()
        reach = (2 * max_kl * float(g @ torch.linalg.solve(a, g))) ** 0.5
        square = max_kl * fraction**2
        return fraction * reach - float(self.bend[seed]) * square, float(self.stretch[seed]) * square


def planted(seeds: int, **changes: list[float]) -> Planted:
    """Well-conditioned metrics, gradients of norm one, and models that are nearly exact unless changed seed by seed."""
    g = torch.Generator().manual_seed(2)
    root = torch.randn(seeds, P, P, generator=g)
    metric = root @ root.transpose(1, 2) / P + torch.eye(P)
    gradient = torch.nn.functional.normalize(torch.randn(seeds, P, generator=g), dim=1)
    same = torch.ones(seeds)
    far = same * float("inf")
    exact = Planted(
        torch.randn(seeds, P, generator=g), gradient, metric, metric.clone(), 0.99 * same, 0 * same, far, far
    )
    return replace(exact, **{name: torch.tensor(values) for name, values in changes.items()})


def _unpack(batch: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return *(x[0, :, 0] for x in batch[:4]), *batch[4:]


def _half_square(shape: Tensor, d: Tensor) -> Tensor:
    return 0.5 * (d[:, None] @ shape @ d[:, :, None])[:, 0, 0]
