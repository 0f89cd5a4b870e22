"""Siblings as a baseline: over all groups there are, what the methods make of them on average, and which are silent."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import comb, sqrt
from typing import Any

import numpy as np
import pytest
import torch

from rlbench.algo.silent_groups import silent_groups
from rlbench.core.noise import Noise, Purpose
from rlbench.core.registry import load_method
from rlbench.core.types import Decisions
from tests.oracle.episodes import all_of, some_of, together
from tests.oracle.estimates import Exhaustive, as_used, gradients
from tests.oracle.tabular import MDP, Episodic, random_logits, random_mdp

ROUNDING = 1e-12
GROUPED = ["rloo", "dr_grpo", "grpo"]
WORLD = Episodic(random_mdp(0, 2), random_logits(0, 2), 2)

grouped = pytest.mark.parametrize("name", GROUPED)


def of_groups(name: str, size: int, episodes: int | None = None) -> Any:
    """The method with groups of this size, one in a batch unless there are more episodes."""
    method = load_method(name)
    return replace(method, rollout=replace(method.rollout, episodes=episodes or size, group=size))


def all_groups(world: Episodic, size: int) -> tuple[Decisions, np.ndarray]:
    """Every group of episodes that begin in one state, as a seed, and its probability."""
    d, probability = together(*all_of(world), size)
    first = d.inputs[0]
    same = (first == first[:, :1]).all(1)
    again = world.mdp.start[first[:, 0].numpy()] ** (size - 1)  # the start is drawn once
    one = {name: x[:, same] for name, x in vars(d).items() if isinstance(x, torch.Tensor)}
    return replace(d, **one, old=None), (probability / again)[same.numpy()]


@pytest.mark.parametrize(("name", "size"), [*product(["rloo", "dr_grpo"], [2, 3])])
def test_without_oneself_the_mean_is_exact_and_with_oneself_it_is_a_share_of_it(name, size):
    d, probability = all_groups(WORLD, size)
    assert probability.sum() == pytest.approx(1, abs=ROUNDING)
    method = of_groups(name, size)
    found = 2 * Exhaustive(gradients(method, d, as_used(method, d), WORLD.logits), probability).mean
    share = 1 if name == "rloo" else (size - 1) / size
    np.testing.assert_allclose(found, share * WORLD.gradient.ravel(), atol=ROUNDING)


@pytest.mark.parametrize("size", [2, 4, 8])
def test_leaving_oneself_out_stretches_the_gradient_by_g_over_g_less_one(size):
    d = some_of(WORLD, seeds=50, streams=16, group=size)
    assert (d.inputs[0].unflatten(1, (-1, size)) == d.inputs[0, :, ::size, None]).all()
    rloo, dr_grpo = (of_groups(name, size, 16) for name in ("rloo", "dr_grpo"))
    found, other = (gradients(method, d, as_used(method, d), WORLD.logits) for method in (rloo, dr_grpo))
    np.testing.assert_allclose(found, size / (size - 1) * other, atol=ROUNDING)


@pytest.mark.parametrize("size", [2, 4, 8])
def test_grpo_divides_by_the_deviation_of_the_group(size):
    d = some_of(WORLD, seeds=50, streams=16, group=size)
    centred, relative = (of_groups(name, size, 16).credit(d, 1.0).advantage[0] for name in ("dr_grpo", "grpo"))
    spread = d.reward.sum(0).unflatten(1, (-1, size)).numpy().std(2, ddof=1, keepdims=True)
    expected = centred.unflatten(1, (-1, size)).numpy() / (spread + load_method("grpo").std_eps)
    np.testing.assert_allclose(relative.unflatten(1, (-1, size)), expected, atol=ROUNDING)


@grouped
def test_groups_whose_scores_are_equal_have_no_gradient_at_all(name):
    d = some_of(WORLD, seeds=20, streams=8, group=4)
    silent = d.reward.clone()
    silent[:, :, 4:] = torch.tensor([0.3, -1.7], dtype=torch.float64)[:, None, None]
    both, method = replace(d, reward=silent), of_groups(name, 4, 8)
    none = replace(d, reward=torch.full_like(silent, 0.1))
    assert not gradients(method, none, as_used(method, none), WORLD.logits).any()
    # Of the two groups only the first is heard, at half the weight that it has alone: a power of two, to the bit.
    one = {field: x[:, :, :4] for field, x in vars(both).items() if isinstance(x, torch.Tensor)}
    alone, single = replace(both, **one, old=None), of_groups(name, 4)
    expected = gradients(single, alone, as_used(single, alone), WORLD.logits) / 2
    np.testing.assert_array_equal(gradients(method, both, as_used(method, both), WORLD.logits), expected)


def outcomes(size: int, p: float) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every way in which a group can succeed and fail, and its probability."""
    for wins in product((0, 1), repeat=size):
        yield wins, p ** sum(wins) * (1 - p) ** (size - sum(wins))


@pytest.mark.parametrize("size", [2, 4, 8])
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_groups_are_silent_as_often_as_all_succeed_or_all_fail(size, p):
    score, probability = zip(*outcomes(size, p), strict=True)
    silent = silent_groups(torch.tensor(score, dtype=torch.float64), group=size)
    assert float(np.array(probability) @ silent.numpy()) == pytest.approx(p**size + (1 - p) ** size, abs=ROUNDING)


def test_so_it_is_in_a_sample():
    p, size, count = 0.8, 8, 20_000
    uniform = Noise([0]).uniform(Purpose.DATA, 0, (count * size,))
    found = float(silent_groups(torch.from_numpy((uniform < p).astype(float)), group=size))
    share = p**size + (1 - p) ** size
    assert abs(found - share) < 5 * sqrt(share * (1 - share) / count)


def quiz(p: float) -> Episodic:
    """One question with one right answer among three, known with probability p; the wrong ones 1 : 3."""
    world = MDP(np.ones(1), np.zeros((1, 3, 1)), np.array([[1.0, 0, 0]]))
    return Episodic(world, np.log([[p, (1 - p) / 4, 3 * (1 - p) / 4]]), 1)


def weight_of_a_question(p: float, size: int, eps: float) -> float:
    """By how much GRPO multiplies ∇p: the mean of k/G (1 - k/G) / (std + eps) over k successes, over p (1 - p).

    Each of k successes has (1 - k/G) / (std + eps) and on average the score ∇p / p, each of the others -k/G over the
    same and the score -∇p / (1 - p).
    """
    total = 0.0
    for k in range(size + 1):
        spread = sqrt(size / (size - 1) * k / size * (1 - k / size))
        total += comb(size, k) * p**k * (1 - p) ** (size - k) * k / size * (1 - k / size) / (spread + eps)
    return total / (p * (1 - p))


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_grpo_weighs_a_question_by_how_one_sided_its_answers_are(size, p):
    world = quiz(p)
    d, probability = all_groups(world, size)
    found = {}
    for name in ("grpo", "dr_grpo"):
        method = of_groups(name, size)
        found[name] = Exhaustive(gradients(method, d, as_used(method, d), world.logits), probability).mean
    slope = world.gradient.ravel()
    weight = weight_of_a_question(p, size, load_method("grpo").std_eps)
    np.testing.assert_allclose(found["grpo"], weight * slope, atol=ROUNDING)
    np.testing.assert_allclose(found["dr_grpo"], (size - 1) / size * slope, atol=ROUNDING)


def test_so_large_groups_pull_harder_at_one_sided_questions_and_pairs_do_not():
    eps = load_method("grpo").std_eps
    pairs, groups = ([weight_of_a_question(p, size, eps) for p in (0.05, 0.5)] for size in (2, 64))
    # Of two answers that differ the deviation is always √½, whatever p; of many it is nearly √(p (1 - p)).
    assert pairs == pytest.approx([0.5**0.5] * 2, rel=2 * eps)
    assert groups == pytest.approx([0.0475**-0.5, 0.25**-0.5], rel=0.07)
