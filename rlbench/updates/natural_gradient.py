"""One step along the natural gradient, as long as its quadratic model allows, with no check afterwards."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.ranges import Count, Fraction, NonNegative, Positive
from rlbench.core.schema import Metric
from rlbench.core.types import CurvedProblem, Step
from rlbench.engine.engine import Engine
from rlbench.updates.natural_step import NothingKept, passes, solve


@dataclass(frozen=True, kw_only=True)
class NaturalGradient:
    """theta + x √(2δ / xᵀHx) with H x = g by conjugate gradient: memory and time of a product, never the matrix.

    Kakade 2001, "A Natural Policy Gradient"; with its length from δ, Schulman et al. 2015, arXiv:1502.05477,
    appendix C without the line search. `fisher_share` of the rows, drawn anew for each step, measure the metric:
    the paper's appendix C takes a part of them as well.
    """

    max_kl: Positive = 0.01
    damping: NonNegative = 0.1
    iterations: Count = 10
    tolerance: NonNegative = 1e-10
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
        whose metric is not positive keeps them for this time."""
        del state
        found = solve(self, problem, theta, alive, iteration=iteration, noise=noise, engine=engine)
        theta.copy_(torch.where(found.moves[:, None], theta + found.change, theta))
        measured = {Metric.STEP_FRACTION: found.moves.float(), Metric.CURVATURE_FAILURE: found.failed.float()}
        work = passes(self.iterations + 1, self.fisher_share)
        return Step(found.alive, updates=1, passes=work, measured=measured)
