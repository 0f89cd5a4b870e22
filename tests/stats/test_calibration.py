"""Simulated coverage against known coverages, and the distributions that it is simulated on."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rlbench.stats.calibration import COLUMNS, Check, calibrate, covers
from rlbench.stats.intervals import Interval, MadeBy, t_interval
from rlbench.stats.populations import POPULATIONS, improvement
from rlbench.stats.promises import PROMISES

NORMAL, SKEWED, COLLAPSING = POPULATIONS
BY_NAME = {check.what: check for check in PROMISES}


def actual(what, size, population, simulations=500):
    [line] = calibrate([size], [BY_NAME[what]], [population], simulations).itertuples()
    return line.actual


@pytest.mark.parametrize(
    ("what", "size", "population", "known"),
    [
        ("mean: percentile", (1, 3), NORMAL, 0.747),
        ("mean: percentile", (1, 5), NORMAL, 0.833),
        ("mean: expanded percentile", (1, 5), NORMAL, 0.917),
        ("mean: t", (1, 5), NORMAL, 0.950),
        ("mean: t", (1, 5), SKEWED, 0.890),
        ("mean: percentile", (1, 5), SKEWED, 0.758),
        ("IQM: percentile", (1, 5), NORMAL, 0.900),
        ("mean: expanded percentile", (4, 5), NORMAL, 0.940),
    ],
)
def test_known_coverages_are_found_again(what, size, population, known):
    """Both numbers are simulated, ours from 500 studies and the known one from 500 or 1000: four standard errors."""
    error = np.sqrt(known * (1 - known) * (1 / 500 + 1 / 500))
    assert actual(what, size, population) == pytest.approx(known, abs=4 * error)


def test_three_seeds_and_percentiles_cover_no_more_than_three_quarters():
    # The truth lies outside [min, max] in 2 / 2^3 of normal studies of three seeds.
    assert actual("mean: percentile", (1, 3), NORMAL, 2_000) < 0.75 + 3 * np.sqrt(0.75 * 0.25 / 2_000)


def test_all_five_runs_succeed_in_a_third_of_collapsing_studies_and_then_nothing_covers():
    # .8^5 = .328 of studies see no failure.
    assert actual("mean: t", (1, 5), COLLAPSING) < 1 - 0.328 + 4 * np.sqrt(0.328 * 0.672 / 500)


@pytest.mark.parametrize("population", POPULATIONS, ids=lambda population: population.name)
def test_a_lie_is_seen(population):
    narrow = Check("half a t interval", 0.95, lambda trial: covers(_half(trial.scores[0, 0]), population.mean))
    [line] = calibrate([(1, 10)], [narrow], [population], 400).itertuples()
    assert line.actual < line.nominal - 8 * line.error


def _half(values):
    made = t_interval(values)
    return Interval(made.estimate, (made.low + made.estimate) / 2, (made.high + made.estimate) / 2, MadeBy.T)


def test_every_promise_is_tried_on_every_population_and_the_same_call_gives_the_same_frame():
    table = calibrate([(2, 5)], PROMISES, simulations=2)
    assert list(table.columns) == COLUMNS
    assert len(table) == len(PROMISES) * len(POPULATIONS) == table.groupby(["population", "what"]).ngroups
    assert table["actual"].between(0, 1).all()
    pd.testing.assert_frame_equal(calibrate([(2, 5)], PROMISES, simulations=2), table)


def test_a_line_does_not_depend_on_the_others():
    some = [BY_NAME["mean: percentile"], BY_NAME["permutation test: equal methods"]]
    table = calibrate([(1, 4), (2, 5)], some, simulations=40)
    alone = calibrate([(2, 5)], some[1:], [SKEWED], simulations=40)
    row = table[(table["tasks"] == 2) & (table["population"] == SKEWED.name) & (table["what"] == some[1].what)]
    assert row.to_numpy().tolist() == alone.to_numpy().tolist()


def test_errors_are_binomial():
    [line] = calibrate([(1, 5)], [BY_NAME["mean: percentile"]], [NORMAL], 100).itertuples()
    assert line.error == pytest.approx(np.sqrt(line.actual * (1 - line.actual) / 100))
    assert line.simulations == 100


@pytest.mark.parametrize(
    ("population", "mean", "variance", "middle"),
    [
        (NORMAL, 0.0, 1.0, 0.0),
        (SKEWED, 2.0, 2.0, None),
        # .2 * .05 + .8 * .95; middle: (.0 ... .25 -> .75) is linear from .90625 to .96875
        (COLLAPSING, 0.77, 0.2 * 0.8 * 0.9**2 + 0.1**2 / 12, 0.9375),
    ],
    ids=["normal", "gamma", "collapsing"],
)
def test_truths_of_the_populations(population, mean, variance, middle):
    assert population.mean == pytest.approx(mean, abs=1e-4)
    assert population.variance == pytest.approx(variance, rel=1e-3, abs=1e-6)
    if middle is not None:
        assert population.iqm == pytest.approx(middle, abs=1e-4)
    drawn = population.draw(np.random.default_rng(0), (200_000,))
    assert drawn.mean() == pytest.approx(population.mean, abs=4 * np.sqrt(variance / 200_000))
    assert stats.trim_mean(drawn, 0.25) == pytest.approx(population.iqm, abs=8 * np.sqrt(variance / 200_000))


def test_probabilities_of_improvement_of_the_populations():
    assert improvement(NORMAL, 1.0) == pytest.approx(stats.norm.cdf(1 / np.sqrt(2)), abs=1e-4)
    for population in POPULATIONS:
        assert improvement(population, 0.0) == pytest.approx(0.5, abs=1e-6)


def test_quantiles_of_the_populations():
    assert NORMAL.between(0.05, 0.95) == pytest.approx(3.2897, abs=1e-4)
    assert COLLAPSING.between(0.0, 1.0) == pytest.approx(1.0)
