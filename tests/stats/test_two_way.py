"""Means over seeds and prompts: against sums by hand, an analysis of variance by least squares, simulated truths."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from rlbench.stats import two_way
from rlbench.stats.intervals import MadeBy, t_interval

HAND = [[1.0, 2.0, 6.0], [3.0, 8.0, 10.0]]
"""Rows' means 3 and 7, columns' 2, 5 and 8, all in all 5. Mean squares: rows 24, columns 18, what is left 2."""
SEEDS, PROMPTS, SIMULATIONS = 5, 500, 1_000


def drawn(key: int, *, seeds: float = 0.03, prompts: float = 0.3, rest: float = 0.35, shape=(SEEDS, PROMPTS)):
    """A table with these standard deviations and a true mean of zero."""
    generator = np.random.default_rng(key)
    rows, columns = (generator.standard_normal(size) for size in ((shape[0], 1), (1, shape[1])))
    return seeds * rows + prompts * columns + rest * generator.standard_normal(shape)


def bounds(interval):
    return interval.estimate, interval.low, interval.high


def test_a_mean_by_hand():
    made = two_way.mean(HAND)
    variance = (24 + 18 - 2) / 6
    freedom = (24 + 18 - 2) ** 2 / (24**2 / 1 + 18**2 / 2 + 2**2 / 2)
    assert (made.value, made.variance, made.freedom) == pytest.approx((5, variance, freedom))
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance)
    assert bounds(made.interval) == pytest.approx((5, 5 - half, 5 + half))
    assert made.interval.made_by is MadeBy.TWO_WAY
    assert made.p_value == pytest.approx(2 * stats.t.sf(5 / np.sqrt(variance), freedom))


def test_components_by_hand():
    found = two_way.components(HAND)
    assert (found.seeds, found.prompts, found.rest) == pytest.approx(((24 - 2) / 3, (18 - 2) / 2, 2))


def test_a_difference_by_hand():
    made = two_way.difference(HAND, [[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]])
    # The second: rows' means 1 and 3, mean square 6; nothing is left. Differences of columns' means: 1, 3, 5.
    seeds, prompts, rest = (24 + 6) / 6, 4 / 3, 2 / 6
    variance = seeds + prompts - rest
    freedom = variance**2 / (4**2 / 1 + 1**2 / 1 + prompts**2 / 2 + rest**2 / 2)
    assert (made.value, made.variance, made.freedom) == pytest.approx((3, variance, freedom))


def test_mean_squares_are_those_of_least_squares():
    """Sums of squares as what each further set of columns takes off the residuals of a regression."""
    table = drawn(1, seeds=0.4, shape=(4, 7))
    rows, columns = (np.indices(table.shape)[axis].ravel() for axis in (0, 1))
    dummies = [np.ones((table.size, 1)), np.eye(4)[rows], np.eye(7)[columns]]
    left = []
    for count in (1, 2, 3):
        design = np.hstack(dummies[:count])
        fitted = design @ np.linalg.lstsq(design, table.ravel(), rcond=None)[0]
        left.append(((table.ravel() - fitted) ** 2).sum())
    seeds, prompts, rest = (left[0] - left[1]) / 3, (left[1] - left[2]) / 6, left[2] / 18
    found = two_way.components(table)
    assert (found.seeds, found.prompts, found.rest) == pytest.approx(((seeds - rest) / 7, (prompts - rest) / 4, rest))


def test_without_prompts_it_is_students_interval_of_the_runs_and_without_runs_that_of_the_prompts():
    runs = np.array([1.0, 2.0, 4.0])
    made = two_way.mean(np.repeat(runs[:, None], 9, axis=1))
    assert bounds(made.interval) == pytest.approx(bounds(t_interval(runs)))
    assert made.freedom == pytest.approx(2)
    turned = two_way.mean(np.repeat(runs[None], 9, axis=0))
    assert bounds(turned.interval) == pytest.approx(bounds(t_interval(runs)))


def test_a_part_below_zero_takes_nothing_off_the_others():
    table = np.array([[0.0, 1.0, 2.0], [1.0, 2.0, 0.0], [2.0, 0.0, 1.1]])  # rows and columns are nearly alike
    made, parts = two_way.mean(table), two_way.components(table)
    assert min(parts.seeds, parts.prompts) < 0
    assert made.variance == pytest.approx(max(table.mean(axis).var(ddof=1) / 3 for axis in (0, 1)))
    assert made.freedom == pytest.approx(2)


def test_equal_cells_have_no_width_and_no_p_value():
    flat = np.full((3, 4), 0.1)
    made = two_way.mean(flat)
    assert bounds(made.interval) == pytest.approx((0.1, 0.1, 0.1))
    assert made.interval.made_by is MadeBy.CONSTANT
    assert np.isnan(two_way.difference(flat, flat).p_value)


def test_a_single_run_speaks_of_this_checkpoint_only():
    table = drawn(2, shape=(1, 30))
    made = two_way.over_both(table)
    assert bounds(made) == pytest.approx(bounds(t_interval(table[0])))
    assert made.made_by is MadeBy.CHECKPOINT
    assert two_way.over_both(drawn(2, shape=(2, 30))).made_by is MadeBy.TWO_WAY
    for one in (two_way.mean(table), two_way.difference(table, drawn(3, shape=(5, 30)))):
        assert np.isnan(one.p_value), "one run says nothing of a method"
        assert one.interval.made_by is MadeBy.ONE_VALUE


def test_order_shift_and_scale_change_nothing_else():
    first, second = drawn(4, shape=(4, 6)), drawn(5, shape=(3, 6))
    made = two_way.difference(first, second)
    order = [3, 0, 5, 1, 4, 2]
    shuffled = two_way.difference(first[[2, 0, 3, 1]][:, order], second[::-1][:, order])
    assert bounds(shuffled.interval) == pytest.approx(bounds(made.interval))
    other = two_way.difference(7 - 2 * second, 7 - 2 * first)
    assert bounds(other.interval) == pytest.approx([2 * bound for bound in bounds(made.interval)])
    assert other.p_value == pytest.approx(made.p_value)
    turned = two_way.difference(second, first)
    assert bounds(turned.interval) == pytest.approx((-made.value, -made.interval.high, -made.interval.low))


def test_prompts_must_be_the_same_for_both():
    with pytest.raises(ValueError, match="6 prompts against 5"):
        two_way.difference(drawn(4, shape=(4, 6)), drawn(5, shape=(4, 5)))
    with pytest.raises(ValueError, match="two or more prompts"):
        two_way.mean([1.0, 2.0])


def test_what_two_methods_find_hard_alike_is_no_part_of_their_difference():
    first, second = drawn(6, prompts=0.0), drawn(7, prompts=0.0)
    hard = 5 * drawn(8, seeds=0.0, prompts=1.0, rest=0.0, shape=(1, PROMPTS))
    alone = two_way.difference(first, second)
    assert two_way.difference(first + hard, second + hard).variance == pytest.approx(alone.variance)
    assert two_way.difference(first + hard, second).variance > 100 * alone.variance
    # The cells of one run number may belong together: then they are one table, and the runs' part is that of pairs.
    shared = drawn(9, seeds=1.0, prompts=0.0, rest=0.0)
    assert (
        two_way.mean(first + shared - (second + shared)).variance
        < 0.01 * two_way.difference(first + shared, second + shared).variance
    )


def test_tasks_add_up_as_independent_means():
    runs = [np.array([1.0, 2.0, 4.0]), np.array([0.0, 0.0, 5.0, 3.0])]
    made = two_way.mean_of([two_way.mean(np.repeat(values[:, None], 9, axis=1)) for values in runs])
    squares = [values.var(ddof=1) / len(values) for values in runs]
    freedom = sum(squares) ** 2 / (squares[0] ** 2 / 2 + squares[1] ** 2 / 3)
    assert (made.value, made.variance, made.freedom) == pytest.approx(((7 / 3 + 2) / 2, sum(squares) / 4, freedom))


def test_prompts_alone_take_the_luck_of_seeds_for_a_difference_and_both_together_do_not():
    """Equal methods, prompts equally hard for both: a test at .05, at the size of published comparisons."""
    hard = drawn(0, seeds=0.0, rest=0.0, shape=(1, PROMPTS))
    pairs = [[drawn(2 * k + side, prompts=0.0) + hard for side in (1, 2)] for k in range(SIMULATIONS)]
    alone = np.mean([two_way.difference_over_prompts(*pair).p_value < 0.05 for pair in pairs])
    both = np.mean([two_way.difference(*pair).p_value < 0.05 for pair in pairs])
    error = np.sqrt(0.05 * 0.95 / SIMULATIONS)
    assert alone > 0.25
    assert both < 0.05 + 3 * error
    assert both > 0.05 - 4 * error, "it would find nothing"


@pytest.mark.parametrize(("spread", "prompts"), list(product((0.0, 0.03, 0.1), (20, 100))))
def test_an_interval_of_five_runs_holds_the_true_mean_whatever_varies(spread, prompts):
    tables = [drawn(k, seeds=spread, shape=(SEEDS, prompts)) for k in range(SIMULATIONS)]
    held = np.mean([abs(made.value) < made.interval.high - made.value for made in map(two_way.mean, tables)])
    assert held > 0.94 - 3 * np.sqrt(0.06 * 0.94 / SIMULATIONS)
