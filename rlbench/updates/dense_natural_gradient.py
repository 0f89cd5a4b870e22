"""The natural gradient with its matrix written out: what conjugate gradients save is measured against this."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.ranges import Fraction, Positive
from rlbench.core.schema import Metric
from rlbench.core.types import CurvedProblem, Step
from rlbench.engine.engine import Engine, Function
from rlbench.updates.natural_step import NothingKept, metric_rows, passes, slope, to_length

COLUMNS = 16
"""Columns of the matrix that are found together. Networks' parameters come in blocks of as many."""


@dataclass(frozen=True, kw_only=True)
class DenseNaturalGradient:
    """theta + x √(2δ / xᵀHx) with H x = g by Cholesky's method: P² numbers for P parameters, P³ operations and P
    products with the metric, where conjugate gradients make do with ten. One seed after another, so that there is
    one matrix at a time.

    Kakade 2001, "A Natural Policy Gradient", with its length from δ as in Schulman et al. 2015, arXiv:1502.05477,
    appendix C. Positive damping, for the Fisher information of a network is never of full rank.
    """

    max_kl: Positive = 0.01
    damping: Positive = 0.1
    fisher_share: Fraction = 1.0

    def start(self, theta: Float[Tensor, "S P"]) -> NothingKept:
        del theta
        return NothingKept()

    def step(
        self,
        problem: CurvedProblem,
        theta: Float[Tensor, "S P"],
        state: NothingKept,
        alive: Bool[Tensor, " S"],
        *,
        iteration: int,
        noise: Noise,
        engine: Engine,
    ) -> Step:
        """Change theta in place. A seed whose gradient is not finite keeps its parameters and is no longer alive; one
        whose matrix is not positive definite keeps them for this time."""
        del state
        hyper = torch.tensor(problem.hyper_values, device=theta.device)

        def pure_slope(theta, alive, hyper, *batch):
            return slope(problem, theta, alive, hyper, batch)

        name = f"{problem.name} slope"
        gradient, alive = engine.call(name, pure_slope, theta, alive, hyper, *problem.take(None))
        rows = metric_rows(problem, self.fisher_share, iteration, noise, theta.device)
        sample = problem.take(rows)
        moves, failed = torch.zeros_like(alive), torch.zeros_like(alive)
        for seed in gradient.any(1).nonzero().flatten().tolist():
            one, own = slice(seed, seed + 1), [_of_seed(tensor, seed) for tensor in sample]
            matrix = self._matrix(problem, theta[one], own, engine)
            change, moves[one], failed[one] = self._solve(matrix, gradient[seed])
            theta[one] = torch.where(moves[one, None], theta[one] + change, theta[one])
        measured = {Metric.STEP_FRACTION: moves.float(), Metric.CURVATURE_FAILURE: failed.float()}
        work = passes(theta.shape[1], self.fisher_share)
        return Step(alive, updates=1, passes=work, measured=measured)

    def _matrix(
        self, problem: CurvedProblem, theta: Float[Tensor, "1 P"], batch: list[Tensor], engine: Engine
    ) -> Float[Tensor, "P P"]:
        """The Fisher information of one seed, with damping."""
        matrix = torch.eye(theta.shape[1], device=theta.device)
        for units in matrix.split(COLUMNS):
            (images,) = engine.call(f"{problem.name} columns", columns(problem), theta, units, *batch)
            units.copy_(images)
        matrix.diagonal().add_(self.damping)
        return matrix

    def _solve(
        self, matrix: Float[Tensor, "P P"], gradient: Float[Tensor, " P"]
    ) -> tuple[Float[Tensor, "1 P"], Bool[Tensor, " 1"], Bool[Tensor, " 1"]]:
        factor, info = torch.linalg.cholesky_ex(matrix)
        x = torch.cholesky_solve(gradient[:, None], factor)
        return to_length(x.T, (matrix @ x).T, info[None] != 0, self.max_kl)


def columns(problem: CurvedProblem) -> Function:
    """Products of one seed's Fisher information with several vectors: as many copies of the seed stand side by side."""

    def images(theta, vectors, *batch):
        count = len(vectors)
        copies = tuple(x.expand(*(count if axis == _seed_axis(x) else -1 for axis in range(x.ndim))) for x in batch)
        return (problem.fisher(theta.expand(count, -1), copies)(vectors),)

    return images


def _of_seed(tensor: Tensor, seed: int) -> Tensor:
    return tensor.narrow(_seed_axis(tensor), seed, 1).contiguous()


def _seed_axis(tensor: Tensor) -> int:
    """Decisions are [T, S, B, *]; a number for each seed is [S]."""
    return min(1, tensor.ndim - 1)
