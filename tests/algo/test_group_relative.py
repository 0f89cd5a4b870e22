"""Group-relative advantage: siblings are the baseline, and only they."""

import statistics

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.group_relative import group_relative
from tests.algo import siblings
from tests.algo.siblings import groups, score


def of(scores: list[float], group: int, eps: float = 1e-4) -> list[float]:
    return siblings.of(group_relative, scores, group, eps=eps)


@given(st.integers(2, 6).flatmap(lambda size: st.tuples(st.just(size), groups(size, 3))), st.floats(1e-6, 1.0))
def test_it_is_the_distance_from_the_mean_in_sample_standard_deviations(drawn, eps):
    size, scores = drawn
    expected = []
    for group in siblings.by_group(scores, size):
        mean, deviation = statistics.fmean(group), statistics.stdev(group)
        expected += [(s - mean) / (deviation + eps) for s in group]
    assert of(scores, size, eps) == pytest.approx(expected, abs=1e-8)


def test_a_known_answer():
    # 1, 2, 3: mean 2, sum of squares 2, divided by n - 1 = 2: standard deviation 1.
    assert of([1.0, 2.0, 3.0, 10.0, 20.0, 30.0], 3, 0.0) == pytest.approx([-1, 0, 1, -1, 0, 1], abs=1e-12)


@given(score)
def test_an_only_child_is_worth_nothing(alone):
    assert of([alone], 1) == [0.0]
    assert of([alone, 3.0, -7.0], 1) == [0.0, 0.0, 0.0]


@given(st.floats(-1000, 1000, width=32), st.integers(2, 64))
def test_equal_siblings_are_worth_nothing(value, size):
    found = group_relative(torch.full((1, size), value), group=size, eps=1e-4)
    assert torch.equal(found, torch.zeros(1, size))


@given(groups(4, 2), st.floats(-100, 100))
def test_a_reward_that_all_siblings_get_changes_nothing(scores, shift):
    assert of([s + shift for s in scores], 4) == pytest.approx(of(scores, 4), abs=1e-7)


@given(groups(4, 2), st.floats(0.1, 100))
def test_the_unit_of_reward_changes_nothing_but_the_share_of_eps(scores, scale):
    assert of([s * scale for s in scores], 4, 1e-4 * scale) == pytest.approx(of(scores, 4), abs=1e-8)


@given(groups(3, 1), groups(3, 1), groups(3, 1))
def test_groups_do_not_see_each_other(one, other, third):
    assert of(one + other, 3)[:3] == of(one + third, 3)[:3] == of(one, 3)
    assert of(other + one, 3)[3:] == of(one, 3)


@given(groups(4, 1), groups(4, 1))
def test_seeds_do_not_see_each_other(one, other):
    together = group_relative(torch.tensor([one, other], dtype=torch.float64), group=2, eps=1e-4)
    assert together[0].tolist() == of(one, 2)
    assert together[1].tolist() == of(other, 2)
