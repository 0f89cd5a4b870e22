"""Stacked networks against one plain torch network for each seed, and how they start."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from rlbench.core.noise import Noise
from rlbench.nets import mlp
from rlbench.nets.layout import Layout

INPUTS, HIDDEN, OUTPUTS = 5, (12, 8), 3
SEEDS = 4


@pytest.fixture
def weights() -> list[Tensor]:
    """Of four seeds, random, biases too."""
    layout = Layout(mlp.shapes(INPUTS, HIDDEN, OUTPUTS))
    generator = torch.Generator().manual_seed(0)
    return layout.views(torch.randn(SEEDS, layout.size, generator=generator) * 0.5)


@pytest.fixture
def x() -> Tensor:
    return torch.randn(SEEDS, 7, INPUTS, generator=torch.Generator().manual_seed(1))


def plain(weights: list[Tensor], seed: int) -> nn.Sequential:
    """The same network as torch would build it."""
    first, second = HIDDEN
    layers = [nn.Linear(INPUTS, first), nn.Tanh(), nn.Linear(first, second), nn.Tanh(), nn.Linear(second, OUTPUTS)]
    w1, b1, w2, b2, w3, b3 = (weight[seed] for weight in weights)
    with torch.no_grad():
        for layer, weight, bias in ((layers[0], w1.T, b1), (layers[2], w2.T, b2), (layers[4], w3, b3)):
            layer.weight.copy_(weight)
            layer.bias.copy_(bias.flatten())
    return nn.Sequential(*layers)


def test_each_seeds_outputs_are_those_of_its_own_plain_network(weights, x):
    out = mlp.forward(weights, x)
    for seed in range(SEEDS):
        torch.testing.assert_close(out[seed], plain(weights, seed)(x[seed]), rtol=0, atol=1e-6)


def test_its_gradient_is_the_plain_networks(weights, x):
    stacked = [weight.clone().requires_grad_() for weight in weights]
    mlp.forward(stacked, x).square().sum().backward()
    for seed in range(SEEDS):
        network = plain(weights, seed)
        network(x[seed]).square().sum().backward()
        expected = [parameter.grad for parameter in network.parameters()]
        found = [weight.grad[seed] for weight in stacked]
        for k, transposed in enumerate((True, False, True, False, False, False)):
            one = found[k].T if transposed else found[k]
            torch.testing.assert_close(one.reshape(expected[k].shape), expected[k], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rows", [7, 64, 1024])
@pytest.mark.parametrize("width", [16, 64])
def test_a_seed_alone_has_the_same_bits_as_in_a_block(width, rows):
    layout, generator = Layout(mlp.shapes(INPUTS, (width, width), OUTPUTS)), torch.Generator().manual_seed(2)
    theta, x = (
        torch.randn(SEEDS, layout.size, generator=generator),
        torch.randn(SEEDS, rows, INPUTS, generator=generator),
    )

    block = mlp.forward(layout.views(theta), x)
    for one in (slice(seed, seed + 1) for seed in range(SEEDS)):
        assert torch.equal(mlp.forward(layout.views(theta[one]), x[one]), block[one])


def test_the_numpy_network_is_the_same_function(weights, x):
    found = mlp.NumpyMLP(weights)(x.numpy())
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, mlp.forward(weights, x).numpy(), rtol=0, atol=1e-6)


def test_the_numpy_network_leaves_its_inputs_alone(weights, x):
    before = x.clone()
    mlp.NumpyMLP(weights)(x.numpy())
    assert torch.equal(x, before)


def start(seeds: list[int], network: int = 0, gain: float = 0.01) -> list[Tensor]:
    layout = Layout(mlp.shapes(INPUTS, HIDDEN, OUTPUTS))
    views = layout.views(torch.full((len(seeds), layout.size), float("nan")))
    mlp.initialise(views, Noise(seeds), network, output_gain=gain)
    return views


def test_matrices_start_orthogonal_with_their_gain_and_biases_at_zero():
    weights = start([0, 1, 2])
    for weight, gain in zip(weights[::2], (2**0.5, 2**0.5, 0.01), strict=True):
        for matrix in weight.double():
            rows, columns = matrix.shape
            gram = matrix.T @ matrix if rows >= columns else matrix @ matrix.T
            identity = gain**2 * torch.eye(min(rows, columns), dtype=torch.float64)
            torch.testing.assert_close(gram, identity, rtol=0, atol=gain**2 * 1e-6)
    assert all((bias == 0).all() for bias in weights[1::2])


def test_a_first_network_depends_on_its_seed_and_its_number_alone():
    block, alone = start([0, 1, 2, 3]), start([2])
    assert all(torch.equal(one[2], other[0]) for one, other in zip(block, alone, strict=True))
    for weight in block[::2]:
        assert all(not torch.equal(weight[k], weight[j]) for k in range(4) for j in range(k))
    critic = start([2], network=1)
    assert not any(torch.equal(one, other) for one, other in zip(alone[::2], critic[::2], strict=True))


def test_first_matrices_point_everywhere():
    # A QR decomposition alone fixes the signs of its diagonal: over seeds its entries would not average to zero.
    corner = torch.stack([start([seed])[0][0, 0, 0] for seed in range(200)])
    spread = 2**0.5 / max(INPUTS, HIDDEN[0]) ** 0.5  # of one entry of a Haar matrix times its gain
    assert corner.mean().abs() < 4 * spread / 200**0.5
    assert corner.std().item() == pytest.approx(spread, rel=0.2)
