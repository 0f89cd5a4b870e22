"""The Plackett-Luce model of rankings against its product of choices, by enumeration of all rankings."""

import itertools
import math
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor

from rlbench.algo.plackett_luce import draw, log_likelihood

scores = st.integers(2, 5).flatmap(lambda k: st.lists(st.floats(-5, 5), min_size=k, max_size=k))


def probability(x: list[float]) -> float:
    """That the first is chosen among all, the second among all but the first, and so on."""
    weights = [math.exp(one) for one in x]
    return math.prod(weights[k] / sum(weights[k:]) for k in range(len(x)))


def of(x: list[float]) -> float:
    return log_likelihood(torch.tensor(x, dtype=torch.float64)).item()


def gradient(x: list[float], dtype: torch.dtype = torch.float64) -> list[float]:
    score = torch.tensor(x, dtype=dtype).requires_grad_()
    log_likelihood(score).backward()
    return score.grad.tolist()


def gumbel(shape: tuple[int, ...]) -> Tensor:
    uniform = torch.rand(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return -(-uniform.log()).log()


@given(scores)
def test_it_is_the_logarithm_of_the_product_of_choices(x):
    assert of(x) == pytest.approx(math.log(probability(x)), abs=1e-12)


@given(st.floats(-30, 30), st.floats(-30, 30))
def test_of_two_it_is_the_model_of_bradley_and_terry(better, worse):
    expected = -math.log1p(math.exp(worse - better))
    assert of([better, worse]) == pytest.approx(expected, abs=1e-12)


@given(scores)
def test_the_probabilities_of_all_rankings_sum_to_one(x):
    rankings = torch.tensor(list(itertools.permutations(x)), dtype=torch.float64).T
    assert log_likelihood(rankings).exp().sum().item() == pytest.approx(1, abs=1e-12)


@given(scores, st.floats(-50, 50))
def test_what_is_added_to_all_scores_of_a_prompt_changes_nothing(x, shift):
    assert of([one + shift for one in x]) == pytest.approx(of(x), abs=1e-11)


@given(scores)
def test_its_gradient_sums_to_zero_over_the_answers(x):
    assert sum(gradient(x)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("k", [2, 3, 4, 7])
def test_equal_scores_make_all_rankings_equally_likely(k):
    assert of([0.3] * k) == pytest.approx(-math.log(math.factorial(k)), abs=1e-12)


def test_a_single_answer_is_certain():
    assert of([3.0]) == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_scores_far_apart_give_finite_and_right_numbers(dtype):
    # In the right order all but certain, by e^-500; in the wrong one 1000 nats off, and pulled at with full weight.
    assert log_likelihood(torch.tensor([500.0, 0.0, -500.0], dtype=dtype)).item() == pytest.approx(0, abs=1e-200)
    assert gradient([500.0, 0.0, -500.0], dtype) == pytest.approx([0, 0, 0], abs=1e-200)
    assert log_likelihood(torch.tensor([-500.0, 500.0], dtype=dtype)).item() == -1000
    assert gradient([-500.0, 500.0], dtype) == [1, -1]
    # 500 among (500, -500, 500, -500, 0): one half; then -500 after 500; then 500 first of its rest; then -500 after 0.
    mixed = [500.0, -500.0, 500.0, -500.0, 0.0]
    expected = -math.log(2) - 1000 - 500
    # Of three numbers of size 1000 each is rounded to half a unit in the last place.
    accuracy = 3 * 1000 * torch.finfo(dtype).eps
    assert log_likelihood(torch.tensor(mixed, dtype=dtype)).item() == pytest.approx(expected, abs=accuracy)
    assert gradient(mixed, dtype) == pytest.approx([0.5, 1.0, -1.5, 1.0, -1.0], abs=accuracy)


def test_every_prompt_is_ranked_by_itself():
    x = torch.randn(4, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    together = log_likelihood(x)
    assert together.shape == (2, 3)
    for seed, prompt in itertools.product(range(2), range(3)):
        assert together[seed, prompt].item() == pytest.approx(of(x[:, seed, prompt].tolist()), abs=1e-12)


def test_its_gradients_are_right():
    x = torch.randn(4, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(log_likelihood, (x,))
    assert torch.autograd.gradgradcheck(log_likelihood, (x,))


def test_without_noise_the_highest_score_comes_first():
    score = torch.tensor([[1.0, 5.0], [3.0, 5.0], [2.0, 6.0]])
    assert draw(score, torch.zeros(3, 2)).tolist() == [[1, 2], [2, 0], [0, 1]]  # equal ones in their own order


def discrepancy(x: list[float], model: list[float], draws: int = 20_000) -> float:
    """Pearson's statistic: rankings drawn with scores x against their probabilities under a model's."""
    score = torch.tensor(x, dtype=torch.float64)[:, None].expand(-1, draws)
    counted = Counter(map(tuple, draw(score, gumbel((len(x), draws))).T.tolist()))
    found = 0.0
    for ranking in itertools.permutations(range(len(x))):
        expected = draws * probability([model[k] for k in ranking])
        found += (counted[ranking] - expected) ** 2 / expected
    return found


def test_rankings_are_drawn_with_their_probabilities():
    # 24 rankings, so 23 degrees of freedom; the right sampler exceeds the bound once in a million streams of noise.
    x = [1.0, 0.0, -0.5, 0.5]
    bound = stats.chi2(23).isf(1e-6)
    assert discrepancy(x, x) < bound
    assert discrepancy(x, [1.2, 0.0, -0.5, 0.5]) > bound  # and a score that is off by a fifth would be seen
