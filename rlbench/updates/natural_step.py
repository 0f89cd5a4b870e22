"""The step along the natural gradient that, by its own quadratic model, moves a policy a given distance in KL.

With g the objective's gradient and H the Fisher information plus damping, both per seed, it is x √(2δ / xᵀHx) for
H x = g (Kakade 2001, "A Natural Policy Gradient"; Schulman et al. 2015, arXiv:1502.05477, appendix C). The damping
lies inside the H that sets the length too, as in sb3-contrib's TRPO: damped steps are a little shorter than δ.
"""

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from rlbench.algo.conjugate_gradient import conjugate_gradient
from rlbench.core.noise import Noise, Purpose
from rlbench.core.types import CurvedProblem, Problem
from rlbench.engine.engine import Engine, Function


@dataclass
class NothingKept:
    """What a rule remembers that starts every step afresh."""


@dataclass(frozen=True)
class NaturalStep:
    """What is to be added to the parameters of each seed, and where there is nothing to add."""

    change: Float[Tensor, "S P"]
    moves: Bool[Tensor, " S"]
    failed: Bool[Tensor, " S"]
    """Where the metric was not positive along the step or on the way to it."""
    alive: Bool[Tensor, " S"]


@runtime_checkable
class Settings(Protocol):
    """What a rule that steps by conjugate gradient says of its steps."""

    @property
    def max_kl(self) -> float: ...

    @property
    def damping(self) -> float: ...

    @property
    def iterations(self) -> int: ...

    @property
    def tolerance(self) -> float: ...

    @property
    def fisher_share(self) -> float: ...


def solve(
    rule: Settings,
    problem: CurvedProblem,
    theta: Float[Tensor, "S P"],
    alive: Bool[Tensor, " S"],
    *,
    iteration: int,
    noise: Noise,
    engine: Engine,
) -> NaturalStep:
    """Find the step by conjugate gradient, with the Fisher information of the rule's share of the rows."""
    rows = metric_rows(problem, rule.fisher_share, iteration, noise, theta.device)
    batch = problem.take(None)
    sample = () if rows is None else problem.take(rows)
    function = pure(problem, len(batch), rule.iterations, rule.tolerance)
    lengths = torch.tensor((rule.max_kl, rule.damping), device=theta.device)
    hyper = torch.tensor(problem.hyper_values, device=theta.device)
    return NaturalStep(*engine.call(f"{problem.name} step", function, theta, alive, lengths, hyper, *batch, *sample))


def pure(problem: CurvedProblem, size: int, iterations: int, tolerance: float) -> Function:
    """The same as a function of tensors alone, the first `size` of the last ones the batch, the others the rows for
    the metric if these are not all. One graph for gradient and all products: they share the passes forward."""

    def step(theta, alive, lengths, hyper, *tensors):
        batch, sample = tensors[:size], tensors[size:] or tensors[:size]
        max_kl, damping = lengths.unbind()
        gradient, alive = slope(problem, theta, alive, hyper, batch)
        fisher = problem.fisher(theta, sample)

        def damped(vector: Tensor) -> Tensor:
            return fisher(vector) + damping * vector

        direction, failed = conjugate_gradient(damped, gradient, iterations=iterations, tolerance=tolerance)
        change, moves, failed = to_length(direction, damped(direction), failed, max_kl)
        return change, moves, failed, alive

    return step


def slope(
    problem: Problem, theta: Float[Tensor, "S P"], alive: Bool[Tensor, " S"], hyper: Tensor, batch: tuple[Tensor, ...]
) -> tuple[Float[Tensor, "S P"], Bool[Tensor, " S"]]:
    """The objective's gradient, zero for a seed that is not alive or has no finite one and so is alive no longer."""
    with torch.enable_grad():
        x = theta.detach().requires_grad_()
        objective = problem.objective(x, batch, hyper.unbind()).sum()
        (gradient,) = torch.autograd.grad(objective, x)
    alive = alive & gradient.square().sum(1).isfinite()
    return gradient.where(alive[:, None], 0), alive


def to_length(
    direction: Float[Tensor, "S P"], image: Float[Tensor, "S P"], failed: Bool[Tensor, " S"], max_kl: Tensor | float
) -> tuple[Float[Tensor, "S P"], Bool[Tensor, " S"], Bool[Tensor, " S"]]:
    """The directions x scaled so that xᵀHx / 2 = δ, given their images Hx; which of them are a step; which failed.

    Where x is zero there is no step, and none where xᵀHx is negative or not finite: that is a failure.
    """
    curvature = (direction * image).sum(1)
    failed = failed | ~((curvature >= 0) & curvature.isfinite())
    moves = (curvature > 0) & ~failed
    scale = (2 * max_kl / curvature).sqrt()[:, None]
    return (scale * direction).where(moves[:, None], 0), moves, failed


def metric_rows(
    problem: Problem, share: float, iteration: int, noise: Noise, device: torch.device
) -> Int[Tensor, "S M"] | None:
    """The rows of each seed that the metric is measured on; None for all of them."""
    if share == 1:
        return None
    order = noise.permutation(Purpose.MINIBATCH, iteration, problem.rows)
    return torch.from_numpy(order[:, : max(1, round(share * problem.rows))]).to(device)


def passes(products: int, share: float) -> int:
    """Gradients over the whole batch: one of the objective, and one back through the network for each product of
    the metric with a vector, over its share of the rows."""
    return 1 + math.ceil(products * share)
