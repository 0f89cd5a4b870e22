"""A natural-gradient step that is taken only as far as the objective rises and the policy stays near."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.ranges import Count, Fraction, NonNegative, Positive
from rlbench.core.schema import Metric
from rlbench.core.types import CurvedProblem, Step
from rlbench.engine.engine import Engine, Function
from rlbench.updates.natural_step import NaturalStep, NothingKept, passes, solve


@dataclass(frozen=True, kw_only=True)
class TrustRegion:
    """The first of the fractions 1, shrink, shrink², … of the full step that raises the objective and keeps the exact
    KL(old || new), mean over the whole batch, at most `max_kl`; after `backtracks` of them in vain, no step.

    Schulman et al. 2015, "Trust Region Policy Optimization", arXiv:1502.05477, section 6 and appendix C.
    `fisher_share` of the rows, drawn anew for each step, measure the metric, as in the appendix.
    """

    max_kl: Positive = 0.01
    damping: NonNegative = 0.1
    iterations: Count = 10
    tolerance: NonNegative = 1e-10
    fisher_share: Fraction = 1.0
    backtracks: Count = 10
    shrink: Fraction = 0.8

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
        whose metric is not positive, or whose search finds nothing, keeps them for this time."""
        del state
        full = solve(self, problem, theta, alive, iteration=iteration, noise=noise, engine=engine)
        fraction = self._search(problem, theta, full, engine)
        measured = {Metric.STEP_FRACTION: fraction, Metric.CURVATURE_FAILURE: full.failed.float()}
        work = passes(self.iterations + 1, self.fisher_share)
        return Step(full.alive, updates=1, passes=work, measured=measured)

    def _search(
        self, problem: CurvedProblem, theta: Float[Tensor, "S P"], full: NaturalStep, engine: Engine
    ) -> Float[Tensor, " S"]:
        """Put every seed where its first good fraction leads, and return these; all look at each fraction together."""
        name, look = f"{problem.name} trial", trial(problem)
        batch, hyper = problem.take(None), torch.tensor(problem.hyper_values, device=theta.device)
        found, searching, taken = theta.clone(), full.moves, torch.zeros_like(theta[:, 0])
        for fraction in (self.shrink**k for k in range(self.backtracks)):
            candidate = theta + fraction * full.change
            improvement, divergence = engine.call(name, look, theta, candidate, hyper, *batch)
            # Comparisons with NaN are false: where either is not a number, nothing is accepted.
            accepted = searching & (improvement > 0) & (divergence <= self.max_kl)
            found = torch.where(accepted[:, None], candidate, found)
            taken = torch.where(accepted, fraction, taken)
            searching = searching & ~accepted
            if not searching.any():
                break
        theta.copy_(found)
        return taken


def trial(problem: CurvedProblem) -> Function:
    """By how much other parameters raise the objective, and KL(policy at theta || policy there)."""

    def look(theta, candidate, hyper, *batch):
        before, after = (problem.objective(x, batch, hyper.unbind()) for x in (theta, candidate))
        return after - before, problem.divergence(theta, candidate, batch)

    return look
