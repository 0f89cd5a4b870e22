"""A learned reward: a function of one decision, whose sum over a segment says how the segment would be ranked."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import one_hot

from rlbench.core.noise import Noise
from rlbench.nets import mlp
from rlbench.nets.layout import Layout

NETWORK = 2


@dataclass(frozen=True)
class RewardNetwork:
    """A pure function of its flat parameters [S, P]."""

    observation: int
    """Numbers that a policy is shown."""
    action: int
    """Choices, or dimensions of an action."""
    hidden: tuple[int, int]

    @property
    def layout(self) -> Layout:
        return Layout(mlp.shapes(self.observation + self.action, self.hidden, 1))

    def start(self, noise: Noise) -> Float[Tensor, "S P"]:
        parameters = torch.zeros(len(noise), self.layout.size)
        mlp.initialise(self.layout.views(parameters), noise, NETWORK, output_gain=0.1)
        return parameters

    def encode(self, inputs: Float[Tensor, "*batch D"], action: Tensor) -> Float[Tensor, "*batch X"]:
        """What the network sees of a decision: a choice stands as ones and zeros."""
        numbers = action if action.is_floating_point() else one_hot(action, self.action)
        return torch.cat((inputs, numbers.to(inputs.dtype)), -1)

    def forward(self, parameters: Float[Tensor, "S P"], x: Float[Tensor, "S N X"]) -> Float[Tensor, "S N"]:
        return mlp.forward(self.layout.views(parameters), x)[..., 0]


@dataclass(frozen=True)
class RewardModel:
    """One learned reward for each seed."""

    network: RewardNetwork
    parameters: Float[Tensor, "S P"]

    def __call__(self, inputs: Float[Tensor, "T S B D"], action: Tensor) -> Float[Tensor, "T S B"]:
        """The reward of each decision."""
        x = self.network.encode(inputs, action).transpose(0, 1)
        rewards = self.network.forward(self.parameters.to(x.device), x.flatten(1, 2))
        return rewards.unflatten(1, x.shape[1:3]).transpose(0, 1)

    def acting(self) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """The same on NumPy arrays of one step, shown [S, B, D] and actions to [S, B]."""
        forward = mlp.NumpyMLP(self.network.layout.views(self.parameters))

        def rewards(shown: np.ndarray, action: np.ndarray) -> np.ndarray:
            return forward(self.network.encode(torch.from_numpy(shown), torch.from_numpy(action)).numpy())[..., 0]

        return rewards

    def of(self, positions: list[int]) -> "RewardModel":
        """Those of some seeds of the block."""
        return replace(self, parameters=self.parameters[positions])

    def divided(self, by: Float[Tensor, " S"]) -> "RewardModel":
        """The same rewards in another unit for each seed."""
        parameters = self.parameters.clone()
        for last in self.network.layout.views(parameters)[-2:]:
            last /= by[:, None, None]
        return replace(self, parameters=parameters)
