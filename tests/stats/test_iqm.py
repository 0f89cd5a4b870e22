"""The interquartile mean against known values: rliable's unit test, and integrals worked out by hand."""

import numpy as np
import pytest

from rlbench.stats.iqm import iqm, pooled_iqm


def test_published_unit_values():
    assert iqm([[1, 2], [2, 2], [1, 1], [2, 1]]) == 1.5
    assert iqm([[1, 1], [2, 2], [3, 3]]) == 2.0


def test_cuts_a_quarter_rounded_down_from_each_end():
    assert iqm([1, 2, 3, 4, 100]) == 3.0
    assert iqm([-100, 0, 1, 1, 2, 2, 3, 900]) == 1.5


def test_of_three_values_is_the_mean():
    assert iqm([1, 2, 6]) == 3.0


def test_of_nothing_is_nan():
    assert np.isnan(iqm([]))


def test_missing_value_is_not_trimmed_in_silence():
    assert np.isnan(iqm([1, 2, 3, np.nan]))


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (lambda generator, n: generator.normal(3.0, 1.0, n), 3.0),
        (lambda generator, n: generator.uniform(0.0, 1.0, n), 0.5),
        # 2 * integral of x exp(-x) between the quartiles ln(4/3) and ln 4
        (lambda generator, n: generator.exponential(1.0, n), 0.738376),
    ],
    ids=["normal", "uniform", "exponential"],
)
def test_large_samples_meet_the_analytic_value(draw, expected):
    n = 400_000
    assert iqm(draw(np.random.default_rng(1), n)) == pytest.approx(expected, abs=4 * 1.2 / np.sqrt(n))


def test_order_of_tasks_and_seeds_does_not_matter():
    generator = np.random.default_rng(2)
    scores = generator.normal(size=(9, 4))
    shuffled = generator.permuted(scores, axis=0)[:, ::-1]
    assert iqm(shuffled) == pytest.approx(iqm(scores), abs=1e-14)


def test_moves_with_shift_and_scale():
    scores = np.random.default_rng(3).normal(size=(9, 4))
    assert iqm(5 - 2 * scores) == pytest.approx(5 - 2 * iqm(scores), abs=1e-13)


def test_pools_tasks_with_different_numbers_of_seeds_row_by_row():
    wide, narrow = np.arange(12.0).reshape(2, 6), np.array([[100.0, 101.0], [0.0, 1.0]])
    expected = [iqm([*wide[0], *narrow[0]]), iqm([*wide[1], *narrow[1]])]
    assert pooled_iqm(wide, narrow).tolist() == expected
