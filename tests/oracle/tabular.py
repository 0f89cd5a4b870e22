"""Markov decision processes so small that all about a policy is known: dynamic programming in float64 NumPy.

Axes: X state, A action, T step; whatever stands before them is many policies at once. A policy is a table of logits.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class MDP:
    """Where it begins [X], where actions lead [X, A, X], what they pay [X, A].

    With what a row of `moves` lacks to one the episode ends there.
    """

    start: np.ndarray
    moves: np.ndarray
    pays: np.ndarray


def random_mdp(seed: int, states: int, actions: int = 2, *, ends: float = 0.0) -> MDP:
    """Standard normal rewards, uneven moves to all states; every action ends the episode with probability `ends`."""
    g = np.random.default_rng(seed)
    moves = g.dirichlet(np.full(states, 0.5), (states, actions)) * (1 - ends)
    return MDP(g.dirichlet(np.ones(states)), moves, g.standard_normal((states, actions)))


def random_logits(seed: int, states: int, actions: int = 2) -> np.ndarray:
    """A policy that is neither uniform nor nearly deterministic."""
    return 0.7 * np.random.default_rng((seed, 1)).standard_normal((states, actions))


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


@dataclass(frozen=True)
class Episodic:
    """A policy from the start to the horizon, where every episode that has not ended before ends."""

    mdp: MDP
    logits: np.ndarray
    horizon: int
    gamma: float = 1.0

    @cached_property
    def policy(self) -> np.ndarray:
        return softmax(self.logits)

    @cached_property
    def value(self) -> np.ndarray:
        """V of each step and state [T + 1, X]; zero at the horizon."""
        return np.append(np.einsum("xa,txa->tx", self.policy, self.q), np.zeros_like(self.mdp.start)[None], 0)

    @cached_property
    def q(self) -> np.ndarray:
        """Q of each step, state and action [T, X, A]: Q_t = r + γ Σ P V_{t+1}, from the last step back."""
        found, value = [], np.zeros_like(self.mdp.start)
        for _ in range(self.horizon):
            found.append(self.mdp.pays + self.gamma * self.mdp.moves @ value)
            value = (self.policy * found[-1]).sum(-1)
        return np.stack(found[::-1])

    @cached_property
    def advantage(self) -> np.ndarray:
        return self.q - self.value[:-1, :, None]

    @cached_property
    def visits(self) -> np.ndarray:
        """How probable it is that the episode still goes on at step t, in state x [T, X]."""
        found = [self.mdp.start]
        for _ in range(self.horizon - 1):
            found.append(np.einsum("x,xa,xay->y", found[-1], self.policy, self.mdp.moves))
        return np.stack(found)

    def foreseen(self, critic: np.ndarray, n: int) -> np.ndarray:
        """What n rewards and then a critic [T + 1, X] promise of each step, state and action on average, [T, X, A]."""
        promised = (self.policy * self.foreseen(critic, n - 1)).sum(-1) if n > 1 else critic[:-1]
        following = np.append(promised[1:], np.zeros_like(critic[:1]), 0)
        return self.mdp.pays + self.gamma * np.einsum("xay,ty->txa", self.mdp.moves, following)

    @property
    def performance(self) -> float:
        """η: the expected discounted return."""
        return float(self.mdp.start @ self.value[0])

    @property
    def gradient(self) -> np.ndarray:
        """∇η by the logits [X, A] (Sutton et al. 2000, "Policy Gradient Methods for Reinforcement Learning with
        Function Approximation", theorem 1): Σ_t γ^t Σ_x d_t(x) π(a|x) A_t(x, a)."""
        return self.towards(self.visits * self.gamma ** np.arange(self.horizon)[:, None], self.advantage)

    @property
    def usual_gradient(self) -> np.ndarray:
        """The same without γ^t, which is what the usual estimators estimate; with γ = 1 there is no difference."""
        return self.towards(self.visits, self.advantage)

    def towards(self, visits: np.ndarray, worth: np.ndarray) -> np.ndarray:
        """Σ_t Σ_x visits_t(x) Σ_a ∇π(a|x) worth_t(x, a), where states are visited and actions are worth so much."""
        above = worth - (self.policy * worth).sum(-1, keepdims=True)
        return np.einsum("tx,xa,txa->xa", visits, self.policy, above)


@dataclass(frozen=True)
class Endless:
    """Policies without a horizon, discounted; many at once where their logits are [..., X, A]."""

    mdp: MDP
    logits: np.ndarray
    gamma: float

    @cached_property
    def policy(self) -> np.ndarray:
        return softmax(self.logits)

    @cached_property
    def value(self) -> np.ndarray:
        """The solution of V = Σ π (r + γ P V), [..., X]."""
        pays = (self.policy * self.mdp.pays).sum(-1)
        return np.linalg.solve(self._not_moved, pays[..., None])[..., 0]

    @cached_property
    def advantage(self) -> np.ndarray:
        q = self.mdp.pays + self.gamma * np.einsum("xay,...y->...xa", self.mdp.moves, self.value)
        return q - self.value[..., None]

    @cached_property
    def visits(self) -> np.ndarray:
        """Σ_t γ^t P(state x at step t), [..., X]: not normalised, as in Schulman et al. 2015, arXiv:1502.05477."""
        start = np.broadcast_to(self.mdp.start, self.value.shape)
        return np.linalg.solve(np.swapaxes(self._not_moved, -1, -2), start[..., None])[..., 0]

    @property
    def performance(self) -> np.ndarray:
        return self.value @ self.mdp.start

    @property
    def _not_moved(self) -> np.ndarray:
        """1 - γ P of the policy's moves, [..., X, X]."""
        moves = np.einsum("...xa,xay->...xy", self.policy, self.mdp.moves)
        return np.eye(len(self.mdp.start)) - self.gamma * moves
