"""Stochastic gradient ascent with Adam, in epochs of minibatches, every seed by itself."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from rlbench.core.noise import Noise, Purpose
from rlbench.core.ranges import Count, Fraction, Positive
from rlbench.core.types import Problem, Step
from rlbench.engine.engine import Engine, Function


@dataclass
class AdamState:
    """Running moments of the gradient, and the number of steps that each seed has taken."""

    first: Float[Tensor, "S P"]
    second: Float[Tensor, "S P"]
    steps: Int[Tensor, " S"]


@dataclass(frozen=True, kw_only=True)
class MinibatchAdam:
    """Adam on the objective, its gradient first clipped to a norm for each seed.

    Kingma & Ba 2015, "Adam: A Method for Stochastic Optimization", arXiv:1412.6980, algorithm 1.
    """

    lr: Positive = 3e-4
    epochs: Count = 1
    minibatches: Count = 1
    max_norm: Positive = 0.5
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: Positive = 1e-5

    def start(self, theta: Float[Tensor, "S P"]) -> AdamState:
        steps = torch.zeros(len(theta), dtype=torch.int64, device=theta.device)
        return AdamState(torch.zeros_like(theta), torch.zeros_like(theta), steps)

    def step(
        self,
        problem: Problem,
        theta: Float[Tensor, "S P"],
        state: AdamState,
        alive: Bool[Tensor, " S"],
        *,
        iteration: int,
        noise: Noise,
        engine: Engine,
    ) -> Step:
        """Raise the objective, changing theta and state in place. A seed whose gradient is not finite keeps its
        last parameters and is no longer alive."""
        name, ascend = f"{problem.name} ascent", self.pure(problem)
        hyper = torch.tensor(problem.hyper_values, device=theta.device)
        rates = iter(self._rates(state.steps))
        changing = (theta, state.first, state.second, alive)
        for epoch in range(self.epochs):
            for rows in self._minibatches(problem.rows, noise, iteration * self.epochs + epoch, theta.device):
                changing = engine.call(name, ascend, *changing, next(rates), hyper, *problem.take(rows))
        for old, new in zip((theta, state.first, state.second), changing[:3], strict=True):
            old.copy_(new)
        state.steps += self.epochs * self.minibatches
        return Step(changing[3], updates=self.epochs * self.minibatches, passes=self.epochs)

    def pure(self, problem: Problem) -> Function:
        """One ascent step as a function of tensors alone, fit to be traced into one graph."""

        def ascend(theta, first, second, alive, rate, hyper, *batch):
            with torch.enable_grad():
                x = theta.detach().requires_grad_()
                objective = problem.objective(x, batch, hyper.unbind()).sum()
                (gradient,) = torch.autograd.grad(objective, x)
            norm = gradient.square().sum(1).sqrt()
            alive = alive & norm.isfinite()
            gradient = gradient * (self.max_norm / (norm + 1e-6)).clamp(max=1)[:, None]
            new_first = first + (gradient - first) * (1 - self.beta1)
            new_second = second * self.beta2 + gradient * gradient * (1 - self.beta2)
            step_size, correction = rate[:, :, None].unbind()
            moved = theta + step_size * new_first / (new_second.sqrt() * correction + self.eps)
            keep = alive[:, None]
            return (
                torch.where(keep, moved, theta),
                torch.where(keep, new_first, first),
                torch.where(keep, new_second, second),
                alive,
            )

        return ascend

    def _rates(self, steps: Int[Tensor, " S"]) -> Float[Tensor, "updates 2 S"]:
        """For each update to come: the step size with the first moment's bias correction, and the factor that
        corrects the root of the second."""
        taken = steps.double() + torch.arange(1, self.epochs * self.minibatches + 1, device=steps.device)[:, None]
        return torch.stack([self.lr / (1 - self.beta1**taken), (1 - self.beta2**taken) ** -0.5], 1).float()

    def _minibatches(self, rows: int, noise: Noise, step: int, device: torch.device) -> list[Tensor | None]:
        if self.minibatches == 1:
            return [None]
        order = torch.from_numpy(noise.permutation(Purpose.MINIBATCH, step, rows)).to(device)
        size = rows // self.minibatches
        return [order[:, k * size : (k + 1) * size] for k in range(self.minibatches)]
