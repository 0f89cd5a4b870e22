"""The stratified bootstrap against scipy's, its own metamorphic relations, and what the intervals cover."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.bootstrap import (
    CHUNK,
    expanded_percentile_interval,
    expanded_tail,
    percentile_interval,
    replicates,
)
from rlbench.stats.intervals import MadeBy, satterthwaite_interval
from rlbench.stats.iqm import pooled_iqm
from rlbench.stats.keyed import keyed_generator


def mean_of_task_means(*tasks):
    return np.mean([task.mean(axis=-1) for task in tasks], axis=0)


def some_tasks(sizes=(5, 8, 6)):
    generator = np.random.default_rng(10)
    return [generator.gamma(2.0, 1 + m, size) for m, size in enumerate(sizes)]


def test_equals_scipy_to_the_last_digits_with_the_same_generator():
    tasks = some_tasks()
    expected = stats.bootstrap(
        tasks,
        lambda *samples, axis: stats.trim_mean(np.concatenate(samples, axis=axis), 0.25, axis=axis),
        n_resamples=2_500,
        batch=CHUNK,
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(4),
    )
    made = percentile_interval(tasks, pooled_iqm, np.random.default_rng(4), 2_500)
    assert (made.low, made.high) == pytest.approx(tuple(expected.confidence_interval), abs=1e-12)


def test_expanded_tail_is_hesterbergs_for_equal_numbers_of_seeds():
    n, tasks = 5, 4
    expected = stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.ppf(0.975, tasks * (n - 1)))
    assert expanded_tail([n] * tasks) == pytest.approx(expected, abs=1e-15)
    assert expanded_tail([100_000]) == pytest.approx(0.025, abs=1e-4)
    assert expanded_tail([3, 9]) < 0.025


def test_expanded_is_wider_than_percentile():
    tasks = some_tasks()
    narrow = percentile_interval(tasks, pooled_iqm, np.random.default_rng(0), 2_000)
    wide = expanded_percentile_interval(tasks, pooled_iqm, np.random.default_rng(0), 2_000)
    assert wide.low < narrow.low < narrow.estimate == wide.estimate < narrow.high < wide.high


def test_same_generator_same_interval_and_another_one_moves_it():
    tasks = some_tasks()
    first, again = (expanded_percentile_interval(tasks, pooled_iqm, keyed_generator("a", "b"), 500) for _ in range(2))
    other = expanded_percentile_interval(tasks, pooled_iqm, keyed_generator("ab"), 500)
    assert first == again
    assert first != other


def test_seeds_are_drawn_within_their_task_only():
    drawn = replicates([[0.0, 1.0], [10.0, 20.0]], lambda a, b: np.stack([a.max(-1), b.min(-1)]).T, _generator(), 300)
    assert drawn[:, 0].max() == 1.0
    assert drawn[:, 1].min() == 10.0


def test_affine_scores_give_affine_intervals():
    tasks = some_tasks()
    made = expanded_percentile_interval(tasks, pooled_iqm, _generator(), 2_000)
    moved = expanded_percentile_interval([7 + 2 * task for task in tasks], pooled_iqm, _generator(), 2_000)
    assert (moved.estimate, moved.low, moved.high) == pytest.approx(
        (7 + 2 * made.estimate, 7 + 2 * made.low, 7 + 2 * made.high)
    )


def test_order_of_tasks_and_seeds_moves_only_the_noise_of_resampling():
    tasks = some_tasks()
    made = expanded_percentile_interval(tasks, pooled_iqm, _generator())
    other = expanded_percentile_interval([task[::-1] for task in tasks[::-1]], pooled_iqm, _generator())
    assert other.estimate == pytest.approx(made.estimate, abs=1e-14)
    assert (other.low, other.high) == pytest.approx((made.low, made.high), rel=0.05)


def test_cases_without_spread():
    assert expanded_percentile_interval([[3.0, 3.0]], pooled_iqm, _generator()).made_by is MadeBy.CONSTANT
    assert expanded_percentile_interval([[1.0, 2.0], [3.0]], pooled_iqm, _generator()).made_by is MadeBy.ONE_VALUE
    assert expanded_percentile_interval([], pooled_iqm, _generator()).made_by is MadeBy.NO_VALUE


def test_a_ceiling_is_never_passed():
    # nine seeds at CartPole's ceiling and one that collapsed: a t interval would go beyond 500
    made = expanded_percentile_interval([[500.0] * 9 + [120.0]], mean_of_task_means, _generator())
    assert made.high == 500.0


def test_expanded_covers_closer_to_its_promise_than_percentile():
    """Five normal seeds on four tasks: about .90 against .94, and .95 for Satterthwaite's t; 400 repetitions."""
    generator = np.random.default_rng(2024)
    hits = {"percentile": 0, "expanded": 0, "t": 0}
    for _ in range(400):
        tasks = list(generator.normal(size=(4, 5)))
        made = {
            "percentile": percentile_interval(tasks, mean_of_task_means, generator, 400),
            "expanded": expanded_percentile_interval(tasks, mean_of_task_means, generator, 400),
            "t": satterthwaite_interval(tasks),
        }
        for name, interval in made.items():
            hits[name] += interval.low <= 0.0 <= interval.high
    cover = {name: count / 400 for name, count in hits.items()}
    assert 0.85 < cover["percentile"] < 0.925
    assert 0.915 < cover["expanded"] < 0.975
    assert 0.925 < cover["t"] < 0.98
    assert abs(cover["expanded"] - 0.95) < abs(cover["percentile"] - 0.95)


def _generator():
    return np.random.default_rng(7)
