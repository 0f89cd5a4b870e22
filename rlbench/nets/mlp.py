"""S multilayer perceptrons side by side: the same two hidden layers of tanh units for every seed.

The last layer is stored [outputs, hidden] and multiplied from the left: with one or two outputs a product
of the usual form costs as much as a whole hidden layer.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.noise import Noise, Purpose
from rlbench.nets.tanh import Tanh


def shapes(inputs: int, hidden: tuple[int, int], outputs: int) -> tuple[tuple[int, ...], ...]:
    """Shapes of one network's weights and biases, first layer first."""
    first, second = hidden
    return ((inputs, first), (1, first), (first, second), (1, second), (outputs, second), (outputs, 1))


def forward(weights: list[Tensor], x: Float[Tensor, "S N inputs"]) -> Float[Tensor, "S N outputs"]:
    """All seeds' outputs for their own inputs."""
    if len(x) == 1:
        # As two equal seeds: a product with a single matrix rounds differently. What learns from one seed must double
        # it before the objective, for then its gradient's sums, too, are those of a block.
        return forward([w.repeat(2, 1, 1) for w in weights], x.repeat(2, 1, 1))[:1]
    w1, b1, w2, b2, w3, b3 = weights
    hidden = Tanh.apply(torch.bmm(x, w1) + b1)
    hidden = Tanh.apply(torch.bmm(hidden, w2) + b2)
    return (torch.bmm(w3, hidden.transpose(1, 2)) + b3).transpose(1, 2)


class NumpyMLP:
    """The same function on NumPy arrays with fixed weights: acting takes many small batches, where torch's calls
    cost more than its arithmetic."""

    def __init__(self, weights: list[Tensor]):
        self.w1, self.b1, self.w2, self.b2, w3, b3 = (w.numpy() for w in weights)
        self.w3, self.b3 = np.ascontiguousarray(w3.transpose(0, 2, 1)), b3.transpose(0, 2, 1)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """[S, N, inputs] -> [S, N, outputs]."""
        hidden = np.matmul(x, self.w1)
        hidden += self.b1
        np.tanh(hidden, out=hidden)
        hidden = np.matmul(hidden, self.w2)
        hidden += self.b2
        np.tanh(hidden, out=hidden)
        out = np.matmul(hidden, self.w3)
        out += self.b3
        return out


def initialise(weights: list[Tensor], noise: Noise, network: int, output_gain: float) -> None:
    """Fill in place: orthogonal matrices with gain √2, the last with `output_gain`; biases zero.

    `network` tells networks of one seed apart. Orthogonal initialisation: Saxe et al. 2014, arXiv:1312.6120.
    """
    for index, weight in enumerate(weights):
        if index % 2:
            weight.zero_()
            continue
        last = index == len(weights) - 2
        gain = output_gain if last else 2**0.5
        for seed, generator in enumerate(noise.generators(Purpose.INITIALISATION, 100 * network + index)):
            weight[seed] = torch.from_numpy(gain * _orthogonal(generator, *weight.shape[1:]))


def _orthogonal(generator: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """A random matrix with orthonormal rows or columns, whichever are fewer; uniform among them (Haar)."""
    tall = generator.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return (q if rows >= columns else q.T).astype(np.float32)
