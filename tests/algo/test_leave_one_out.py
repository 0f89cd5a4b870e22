"""Scores measured from the mean of the others."""

import statistics

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.group_centred import group_centred
from rlbench.algo.leave_one_out import leave_one_out
from tests.algo.siblings import by_group, groups, of, score


def left_out(scores: list[float], group: int) -> list[float]:
    return of(leave_one_out, scores, group)


@given(st.integers(2, 6).flatmap(lambda size: st.tuples(st.just(size), groups(size, 3))))
def test_it_is_the_distance_from_the_mean_of_the_others(drawn):
    size, scores = drawn
    expected = []
    for siblings in by_group(scores, size):
        for i, own in enumerate(siblings):
            expected.append(own - statistics.fmean(siblings[:i] + siblings[i + 1 :]))
    assert left_out(scores, size) == pytest.approx(expected, abs=1e-11)


def test_a_known_answer():
    # The others of 1, 2, 6 have the means 4, 3.5 and 1.5; of two, each is the other's baseline.
    assert left_out([1.0, 2.0, 6.0], 3) == [-3.0, -1.5, 4.5]
    assert left_out([1.0, 2.0, 7.0, 3.0], 2) == [-1.0, 1.0, 4.0, -4.0]


@given(st.integers(2, 6).flatmap(lambda size: st.tuples(st.just(size), groups(size, 2))))
def test_it_is_g_over_g_minus_one_times_the_distance_from_the_mean_of_all(drawn):
    size, scores = drawn
    expected = [size / (size - 1) * c for c in of(group_centred, scores, size)]
    assert left_out(scores, size) == pytest.approx(expected, abs=1e-11)


@given(groups(4, 1), score)
def test_an_answers_own_score_has_no_part_in_its_baseline(scores, other):
    baselines = [own[0] - left_out(own, 4)[0] for own in (scores, [other, *scores[1:]])]
    assert baselines[0] == pytest.approx(baselines[1], abs=1e-11)


@given(score)
def test_an_only_child_is_worth_nothing(alone):
    assert left_out([alone], 1) == [0.0]
    assert left_out([alone, 3.0, -7.0], 1) == [0.0, 0.0, 0.0]


@given(st.floats(-1000, 1000, width=32), st.integers(2, 64))
def test_equal_siblings_are_worth_nothing(value, size):
    found = leave_one_out(torch.full((1, size), value), group=size)
    assert torch.equal(found, torch.zeros(1, size))


@given(groups(3, 1), groups(3, 1), groups(3, 1))
def test_groups_do_not_see_each_other(one, other, third):
    assert left_out(one + other, 3)[:3] == left_out(one + third, 3)[:3] == left_out(one, 3)


@given(groups(4, 1), groups(4, 1))
def test_seeds_do_not_see_each_other(one, other):
    together = leave_one_out(torch.tensor([one, other], dtype=torch.float64), group=2)
    assert together.tolist() == [left_out(one, 2), left_out(other, 2)]


def test_its_gradient_is_right():
    scores = torch.randn(2, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: leave_one_out(x, group=3), (scores,))
