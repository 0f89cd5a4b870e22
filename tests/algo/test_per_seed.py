"""Reductions over a batch: what they compute, and that masked decisions count for nothing."""

import statistics

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rlbench.algo import per_seed

Column = list[tuple[float, bool]]
number = st.floats(-100, 100, width=32)


@st.composite
def batches(draw: st.DrawFn) -> tuple[Tensor, Tensor]:
    """Values and mask, float64 [T, S, B]; every episode has at least its first decision, as all real ones have."""
    shape = draw(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 4)))
    size = shape[0] * shape[1] * shape[2]
    values = draw(st.lists(number, min_size=size, max_size=size))
    lengths = draw(st.lists(st.integers(1, shape[0]), min_size=shape[1] * shape[2], max_size=shape[1] * shape[2]))
    mask = torch.arange(shape[0])[:, None, None] < torch.tensor(lengths).reshape(shape[1:])
    return torch.tensor(values, dtype=torch.float64).reshape(shape), mask.double()


def kept(x: Tensor, mask: Tensor, seed: int) -> list[float]:
    """The numbers of one seed that count, one after the other."""
    pairs = zip(x[:, seed].flatten().tolist(), mask[:, seed].flatten().tolist(), strict=True)
    return [value for value, counts in pairs if counts]


@given(batches())
def test_count_total_and_mean_are_over_the_decisions_taken(batch):
    x, mask = batch
    for seed in range(x.shape[1]):
        values = kept(x, mask, seed)
        assert per_seed.count(mask)[seed] == len(values)
        assert per_seed.total(x, mask)[seed].item() == pytest.approx(sum(values), abs=1e-10)
        assert per_seed.mean(x, mask)[seed].item() == pytest.approx(statistics.fmean(values), abs=1e-10)


@given(batches(), st.floats(1e-8, 1.0))
def test_whitening_shifts_by_the_mean_and_scales_by_the_population_deviation(batch, eps):
    x, mask = batch
    white = per_seed.whiten(x, mask, eps=eps)
    for seed in range(x.shape[1]):
        values = kept(x, mask, seed)
        scale = (statistics.pvariance(values) + eps) ** 0.5
        expected = [(value - statistics.fmean(values)) / scale for value in values]
        assert kept(white, mask, seed) == pytest.approx(expected, abs=1e-7)


def test_whitened_decisions_have_mean_zero_and_variance_one():
    generator = torch.Generator().manual_seed(0)
    x = 30 + 7 * torch.randn(50, 3, 8, generator=generator)
    mask = (torch.rand(50, 3, 8, generator=generator) < 0.7).float()
    white = per_seed.whiten(x, mask)
    for seed in range(3):
        values = kept(white, mask, seed)
        assert statistics.fmean(values) == pytest.approx(0, abs=1e-5)
        assert statistics.pvariance(values) == pytest.approx(1, abs=1e-5)


@given(st.floats(-1000, 1000, width=32), st.integers(1, 20))
def test_advantages_that_are_all_equal_whiten_to_zero(value, length):
    white = per_seed.whiten(torch.full((length, 1, 3), value), torch.ones(length, 1, 3))
    assert torch.equal(white, torch.zeros_like(white))


@given(batches())
def test_the_weights_of_a_seed_sum_to_one(batch):
    _, mask = batch
    for weights in (per_seed.decision_mean(mask), per_seed.sequence_mean(mask)):
        for seed in range(mask.shape[1]):
            assert weights[:, seed].sum().item() == pytest.approx(1, abs=1e-12)
        assert (weights[mask == 0] == 0).all()


@given(batches())
def test_decisions_weigh_the_same_or_episodes_do(batch):
    _, mask = batch
    for seed in range(mask.shape[1]):
        lengths = [sum(column) for column in mask[:, seed].T.tolist()]
        for stream, length in enumerate(lengths):
            decision = per_seed.decision_mean(mask)[0, seed, stream].item()
            sequence = per_seed.sequence_mean(mask)[0, seed, stream].item()
            assert decision == pytest.approx(1 / sum(lengths))
            assert sequence == pytest.approx(1 / length / len(lengths))


@given(batches(), number)
def test_what_stands_in_masked_places_changes_nothing(batch, other):
    x, mask = batch
    altered = torch.where(mask == 1, x, other)
    assert torch.equal(per_seed.total(x, mask), per_seed.total(altered, mask))
    assert torch.equal(per_seed.mean(x, mask), per_seed.mean(altered, mask))
    assert torch.equal(per_seed.whiten(x, mask), per_seed.whiten(altered, mask))
    one, two = (per_seed.explained_variance(v, x * mask, mask) for v in (x * 0.5, altered * 0.5))
    assert torch.equal(one.nan_to_num(7), two.nan_to_num(7))


def test_whitening_is_differentiable():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(3, 2, 2, generator=generator, dtype=torch.float64).requires_grad_()
    mask = torch.tensor([[[1, 1], [1, 1]], [[1, 0], [1, 1]], [[1, 0], [0, 1]]], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda v: per_seed.whiten(v, mask), (x,))
