"""Relative errors: seeds count alike however many estimates they have, and known answers come out."""

import numpy as np
import pandas as pd
import pytest

from rlbench.stats.intervals import MadeBy, t_interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.relative_error import bias, relative_errors, root_mean_square

TRUTH = pd.Series([1.0, 2.0, 4.0, 10.0])
ESTIMATE = pd.Series([1.5, 1.0, 4.0, 13.0])
SEED = pd.Series([0, 0, 0, 7])


def test_each_seed_has_the_mean_of_its_own_errors():
    got = relative_errors(ESTIMATE, TRUTH, SEED)
    assert got.index.tolist() == [0, 7]
    assert got["error"].tolist() == pytest.approx([(0.5 - 0.5 + 0.0) / 3, 0.3])
    assert got["square"].tolist() == pytest.approx([(0.25 + 0.25 + 0.0) / 3, 0.09])


def test_seeds_count_alike_and_the_root_is_taken_last():
    got = relative_errors(ESTIMATE, TRUTH, SEED)
    found, expected = bias(got), t_interval([0.0, 0.3])
    assert (found.estimate, found.low, found.high) == pytest.approx((expected.estimate, expected.low, expected.high))
    assert root_mean_square(got, keyed_generator("a")).estimate == pytest.approx(np.sqrt((0.5 / 3 + 0.09) / 2))


def test_neither_unit_nor_order_matters():
    order = [3, 1, 0, 2]
    one = relative_errors(ESTIMATE, TRUTH, SEED)
    other = relative_errors(1000 * ESTIMATE[order], 1000 * TRUTH[order], SEED[order])
    pd.testing.assert_frame_equal(one, other)


def test_one_seed_has_no_interval_however_many_estimates_it_has():
    got = relative_errors(ESTIMATE, TRUTH, pd.Series([3, 3, 3, 3]))
    assert bias(got).made_by == root_mean_square(got, keyed_generator("a")).made_by == MadeBy.ONE_VALUE


def covered(seeds: int, shared: float, studies: int = 400) -> tuple[float, float]:
    """How often the bootstrap holds the true root mean squared error, 1, with evaluations of a seed that agree so much:
    over seeds, and over evaluations as if they were independent."""
    generator = np.random.default_rng(5)
    seed = pd.Series(np.repeat(np.arange(seeds), 20))
    kept = np.zeros(2)
    for study in range(studies):
        common, own = generator.standard_normal(seeds), generator.standard_normal(20 * seeds)
        error = pd.Series(np.sqrt(shared) * common[seed] + np.sqrt(1 - shared) * own)
        for place, cluster in enumerate((seed, pd.Series(np.arange(20 * seeds)))):
            found = root_mean_square(
                relative_errors(1 + error, 0 * error + 1, cluster), keyed_generator("covered", str(study))
            )
            kept[place] += found.low <= 1 <= found.high
    return tuple(kept / studies)


@pytest.mark.parametrize("shared", [0.3])
def test_an_interval_over_evaluations_would_promise_too_much_where_those_of_a_seed_agree(shared, monkeypatch):
    monkeypatch.setattr("rlbench.stats.bootstrap.expanded_percentile_interval.__defaults__", (500,))
    over_seeds, over_evaluations = covered(20, shared)
    assert over_seeds > 0.88
    assert over_evaluations < over_seeds - 0.1
