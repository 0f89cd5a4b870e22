"""What policies are worth in a small world without end: the solution of linear equations, for many policies at once."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from rlbench.probes.world import World


@dataclass(frozen=True)
class Discounted:
    """Policies of logits [S, X, A] in one world, with discount gamma."""

    world: World
    logits: Tensor
    gamma: float

    @cached_property
    def policy(self) -> Tensor:
        return self.logits.softmax(-1)

    @cached_property
    def value(self) -> Tensor:
        """V = Σ π (r + γ P V), [S, X]."""
        return torch.linalg.solve(self._kept, (self.policy * self.world.pays).sum(-1))

    @cached_property
    def advantage(self) -> Tensor:
        """Q - V, [S, X, A]."""
        return self.world.pays + self.gamma * self._ahead(self.value) - self.value[..., None]

    @cached_property
    def visits(self) -> Tensor:
        """Σ_t γ^t P(state x at step t), [S, X]: ρ of Schulman et al. 2015, arXiv:1502.05477, not normalised."""
        start = self.world.start.expand_as(self.value)
        return torch.linalg.solve(self._kept.transpose(-1, -2), start)

    @cached_property
    def visited(self) -> Tensor:
        """The same of each state and action, [S, X, A]."""
        return self.visits[..., None] * self.policy

    @cached_property
    def spread(self) -> Tensor:
        """Standard deviation of the discounted return after each state and action, [S, X, A].

        E G² = r² + 2 γ r P V + γ² P E G² (Sobel 1982, "The Variance of Discounted Markov Decision Processes",
        doi:10.2307/3213832).
        """
        pays, following = self.world.pays, self.gamma * self._ahead(self.value)
        known = pays.square() + 2 * pays * following
        kept = torch.eye(len(self.world.start), dtype=pays.dtype) - self.gamma**2 * self._moves
        square = torch.linalg.solve(kept, (self.policy * known).sum(-1))
        variance = known + self.gamma**2 * self._ahead(square) - (pays + following).square()
        return variance.clamp_min(0).sqrt()

    @property
    def performance(self) -> Tensor:
        """η, the expected discounted return, [S]."""
        return self.value @ self.world.start

    def _ahead(self, states: Tensor) -> Tensor:
        """What numbers of states [S, X] are on average one step later, [S, X, A]."""
        return torch.einsum("xay,sy->sxa", self.world.moves, states)

    @property
    def _moves(self) -> Tensor:
        return torch.einsum("sxa,xay->sxy", self.policy, self.world.moves)

    @property
    def _kept(self) -> Tensor:
        """1 - γ P of the policies' moves, [S, X, X]."""
        return torch.eye(len(self.world.start), dtype=self.logits.dtype) - self.gamma * self._moves
