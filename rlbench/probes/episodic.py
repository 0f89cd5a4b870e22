"""What a policy is worth in a small world up to a horizon, by dynamic programming."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from rlbench.probes.world import World


@dataclass(frozen=True)
class Episodic:
    """A policy of logits [X, A] for this number of steps, undiscounted; every episode ends at the horizon."""

    world: World
    logits: Tensor
    horizon: int

    @cached_property
    def policy(self) -> Tensor:
        return self.logits.softmax(-1)

    @cached_property
    def q(self) -> Tensor:
        """Q of each step, state and action [T, X, A]: Q_t = r + Σ P V_{t+1}, from the last step back."""
        found, value = [], torch.zeros_like(self.world.start)
        for _ in range(self.horizon):
            found.append(self.world.pays + self.world.moves @ value)
            value = (self.policy * found[-1]).sum(-1)
        return torch.stack(found[::-1])

    @cached_property
    def value(self) -> Tensor:
        """V of each step and state, zero at the horizon: [T + 1, X]."""
        value = (self.policy * self.q).sum(-1)
        return torch.cat([value, torch.zeros_like(value[:1])])

    @cached_property
    def advantage(self) -> Tensor:
        """Q - V, [T, X, A]."""
        return self.q - self.value[:-1, :, None]

    @cached_property
    def visits(self) -> Tensor:
        """How probable each state is at each step, [T, X]."""
        found = [self.world.start]
        for _ in range(self.horizon - 1):
            found.append(torch.einsum("x,xa,xay->y", found[-1], self.policy, self.world.moves))
        return torch.stack(found)

    @cached_property
    def gradient(self) -> Tensor:
        """∇ of the expected return by the logits, [X A]: the derivative of the dynamic programme itself."""
        logits = self.logits.clone().requires_grad_()
        performance = self.world.start @ Episodic(self.world, logits, self.horizon).value[0]
        return torch.autograd.grad(performance, logits)[0].flatten()
