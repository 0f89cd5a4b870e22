"""What the methods do on top of an unbiased estimate, and what that does to it.

Methods with a critic whiten their advantages within each batch. Methods with whole episodes count every decision of a
batch alike; a batch of long episodes then counts no more than one of short ones, though it holds more decisions.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rlbench.core.registry import load_method
from rlbench.core.types import Decisions
from tests.oracle.critics import CRITICS, estimators, without_bonus
from tests.oracle.episodes import all_of, judged, some_of, together
from tests.oracle.estimates import Exhaustive, as_used, gradients, isolated
from tests.oracle.tabular import MDP, Episodic, random_logits, random_mdp

ROUNDING = 1e-12


def direction(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of the angle between them."""
    return float(a.ravel() @ b.ravel() / np.linalg.norm(a) / np.linalg.norm(b))


def moments(advantage: torch.Tensor, d: Decisions) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance over the decisions of each seed, [S, 1]."""
    rows = [(x[m > 0].numpy()) for x, m in zip(advantage.unbind(1), d.mask.unbind(1), strict=True)]
    return np.array([[row.mean()] for row in rows]), np.array([[row.var()] for row in rows])


@pytest.mark.parametrize("ends", [0.0, 0.3])
@pytest.mark.parametrize("name", [name for name in CRITICS if name != "reinforce_baseline"])
def test_whitening_takes_off_the_batches_mean_and_divides_by_its_deviation(name, ends):
    world = Episodic(random_mdp(0, 3, ends=ends), random_logits(0, 3), 4, 0.9)
    d = some_of(world, seeds=50, streams=8)
    for method in estimators(name):
        raw = isolated(method, d, 0.9)
        mean, variance = moments(raw.advantage, d)
        level = replace(raw, advantage=torch.ones_like(d.reward))
        g, score = (gradients(method, d, credit, world.logits) for credit in (raw, level))
        found = gradients(method, d, as_used(method, d, 0.9), world.logits)
        np.testing.assert_allclose(found, (g - mean * score) / np.sqrt(variance + 1e-8), atol=ROUNDING)


def test_returns_above_value_are_not_whitened():
    world = Episodic(random_mdp(0, 3), random_logits(0, 3), 4, 0.9)
    d, method = some_of(world, seeds=50, streams=8), load_method("reinforce_baseline")
    torch.testing.assert_close(as_used(method, d, 0.9).advantage, isolated(method, d, 0.9).advantage)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_whitened_gradient_points_elsewhere_on_average_but_less_so_in_larger_batches(seed):
    world = Episodic(random_mdp(seed, 2), random_logits(seed, 2), 3)
    episodes, probability = all_of(world)
    method, found = without_bonus("a2c", lam=0.95), []
    for streams in (1, 2):
        d, chance = together(episodes, probability, streams)
        mean = Exhaustive(gradients(method, d, as_used(method, d), world.logits), chance).mean
        found.append(1 - direction(mean, world.gradient))
    assert 1e-3 < found[0] < 0.05
    assert found[1] < 0.6 * found[0]


def failing() -> Episodic:
    """Each step pays one, and one of the actions of either state often ends the episode: at most three steps."""
    ends = np.array([[0.6, 0.1], [0.1, 0.4]])
    moves = np.random.default_rng(0).dirichlet(np.ones(2), (2, 2)) * (1 - ends)[:, :, None]
    return Episodic(MDP(np.full(2, 0.5), moves, np.ones((2, 2))), random_logits(0, 2), 3)


def mean_gradient(name: str, streams: int, *, each_episode: bool = False) -> np.ndarray:
    """Over all batches of so many episodes: as the method weighs decisions, times the mean length; or each episode's
    sum for itself."""
    world, method = failing(), load_method(name)
    d, chance = together(*all_of(world), streams)
    credit = as_used(method, d)
    if each_episode:
        credit, scale = replace(credit, weight=d.mask / streams), 1.0
    else:
        scale = world.visits.sum()
    return scale * Exhaustive(gradients(method, d, credit, world.logits), chance).mean


@pytest.mark.parametrize("name", ["reinforce", "reinforce_baseline"])
@pytest.mark.parametrize("streams", [1, 2])
def test_sums_over_episodes_of_any_length_have_the_exact_gradient(name, streams):
    found = mean_gradient(name, streams, each_episode=True)
    np.testing.assert_allclose(found, failing().gradient.ravel(), atol=ROUNDING)


@pytest.mark.parametrize("name", ["reinforce", "reinforce_baseline"])
def test_means_over_decisions_do_not_but_come_nearer_in_larger_batches(name):
    exact = failing().gradient.ravel()
    one, two = (np.linalg.norm(mean_gradient(name, n) - exact) / np.linalg.norm(exact) for n in (1, 2))
    # The bias of a ratio falls as one over the size of the batch, and with the next power beside it.
    assert one > 0.4
    assert 0.4 < two / one < 0.5
    assert direction(mean_gradient(name, 1), exact) > 0.999


def test_then_a_baseline_does_change_the_mean():
    bare, baseline = (mean_gradient(name, 1) for name in ("reinforce", "reinforce_baseline"))
    assert np.linalg.norm(bare) < 0.2 * np.linalg.norm(failing().gradient)
    assert np.linalg.norm(baseline) > 1.4 * np.linalg.norm(failing().gradient)


def test_steps_after_the_end_are_of_no_account():
    world = failing()
    d = some_of(world, seeds=20, streams=4)
    assert 0.1 < 1 - d.mask.mean() < 0.9
    nobody = d.mask == 0
    other = replace(d, reward=torch.where(nobody, 1e3, d.reward), action=torch.where(nobody, 1 - d.action, d.action))
    other = judged(other, world.value)
    for name in ("reinforce", "reinforce_baseline", "a2c", "rloo", "dr_grpo"):
        method = load_method(name)
        if name in ("rloo", "dr_grpo"):
            method = replace(method, rollout=replace(method.rollout, episodes=4, group=4))
        before, after = (gradients(method, x, as_used(method, x), world.logits) for x in (d, other))
        np.testing.assert_allclose(after, before, atol=ROUNDING)
