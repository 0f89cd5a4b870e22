"""Known answers for a score over the values of a setting, and that choosing among noise gains nothing."""

import numpy as np
import pytest

from rlbench.stats.setting_response import best_less_worst, lead_of_best, slope

BETWEEN = np.array([False, True, True, False])


def test_a_lead_is_that_of_the_best_on_either_side():
    scores = np.tile([0.2, 0.9, 0.5, 0.6], (5, 1))
    assert lead_of_best(scores, BETWEEN) == pytest.approx(0.3)
    assert lead_of_best(scores, ~BETWEEN) == pytest.approx(-0.3)
    assert lead_of_best(scores, np.array([True, False, False, False])) == pytest.approx(-0.7)


def test_the_best_less_the_worst_of_equal_seeds_is_the_range():
    assert best_less_worst(np.tile([0.2, 0.9, 0.5], (4, 1))) == pytest.approx(0.7)
    assert np.isnan(best_less_worst(np.array([[0.1, 0.2]]))).all(), "one seed has no others to choose by"


def test_a_seed_has_no_say_in_what_it_is_judged_at():
    """The last seed alone would choose the other value, both for the best and for the worst."""
    scores = np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    assert best_less_worst(scores).tolist() == [1, 1, 1, -1]


@pytest.mark.parametrize("values", [2, 6])
def test_values_that_differ_by_noise_alone_come_to_nothing(values):
    """The best of six means of five seeds less the worst of them would come to more than a standard deviation."""
    generator = np.random.default_rng(1)
    drawn = generator.normal(size=(4_000, 5, values))
    flattering = np.mean([one.mean(0).max() - one.mean(0).min() for one in drawn])
    found = np.array([best_less_worst(one).mean() for one in drawn])
    leads = np.array([lead_of_best(one, np.arange(values) < values - 1).mean() for one in drawn])
    assert flattering > 0.4
    for numbers in (found, leads):
        assert abs(numbers.mean()) < 4 * numbers.std() / np.sqrt(len(numbers))


def test_a_slope_is_that_of_the_nearest_line():
    generator = np.random.default_rng(2)
    places, scores = np.log2([2.0, 4.0, 8.0, 16.0]), generator.normal(size=(6, 4))
    assert slope(scores, places) == pytest.approx(np.polyfit(places, scores.T, 1)[0])
    assert slope(0.3 - 0.05 * np.tile(places, (3, 1)), places) == pytest.approx(-0.05)
