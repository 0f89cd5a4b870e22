"""How much of a target's variance a prediction accounts for."""

import math
import statistics

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from rlbench.algo.per_seed import explained_variance
from tests.algo.streams import column, number

pairs = st.lists(st.tuples(number, number, st.booleans()), min_size=3, max_size=10)


@given(pairs)
def test_it_is_one_minus_the_ratio_of_the_two_variances(drawn):
    kept = [(prediction, target) for prediction, target, counts in drawn if counts]
    assume(len(kept) > 1 and statistics.pvariance([target for _, target in kept]) > 1e-6)
    unexplained = statistics.pvariance([target - prediction for prediction, target in kept])
    expected = 1 - unexplained / statistics.pvariance([target for _, target in kept])
    prediction, target, mask = (column([float(one) for one in part]) for part in zip(*drawn, strict=True))
    assert explained_variance(prediction, target, mask).item() == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_known_answers():
    target = column([1.0, 2.0, 3.0, 4.0])
    everything = torch.ones_like(target)
    assert explained_variance(target, target, everything).item() == 1
    assert explained_variance(target + 7, target, everything).item() == 1  # a constant error is no variance
    assert explained_variance(target * 0, target, everything).item() == 0
    assert explained_variance(-target, target, everything).item() == -3


@given(st.floats(-1000, 1000, width=32), st.integers(1, 20))
def test_a_target_that_does_not_vary_leaves_nothing_to_explain(value, length):
    target = torch.full((length, 1, 3), value)
    prediction = torch.arange(length * 3.0).reshape(length, 1, 3)
    assert math.isnan(explained_variance(prediction, target, torch.ones_like(target)).item())
