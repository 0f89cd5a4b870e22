"""A value function for vectors, apart from the policy: it shares no weights and has its own optimiser."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.nets import mlp
from rlbench.nets.layout import Layout

NETWORK = 1


@dataclass(frozen=True)
class Critic:
    """A pure function of its flat parameters phi [S, P]."""

    inputs: int
    hidden: tuple[int, int]

    @property
    def layout(self) -> Layout:
        return Layout(mlp.shapes(self.inputs, self.hidden, 1))

    def start(self, noise: Noise) -> Float[Tensor, "S P"]:
        phi = torch.zeros(len(noise), self.layout.size)
        mlp.initialise(self.layout.views(phi), noise, NETWORK, output_gain=1.0)
        return phi

    def evaluate(self, phi: Float[Tensor, "S P"], inputs: Float[Tensor, "T S B D"]) -> Float[Tensor, "T S B"]:
        """The expected discounted return from each input on."""
        length = inputs.shape[0]
        values = mlp.forward(self.layout.views(phi), inputs.transpose(0, 1).flatten(1, 2))[..., 0]
        return values.unflatten(1, (length, -1)).transpose(0, 1)
