"""All pairs of state and action as decisions, weighted as policies without a horizon visit them: no sample at all."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.types import Credit, Decisions, Step
from rlbench.engine.eager import Eager
from rlbench.loops.problems import PolicyProblem
from tests.oracle.tables import Table
from tests.oracle.tabular import Endless


@dataclass(frozen=True)
class Visited:
    """Policies [S, X, A] as the benchmark's problem: a method's objective of what each action is worth exactly."""

    world: Endless
    method: Any

    @cached_property
    def problem(self) -> PolicyProblem:
        seeds, states, actions = self.world.logits.shape
        state, action = (_row(x, seeds) for x in np.indices((states, actions)))
        share = _row(self.world.visits[:, :, None] * self.world.policy, seeds)
        logp, advantage = (_row(x, seeds) for x in (np.log(self.world.policy), self.world.advantage))
        nothing = torch.zeros_like(share)
        d = Decisions(state, action, logp, nothing, share, nothing, nothing)
        return PolicyProblem(Table(actions).evaluate, self.method, d, Credit(advantage, share), whole=True)

    @property
    def theta(self) -> Tensor:
        return torch.from_numpy(self.world.logits).flatten(1)

    def gain(self, logits: np.ndarray) -> np.ndarray:
        """Σ_x ρ(x) Σ_a π'(a|x) A(x, a) of other policies, [S]."""
        return self._objective(torch.from_numpy(logits).flatten(1)).numpy()

    def slope(self) -> np.ndarray:
        """The objective's gradient, [S, X, A]."""
        theta = self.theta.clone().requires_grad_()
        (found,) = torch.autograd.grad(self._objective(theta).sum(), theta)
        return found.numpy().reshape(self.world.logits.shape)

    def stepped(self, rule: Any) -> tuple[np.ndarray, Step]:
        """Where an update rule takes them."""
        theta, alive = self.theta.clone(), torch.ones(len(self.theta), dtype=torch.bool)
        noise = Noise(range(len(theta)))
        step = rule.step(self.problem, theta, rule.start(theta), alive, iteration=0, noise=noise, engine=Eager())
        return theta.numpy().reshape(self.world.logits.shape), step

    def _objective(self, theta: Tensor) -> Tensor:
        hyper = torch.tensor(self.problem.hyper_values, dtype=torch.float64).unbind()
        return self.problem.objective(theta, self.problem.take(None), hyper)


def _row(x: np.ndarray, seeds: int) -> Tensor:
    """A table for all seeds or one for each, as [1, S, X * A]."""
    return torch.tensor(np.broadcast_to(x, (seeds, *x.shape[-2:])).reshape(1, seeds, -1))
