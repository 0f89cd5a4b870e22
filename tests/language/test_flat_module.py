"""A module and its numbers, apart and together again."""

import torch

from rlbench.language.flat_module import FlatModule
from tests.language.models import policy


def test_reading_and_writing_are_inverse():
    network = policy().network
    theta = network.read() * 2
    network.write(theta)
    assert torch.equal(network.read(), theta)


def test_a_parameter_that_is_used_twice_is_there_once():
    network = policy().network
    shared = network.module.get_input_embeddings().weight
    assert network.module.get_output_embeddings().weight is shared
    assert network.layout.parameters == sum(p.numel() for p in network.module.parameters())


def test_weights_share_the_memory_of_theta():
    network = policy().network
    theta = network.read().repeat(2, 1)
    network.weights(theta)[1]["model.norm.weight"].fill_(7)
    assert (network.layout.views(theta)[-1][1] == 7).all()
    assert not (network.layout.views(theta)[-1][0] == 7).any()


def test_a_module_with_dropout_answers_the_same_twice():
    network = FlatModule(torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Dropout(0.5)))
    weights, x = network.weights(network.read()[None])[0], torch.ones(4, 3)
    assert torch.equal(network.call(weights, input=x), network.call(weights, input=x))
