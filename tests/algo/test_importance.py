"""Importance ratios, exactly over all outcomes, and how many decisions they leave."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rlbench.algo.importance import effective_sample_size, ratio
from tests.algo.streams import column

logits = st.lists(st.floats(-3, 3), min_size=4, max_size=4)
# A decision is its weight and whether it counts; the first of an episode always does.
weights = st.lists(st.tuples(st.floats(0.01, 100), st.booleans()), min_size=1, max_size=10).map(
    lambda drawn: [(drawn[0][0], True), *drawn[1:]]
)


def probabilities(x: list[float]) -> list[float]:
    return [math.exp(value) / sum(map(math.exp, x)) for value in x]


def of(rho: list[float], mask: list[float] | None = None) -> float:
    return effective_sample_size(column(rho), column(mask or [1.0] * len(rho))).item()


@given(logits, logits, st.lists(st.floats(-5, 5), min_size=4, max_size=4))
def test_the_weighted_mean_over_the_behaviours_actions_is_the_mean_over_the_policys(a, b, x):
    pi, mu = probabilities(a), probabilities(b)
    rho = ratio(column(pi).log(), column(mu).log()).flatten().tolist()
    found = sum(m * r * value for m, r, value in zip(mu, rho, x, strict=True))
    assert found == pytest.approx(sum(p * value for p, value in zip(pi, x, strict=True)), abs=1e-12)


@given(weights)
def test_it_is_the_square_of_the_sum_over_n_times_the_sum_of_squares(drawn):
    kept = [rho for rho, counts in drawn if counts]
    expected = sum(kept) ** 2 / (len(kept) * sum(rho**2 for rho in kept))
    found = of([rho for rho, _ in drawn], [float(counts) for _, counts in drawn])
    assert found == pytest.approx(expected, rel=1e-12)
    assert 1 / len(kept) - 1e-12 <= found <= 1 + 1e-12


@given(st.lists(st.floats(-5, 0), min_size=1, max_size=20))
def test_on_the_policy_itself_every_decision_counts(logp):
    assert of(ratio(column(logp), column(logp)).flatten().tolist()) == 1


@pytest.mark.parametrize("n", [1, 2, 10, 1000])
def test_one_weight_that_outweighs_the_rest_is_one_decision(n):
    assert of([1.0] + [0.0] * (n - 1)) == 1 / n
    assert of([1.0] + [1e-15] * (n - 1)) == pytest.approx(1 / n, rel=1e-11)


@given(weights, st.floats(1e-6, 1e6))
def test_the_scale_of_the_weights_is_of_no_account(drawn, scale):
    rho = [one for one, _ in drawn]
    assert of([scale * one for one in rho]) == pytest.approx(of(rho), rel=1e-12)


@given(weights, st.floats(0, 1000))
def test_what_stands_in_masked_places_changes_nothing(drawn, other):
    mask = [float(counts) for _, counts in drawn]
    altered = [rho if counts else other for rho, counts in drawn]
    assert of(altered, mask) == pytest.approx(of([rho for rho, _ in drawn], mask), rel=1e-12)


def test_weights_whose_squares_are_out_of_range_are_counted_all_the_same():
    for size in (1e30, 1e-30):  # float32 ends at 3e38, and below 1e-45
        rho = torch.full((4, 1, 1), size)
        assert effective_sample_size(rho, torch.ones_like(rho)).item() == 1


def test_nothing_can_be_said_of_weights_that_are_all_zero_or_not_finite():
    assert math.isnan(of([0.0, 0.0]))
    assert math.isnan(of([1.0, math.inf]))
    assert math.isnan(of([1.0, math.nan]))


def test_their_gradients_are_right():
    generator = torch.Generator().manual_seed(0)
    logp, behaviour = (torch.randn(3, 2, 2, generator=generator, dtype=torch.float64) for _ in range(2))
    arguments: tuple[Tensor, ...] = (logp.requires_grad_(), behaviour.requires_grad_())
    mask = torch.tensor([[[1, 1], [1, 1]], [[1, 0], [1, 1]], [[1, 0], [0, 1]]], dtype=torch.float64)
    assert torch.autograd.gradcheck(ratio, arguments)
    assert torch.autograd.gradcheck(lambda x, y: effective_sample_size(ratio(x, y), mask), arguments)
