"""How scores go with the size of steps: curves with known areas, widths and costs."""

import numpy as np
import pytest

from rlbench.stats.step_response import NEAR, average_score, cost_of_one_step, near_best_width, scores_at_best

PLACES = np.array([-3.0, -2.5, -2.0, -1.0, 0.0])


def seeds(*means):
    """Two seeds that lie 0.2 around each mean: [2, steps]."""
    return np.array([means, means]) + np.array([[0.1], [-0.1]])


def test_a_constant_has_its_value_for_an_average_and_all_decades_near_its_best():
    flat = seeds(0.7, 0.7, 0.7, 0.7, 0.7)
    assert average_score(flat, PLACES) == pytest.approx([0.8, 0.6])
    assert near_best_width(flat, PLACES) == pytest.approx(3.0)


def test_a_straight_line_is_its_middle_on_average_whatever_the_spacing():
    line = seeds(*(2 * PLACES + 5))
    assert average_score(line, PLACES).mean() == pytest.approx(2.0)


def test_a_tent_is_near_its_best_where_both_sides_cross_the_line():
    tent = seeds(0.0, 0.0, 1.0, 0.0, 0.0)
    left, right = (1 - NEAR) * 0.5, (1 - NEAR) * 1.0
    assert near_best_width(tent, PLACES) == pytest.approx(left + right)
    lifted = np.stack([tent, seeds(1.0, 0.0, 0.95, 1.0, 0.0)])
    both = near_best_width(lifted, PLACES)
    assert both[0] == pytest.approx(left + right)
    rise = 0.5 * 0.05 / 0.95  # from 0 to 0.95: above 0.9 on the last part of half a decade
    assert both[1] == pytest.approx(0.5 * 0.1 + rise + 1.0 + 0.1)


@pytest.mark.parametrize("level", [0.0, -0.5])
def test_nothing_is_near_a_best_that_is_no_better_than_random(level):
    assert near_best_width(seeds(*[level] * 5), PLACES) == 0


def test_widths_are_those_of_sampling_the_curve_finely():
    generator = np.random.default_rng(0)
    fine = np.linspace(PLACES[0], PLACES[-1], 200_001)
    for _ in range(20):
        scores = generator.uniform(-0.5, 1.0, (3, 5))
        drawn = np.interp(fine, PLACES, scores.mean(0))
        expected = (drawn >= NEAR * scores.mean(0).max()).mean() * 3
        assert near_best_width(scores, PLACES) == pytest.approx(expected, abs=1e-3)


def test_the_best_step_is_chosen_without_the_run_that_it_is_judged_by():
    scores = np.array([[0.9, 0.0], [0.2, 0.3], [0.2, 0.3]])
    assert scores.mean(0).argmax() == 0
    assert scores_at_best(scores).tolist() == [0.0, 0.2, 0.2]
    noise = np.random.default_rng(1).normal(size=(2_000, 4, 7))
    chosen = np.array([scores_at_best(one).mean() for one in noise])
    flattered = np.array([one.mean(0).max() for one in noise])
    assert abs(chosen.mean()) < 3 * chosen.std() / np.sqrt(len(chosen))
    assert flattered.mean() > 0.5
    assert np.isnan(scores_at_best(scores[:1])).all()


def test_one_step_for_all_tasks_costs_nothing_where_all_want_the_same_and_all_where_none_does():
    first, other = seeds(1.0, 0.0, 0.5), seeds(0.0, 1.0, 0.5)
    assert cost_of_one_step(first, first) == pytest.approx(0)
    assert cost_of_one_step(first, other) == pytest.approx(0.5)
    resampled = np.stack([first, other])
    assert cost_of_one_step(resampled, resampled[::-1]) == pytest.approx([0.5, 0.5])
