"""Scores measured from the mean of their siblings, in units of score."""

import statistics

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.group_centred import group_centred
from rlbench.algo.group_relative import group_relative
from tests.algo.siblings import by_group, groups, of, score


def centred(scores: list[float], group: int) -> list[float]:
    return of(group_centred, scores, group)


@given(st.integers(1, 6).flatmap(lambda size: st.tuples(st.just(size), groups(size, 3))))
def test_it_is_the_distance_from_the_mean_of_the_group(drawn):
    size, scores = drawn
    expected = [s - statistics.fmean(siblings) for siblings in by_group(scores, size) for s in siblings]
    assert centred(scores, size) == pytest.approx(expected, abs=1e-12)


def test_a_known_answer():
    assert centred([1.0, 2.0, 6.0, 10.0, 20.0, 30.0], 3) == [-2.0, -1.0, 3.0, -10.0, 0.0, 10.0]


@given(groups(4, 2), st.floats(1e-6, 1.0))
def test_over_the_sample_standard_deviation_it_is_the_group_relative_advantage(scores, eps):
    deviations = [statistics.stdev(siblings) + eps for siblings in by_group(scores, 4) for _ in siblings]
    expected = [c / deviation for c, deviation in zip(centred(scores, 4), deviations, strict=True)]
    found = group_relative(torch.tensor([scores], dtype=torch.float64), group=4, eps=eps)
    assert found[0].tolist() == pytest.approx(expected, abs=1e-8)


@given(score)
def test_an_only_child_is_worth_nothing(alone):
    assert centred([alone], 1) == [0.0]
    assert centred([alone, 3.0, -7.0], 1) == [0.0, 0.0, 0.0]


@given(st.floats(-1000, 1000, width=32), st.integers(2, 64))
def test_equal_siblings_are_worth_nothing(value, size):
    found = group_centred(torch.full((1, size), value), group=size)
    assert torch.equal(found, torch.zeros(1, size))


@given(groups(4, 2), st.integers(-100, 100))
def test_a_reward_that_all_siblings_get_changes_nothing(scores, shift):
    assert centred([s + shift for s in scores], 4) == pytest.approx(centred(scores, 4), abs=1e-12)


@given(groups(3, 1), groups(3, 1), groups(3, 1))
def test_groups_do_not_see_each_other(one, other, third):
    assert centred(one + other, 3)[:3] == centred(one + third, 3)[:3] == centred(one, 3)
    assert centred(other + one, 3)[3:] == centred(one, 3)


@given(groups(4, 1), groups(4, 1))
def test_seeds_do_not_see_each_other(one, other):
    together = group_centred(torch.tensor([one, other], dtype=torch.float64), group=2)
    assert together.tolist() == [centred(one, 2), centred(other, 2)]


def test_its_gradient_is_right():
    scores = torch.randn(2, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: group_centred(x, group=3), (scores,))
