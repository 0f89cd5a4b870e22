"""A policy's problem: every state and action as a decision, weighted as the policy comes by it, or as a sample did."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.types import Credit, Decisions, Now
from rlbench.distributions.categorical import Categorical
from rlbench.engine.eager import Eager
from rlbench.loops.problems import PolicyProblem
from rlbench.probes.discounted import Discounted


@dataclass(frozen=True)
class ExactProblem:
    """What a method's objective and its update rule make of policies whose values are known."""

    before: Discounted
    method: Any
    share: Tensor | None = None
    """How much each state and action counts, [S, X, A]; None: as often as the policies come by it."""
    worth: Tensor | None = None
    """What each is taken to be worth, [S, X, A]; None: its advantage."""

    @cached_property
    def problem(self) -> PolicyProblem:
        seeds, states, actions = self.before.logits.shape
        state, action = torch.meshgrid(torch.arange(states), torch.arange(actions), indexing="ij")
        share = self._row(self.before.visited if self.share is None else self.share)
        advantage = self._row(self.before.advantage if self.worth is None else self.worth)
        logp = self._row(self.before.policy.log())
        state, action = (x.flatten().expand(1, seeds, -1) for x in (state, action))
        nothing = torch.zeros_like(share)
        d = Decisions(state, action, logp, nothing, share, nothing, nothing)
        return PolicyProblem(self._evaluate, self.method, d, Credit(advantage, share), whole=True)

    def surrogate(self, logits: Tensor) -> Tensor:
        """L - η: the method's objective at other policies [S, X, A], [S]."""
        hyper = torch.tensor(self.problem.hyper_values, dtype=logits.dtype).unbind()
        return self.problem.objective(logits.flatten(1), self.problem.take(None), hyper)

    def slope(self) -> Tensor:
        """The objective's gradient, [S, X, A]."""
        logits = self.before.logits.clone().requires_grad_()
        return torch.autograd.grad(self.surrogate(logits).sum(), logits)[0]

    def divergence(self, logits: Tensor) -> Tensor:
        """KL(before || other policies [S, X, A]), mean over the states that the policies visit, [S]."""
        here = self.before.logits.flatten(1)
        return self.problem.divergence(here, logits.flatten(1), self.problem.take(None))

    def stepped(self, rule: Any) -> Tensor:
        """Where an update rule takes the policies, [S, X, A]."""
        theta, noise = self.before.logits.flatten(1).clone(), Noise(range(len(self.before.logits)))
        alive = torch.ones(len(theta), dtype=torch.bool)
        rule.step(self.problem, theta, rule.start(theta), alive, iteration=0, noise=noise, engine=Eager())
        return theta.unflatten(1, self.before.logits.shape[1:])

    def _evaluate(self, theta: Tensor, d: Decisions) -> Now:
        seed = torch.arange(len(theta))[None, :, None]
        dist = Categorical(theta.unflatten(1, self.before.logits.shape[1:])[seed, d.inputs])
        return Now(dist.logp(d.action), dist)

    def _row(self, table: Tensor) -> Tensor:
        """A table [S, X, A] as [1, S, X A]."""
        return table.flatten(1)[None].clone()
