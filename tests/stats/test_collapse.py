"""Collapses and drawdowns of curves whose story can be read off."""

import numpy as np
import pandas as pd
import pytest

from rlbench.core.anchors import Anchors
from rlbench.stats.collapse import COLUMNS, collapses, running_median
from rlbench.stats.drawdown import drawdowns, excess_drawdown
from rlbench.stats.falls import COLUMNS as FALLS
from rlbench.stats.falls import falls

ANCHORS = {"Task": Anchors(random=-100.0, solved=100.0)}


def curve(values, seed=0):
    return pd.DataFrame(
        {"task": "Task", "method": "method", "variant": "default", "seed": seed}
        | {"step": np.arange(len(values)) * 100, "value": np.asarray(values, dtype=float)}
    )


def story(values):
    line = collapses(curve(values), ANCHORS).iloc[0]
    return bool(line["fell"]), bool(line["collapsed"]), bool(line["at_random"])


LEARNED = [-100, -50, 0, 50, 100, 100, 100]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (LEARNED, (False, False, False)),
        ([*LEARNED, -20, -20, -20], (True, True, False)),
        ([*LEARNED, -95, -95, -95], (True, True, True)),
        ([*LEARNED, -20, -20, 20, 80, 80], (True, False, False)),
        ([*LEARNED, -100], (False, False, False)),
        ([*LEARNED, -100, 100, 100], (False, False, False)),
        ([*LEARNED, 10, 10, 10], (False, False, False)),
        ([-100, -90, -95, -100], (False, False, True)),
        ([-100, -100, -40, -40, -40, -95, -95], (False, False, True)),
    ],
    ids=[
        "learned",
        "fell and stayed",
        "fell to the floor",
        "fell and recovered",
        "one bad evaluation at the end",
        "one bad evaluation on the way",
        "fell by less than half the range",
        "never learned",
        "learned little and lost it",
    ],
)
def test_stories_of_runs(values, expected):
    assert story(values) == expected


def test_numbers_are_in_parts_of_the_tasks_range():
    line = collapses(curve([*LEARNED, -20, -20, -20]), ANCHORS).iloc[0]
    assert (line["peak"], line["deepest_fall"]) == (pytest.approx(1.0), pytest.approx(0.6))


def test_the_unit_of_the_reward_does_not_matter():
    bigger = {"Task": Anchors(random=-1_000.0 + 7, solved=1_000.0 + 7)}
    values = np.array([*LEARNED, -20, -20, 80, 20])
    expected = collapses(curve(values), ANCHORS)
    pd.testing.assert_frame_equal(collapses(curve(10 * values + 7), bigger), expected)


def test_each_run_is_one_line_whatever_the_order_of_rows():
    runs = pd.concat([curve([*LEARNED, -100, -100], seed=4), curve([np.nan, *LEARNED], seed=2)])
    made = collapses(runs, ANCHORS)
    assert made["seed"].tolist() == [2, 4]
    assert made["collapsed"].tolist() == [False, True]
    pd.testing.assert_frame_equal(collapses(runs.sample(frac=1.0, random_state=0), ANCHORS), made)
    assert list(collapses(runs.iloc[:0], ANCHORS).columns) == COLUMNS


def test_running_median_looks_back_only():
    assert running_median(np.array([5.0, 1.0, 9.0, 2.0, 2.0])).tolist() == [5, 3, 5, 2, 2]


def test_drawdowns_by_hand():
    assert drawdowns([1, 3, 2, 5, 0, 6]).tolist() == [0, 0, 1, 0, 5, 0]
    assert drawdowns([[1, 0], [0, 1]]).tolist() == [[0, 1], [0, 0]]


def excess(values, errors, count=500):
    return excess_drawdown(values, errors, np.random.default_rng(7), count)


def test_a_curve_without_noise_keeps_its_drawdown():
    made = excess([0, 1, 4, 2, 5, 3], [0.0] * 6)
    assert (made.observed, made.expected, made.excess) == (2, 0, 2)
    assert excess([0, 1, 2, 2, 5], [0.0] * 5).observed == 0


def test_two_flat_evaluations_have_the_analytic_expectation():
    # E max(0, e1 - e2) of two normal errors: sigma sqrt(2) / sqrt(2 pi)
    made = excess([3.0, 3.0], [2.0, 2.0], 40_000)
    assert made.expected == pytest.approx(2 / np.sqrt(np.pi), abs=4 * 2 * np.sqrt(2) / np.sqrt(40_000))


def test_what_has_no_error_is_exact_and_what_is_empty_has_none():
    made = excess([1.0, 4.0, -2.0, -2.0], [0.0, 0.0, np.nan, np.nan])
    assert (made.observed, made.expected) == (6, 0)
    assert np.isnan(excess([], []).excess)


def test_shift_and_scale():
    values, errors = np.array([0, 1, 4, 2, 5, 3.0]), np.full(6, 0.5)
    made, moved = excess(values, errors), excess(7 + 2 * values, 2 * errors)
    assert (moved.observed, moved.expected) == pytest.approx((2 * made.observed, 2 * made.expected))


def test_evaluation_noise_is_no_fall_and_a_fall_is_none_of_it():
    """Flat and saturating policies at two noise levels: the excess is a small part of what is observed."""
    generator = np.random.default_rng(0)
    for truth in (np.zeros(21), np.minimum(np.linspace(0, 3, 21), 1)):
        for error in (0.02, 0.2):
            made = [excess(truth + error * generator.normal(size=21), np.full(21, error), 100) for _ in range(150)]
            left, seen = np.mean([one.excess for one in made]), np.mean([one.observed for one in made])
            assert abs(left) < 0.15 * seen
            assert seen > 2 * error
    fallen = np.r_[np.linspace(0, 1, 11), np.full(10, 0.2)]
    # What is observed is .8 and noise on top of it; the excess is near .8 again.
    made = [excess(fallen + 0.05 * generator.normal(size=21), np.full(21, 0.05), 100) for _ in range(50)]
    assert np.mean([one.excess for one in made]) == pytest.approx(0.8, abs=0.12)


def test_nothing_is_lost_below_the_floor():
    generator = np.random.default_rng(0)
    deep = excess_drawdown([0.0, 1.0, -9.0], [0.0] * 3, generator)
    assert (deep.observed, deep.excess) == (10.0, 10.0)
    shallow = excess_drawdown([0.0, 1.0, -9.0], [0.0] * 3, generator, floor=0.0)
    assert (shallow.observed, shallow.excess) == (1.0, 1.0)
    # A curve that stays below it never fell, however noisy its evaluations are.
    sunk = excess_drawdown([-50.0, -40.0, -60.0], [3.0] * 3, generator, floor=0.0)
    assert (sunk.observed, sunk.expected) == (0.0, 0.0)


def noisy(values, seed, error):
    """A curve and the standard error of each of its evaluations."""
    own = curve(values, seed)
    return own, own.drop(columns="value").assign(error=error)


def test_what_a_run_lost_is_less_its_noise_and_in_parts_of_the_range():
    """Down by 1.2 of 2 ranges to below the random policy: the whole range is lost and no more."""
    curves, errors = noisy([-100, 100, 100, -340, -340, -340], 0, 0.0)
    made = falls(curves, errors, ANCHORS)
    assert list(made.columns) == FALLS
    assert (made["excess_drawdown"][0], made["collapsed"][0]) == (1.0, True)
    same = falls(curves.assign(value=curves["value"] * 7), errors, {"Task": Anchors(random=-700.0, solved=700.0)})
    pd.testing.assert_frame_equal(same, made)


def test_another_run_moves_no_line():
    parts = [noisy([-100, 50, 20, 80, 60], seed, 15.0) for seed in range(3)]
    curves, errors = (pd.concat([part[at] for part in parts], ignore_index=True) for at in (0, 1))
    every = falls(curves.sample(frac=1, random_state=1), errors, ANCHORS)
    alone = falls(*parts[1], ANCHORS)
    pd.testing.assert_series_equal(every.iloc[1], alone.iloc[0], check_names=False)
    assert every["excess_drawdown"].nunique() == 3  # each has draws of its own


def test_a_run_without_errors_counts_as_exact():
    curves, errors = noisy([-100, 100, 20], 0, 15.0)
    made = falls(curves, errors.iloc[:0], ANCHORS)
    assert made["excess_drawdown"][0] == pytest.approx(0.4)
