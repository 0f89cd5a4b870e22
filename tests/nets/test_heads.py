"""From outputs and noise to actions: a fixed grid of noise must give each action its share."""

import math

import numpy as np
import pytest
import torch
from scipy import special

from rlbench.core.noise import Noise, Purpose
from rlbench.nets.heads import CategoricalHead, EpsilonGreedyHead, GaussianHead

N = 1000


@pytest.mark.parametrize(
    "logits", [[0.0, 0.0, 0.0], [2.0, -1.0, 0.5], [-20.0, 0.0, 1.0], [300.0, 299.0, -300.0], [0.0]], ids=str
)
def test_sampled_actions_come_in_the_shares_of_the_softmax(logits):
    grid = ((np.arange(N) + 0.5) / N).astype(np.float32)[None]
    outputs = np.tile(np.array(logits, np.float32), (1, N, 1))
    actions = CategoricalHead(len(logits)).sample(outputs, grid, [])
    assert actions.shape == (1, N)
    counts = np.bincount(actions[0], minlength=len(logits))
    np.testing.assert_allclose(counts, N * special.softmax(np.array(logits)), rtol=0, atol=1)


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.3, 0.999, 1.0])
@pytest.mark.parametrize("values", [[1.0, 3.0, 2.0], [5.0, 5.0, 4.0], [-1.0, -3.0], [0.0]], ids=str)
def test_the_best_action_comes_but_for_the_share_that_is_spread_over_all(values, epsilon):
    """1 - ε and an equal part of ε for the best, the first of equals; that part for every other."""
    grid = ((np.arange(N) + 0.5) / N).astype(np.float32)[None]
    count = len(values)
    outputs = np.tile(np.array(values, np.float32), (1, N, 1))
    actions = EpsilonGreedyHead(count).sample(outputs, grid, [np.full((1, 1, 1), epsilon, np.float32)])
    expected = np.full(count, epsilon / count)
    expected[values.index(max(values))] += 1 - epsilon
    np.testing.assert_allclose(np.bincount(actions[0], minlength=count), N * expected, rtol=0, atol=1)
    dist = EpsilonGreedyHead(count).distribution(torch.from_numpy(outputs)[None], [torch.full((1, 1, 1), epsilon)])
    for action, share in enumerate(expected):
        said = dist.logp(torch.full((1, 1, N), action)).exp()
        torch.testing.assert_close(said, torch.full((1, 1, N), float(share)), rtol=0, atol=1e-6)


def test_each_seed_explores_as_much_as_stands_beside_its_own_weights():
    grid = np.tile(((np.arange(N) + 0.5) / N).astype(np.float32), (3, 1))
    outputs = np.tile(np.array([0.0, 1.0], np.float32), (3, N, 1))
    epsilon = np.array([0.0, 0.5, 1.0], np.float32)[:, None, None]
    actions = EpsilonGreedyHead(2).sample(outputs, grid, [epsilon])
    np.testing.assert_allclose((actions == 0).sum(1), [0, N / 4, N / 2], rtol=0, atol=1)


def test_the_ends_of_the_noise_choose_actions_that_there_are():
    head, outputs = EpsilonGreedyHead(3), np.array([[[0.0, 1.0, 0.0]]], np.float32)
    last = np.nextafter(np.float32(1), np.float32(0))
    for epsilon in (0.0, 1e-30, 0.5, 1.0):
        for noise in (np.float32(0), np.float32(epsilon), np.nextafter(np.float32(epsilon), np.float32(0)), last):
            [[action]] = head.sample(outputs, np.array([[noise]]), [np.full((1, 1, 1), epsilon, np.float32)])
            assert action in (0, 1, 2)
    assert head.sample(outputs, np.zeros((1, 1), np.float32), [np.zeros((1, 1, 1), np.float32)]) == [[1]]


def test_exploration_begins_at_random_and_is_set_in_place_for_every_seed():
    extra = [torch.zeros(3, 1, 1)]
    head = EpsilonGreedyHead(2)
    head.initialise(extra)
    assert (extra[0] == 1).all()
    head.explore(extra, 0.25)
    assert (extra[0] == 0.25).all()
    dist = head.distribution(torch.zeros(4, 3, 5, 2), extra)
    assert dist.epsilon.shape == (4, 3, 5, 1)


def test_the_ends_of_the_noise_choose_actions_that_can_happen():
    outputs = np.array([[[-200.0, 0.0, 0.0, -200.0]]], np.float32)  # the outer two have probability zero
    head = CategoricalHead(4)
    last = np.nextafter(np.float32(1), np.float32(0))
    assert head.sample(outputs, np.array([[0.0]], np.float32), []) == [[1]]
    assert head.sample(outputs, np.array([[last]]), []) == [[2]]


def test_an_integer_action_is_one_that_its_distribution_knows():
    outputs = np.random.default_rng(0).normal(size=(2, 5, 3)).astype(np.float32)
    noise = Noise([0, 1]).uniform(Purpose.ACTION, 0, (5,))
    actions = torch.from_numpy(CategoricalHead(3).sample(outputs, noise, []))
    logp = CategoricalHead(3).distribution(torch.from_numpy(outputs)[None], []).logp(actions[None])
    assert logp.shape == (1, 2, 5)
    assert (logp < 0).all()


def test_the_mode_is_the_likeliest_action():
    outputs = np.array([[[0.1, 0.3, 0.2], [5.0, -5.0, 4.9]]], np.float32)
    assert CategoricalHead(3).mode(outputs).tolist() == [[1, 0]]
    assert EpsilonGreedyHead(3).mode(outputs).tolist() == [[1, 0]]
    assert GaussianHead(3).mode(outputs) is outputs


def test_a_gaussian_action_is_mean_plus_deviation_times_noise():
    outputs = np.array([[[1.0, -2.0]], [[0.5, 0.0]]], np.float32)
    noise = np.array([[[0.5, -1.0]], [[2.0, 0.25]]], np.float32)
    log_std = np.log(np.array([[[2.0, 4.0]], [[0.5, 1.0]]], np.float32))
    found = GaussianHead(2).sample(outputs, noise, [log_std])
    np.testing.assert_allclose(found, [[[2.0, -6.0]], [[1.5, 0.25]]], rtol=1e-6)


def test_a_gaussian_heads_deviation_starts_where_it_is_told_and_is_each_seeds_own():
    extra = [torch.zeros(2, 1, 3)]
    GaussianHead(3, log_std=-0.5).initialise(extra)
    assert (extra[0] == -0.5).all()
    extra[0][1] = math.log(3)
    dist = GaussianHead(3).distribution(torch.zeros(4, 2, 5, 3), extra)
    assert dist.log_std.shape == dist.mean.shape == (4, 2, 5, 3)
    assert (dist.log_std[:, 0] == -0.5).all()
    torch.testing.assert_close(dist.log_std[:, 1].exp(), torch.full((4, 5, 3), 3.0))


@pytest.mark.parametrize(
    ("head", "tail"),
    [(CategoricalHead(3), ()), (GaussianHead(3), (3,)), (EpsilonGreedyHead(3), ())],
    ids=["choice", "point", "best"],
)
def test_noise_is_drawn_for_every_step_and_stream_of_a_seed(head, tail):
    block = head.draw(Noise([4, 5]), Purpose.ACTION, 7, (6, 2))
    assert block.shape == (2, 6, 2, *tail)
    np.testing.assert_array_equal(block[1:], head.draw(Noise([5]), Purpose.ACTION, 7, (6, 2)))
    assert len(np.unique(block)) == block.size
