"""From a network's outputs to a distribution over actions, and from noise to an action."""

from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float
from torch import Tensor

from rlbench.core.noise import Noise, Purpose
from rlbench.core.types import Distribution
from rlbench.distributions.categorical import Categorical
from rlbench.distributions.epsilon_greedy import EpsilonGreedy
from rlbench.distributions.gaussian import Gaussian


@runtime_checkable
class Head(Protocol):
    """What an action space asks of a policy network. NumPy methods serve acting, torch ones learning."""

    kind: ClassVar[type]
    """The type of its distributions, made from their parts."""

    @property
    def outputs(self) -> int:
        """Numbers that the network gives for one decision."""
        ...

    @property
    def extra_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Weights that do not depend on the input."""
        ...

    def initialise(self, extra: list[Tensor]) -> None: ...

    def distribution(self, outputs: Float[Tensor, "T S B outputs"], extra: list[Tensor]) -> Distribution: ...

    def draw(self, noise: Noise, purpose: Purpose, step: int, shape: tuple[int, int]) -> np.ndarray:
        """The noise for [T, B] actions of every seed, [S, T, B, *]."""
        ...

    def sample(self, outputs: np.ndarray, noise: np.ndarray, extra: list[np.ndarray]) -> np.ndarray:
        """Actions from outputs [S, B, outputs] and their noise [S, B, *]."""
        ...

    def mode(self, outputs: np.ndarray) -> np.ndarray:
        """The most likely actions."""
        ...


@dataclass(frozen=True)
class CategoricalHead:
    """One logit for each action; actions are integers."""

    kind: ClassVar[type] = Categorical

    outputs: int

    @property
    def extra_shapes(self) -> tuple[tuple[int, ...], ...]:
        return ()

    def initialise(self, extra: list[Tensor]) -> None:
        del extra

    def distribution(self, outputs: Tensor, extra: list[Tensor]) -> Categorical:
        del extra
        return Categorical(outputs)

    def draw(self, noise: Noise, purpose: Purpose, step: int, shape: tuple[int, int]) -> np.ndarray:
        return noise.uniform(purpose, step, shape)

    def sample(self, outputs: np.ndarray, noise: np.ndarray, extra: list[np.ndarray]) -> np.ndarray:
        """Inverse of the cumulative distribution: one uniform number chooses one action."""
        del extra
        cumulative = np.exp(outputs - outputs.max(-1, keepdims=True)).cumsum(-1)
        return (noise[..., None] * cumulative[..., -1:] >= cumulative[..., :-1]).sum(-1)

    def mode(self, outputs: np.ndarray) -> np.ndarray:
        return outputs.argmax(-1)


@dataclass(frozen=True)
class GaussianHead:
    """One mean for each dimension of the action and a log standard deviation that no input changes."""

    kind: ClassVar[type] = Gaussian

    outputs: int
    log_std: float = -0.5

    @property
    def extra_shapes(self) -> tuple[tuple[int, ...], ...]:
        return ((1, self.outputs),)

    def initialise(self, extra: list[Tensor]) -> None:
        extra[0].fill_(self.log_std)

    def distribution(self, outputs: Tensor, extra: list[Tensor]) -> Gaussian:
        return Gaussian(outputs, extra[0][None].expand_as(outputs))

    def draw(self, noise: Noise, purpose: Purpose, step: int, shape: tuple[int, int]) -> np.ndarray:
        return noise.normal(purpose, step, (*shape, self.outputs))

    def sample(self, outputs: np.ndarray, noise: np.ndarray, extra: list[np.ndarray]) -> np.ndarray:
        return outputs + np.exp(extra[0]) * noise

    def mode(self, outputs: np.ndarray) -> np.ndarray:
        return outputs


@dataclass(frozen=True)
class EpsilonGreedyHead:
    """One value for each action. How often the best one is not taken on purpose lies beside the weights, where acting,
    evaluation and every measure of the policy find it; no gradient reaches it."""

    kind: ClassVar[type] = EpsilonGreedy

    outputs: int

    @property
    def extra_shapes(self) -> tuple[tuple[int, ...], ...]:
        return ((1, 1),)

    def initialise(self, extra: list[Tensor]) -> None:
        self.explore(extra, 1.0)

    def explore(self, extra: list[Tensor], epsilon: float) -> None:
        """Take a random action with this probability."""
        extra[0].fill_(epsilon)

    def distribution(self, outputs: Tensor, extra: list[Tensor]) -> EpsilonGreedy:
        return EpsilonGreedy(outputs, extra[0][None].expand(*outputs.shape[:-1], 1))

    def draw(self, noise: Noise, purpose: Purpose, step: int, shape: tuple[int, int]) -> np.ndarray:
        return noise.uniform(purpose, step, shape)

    def sample(self, outputs: np.ndarray, noise: np.ndarray, extra: list[np.ndarray]) -> np.ndarray:
        """Where the number lies below ε, what lies below it is again uniform and chooses the action."""
        epsilon = extra[0][..., 0]
        below = np.minimum(noise, epsilon) / np.maximum(epsilon, np.finfo(np.float32).tiny)
        anywhere = (below * self.outputs).astype(np.int64)
        return np.where(noise < epsilon, np.minimum(anywhere, self.outputs - 1), self.mode(outputs))

    def mode(self, outputs: np.ndarray) -> np.ndarray:
        return outputs.argmax(-1)
