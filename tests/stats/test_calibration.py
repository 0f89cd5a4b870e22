"""Simulated coverage against known coverages, and the distributions that it is simulated on."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rlbench.stats.calibration import COLUMNS, Bound, Check, calibrate, covers, simulate
from rlbench.stats.intervals import Interval, MadeBy, t_interval
from rlbench.stats.kept import judged
from rlbench.stats.populations import POPULATIONS, improvement
from rlbench.stats.promises import PROMISES

NORMAL, SKEWED, COLLAPSING = POPULATIONS
BY_NAME = {check.what: check for check in PROMISES}


def actual(what, design, population, simulations=500):
    [line] = calibrate([design], [BY_NAME[what]], [population], simulations).itertuples()
    return line.happened / line.simulations


@pytest.mark.parametrize(
    ("what", "design", "population", "known"),
    [
        ("mean: percentile", (3,), NORMAL, 0.747),
        ("mean: percentile", (5,), NORMAL, 0.833),
        ("mean: expanded percentile", (5,), NORMAL, 0.917),
        ("mean: t", (5,), NORMAL, 0.950),
        ("mean: t", (5,), SKEWED, 0.890),
        ("mean: percentile", (5,), SKEWED, 0.758),
        ("IQM: percentile", (5,), NORMAL, 0.900),
        ("mean: expanded percentile", (5, 5, 5, 5), NORMAL, 0.940),
    ],
)
def test_known_coverages_are_found_again(what, design, population, known):
    """Both numbers are simulated, ours from 500 studies and the known one from 500 or 1000: four standard errors."""
    error = np.sqrt(known * (1 - known) * (1 / 500 + 1 / 500))
    assert actual(what, design, population) == pytest.approx(known, abs=4 * error)


def test_three_seeds_and_percentiles_cover_no_more_than_three_quarters():
    # The truth lies outside [min, max] in 2 / 2^3 of normal studies of three seeds.
    assert actual("mean: percentile", (3,), NORMAL, 2_000) < 0.75 + 3 * np.sqrt(0.75 * 0.25 / 2_000)


def test_all_five_runs_succeed_in_a_third_of_collapsing_studies_and_then_nothing_covers():
    # .8^5 = .328 of studies see no failure.
    assert actual("mean: t", (5,), COLLAPSING) < 1 - 0.328 + 4 * np.sqrt(0.328 * 0.672 / 500)


@pytest.mark.parametrize("population", POPULATIONS, ids=lambda population: population.name)
def test_a_lie_is_seen(population):
    narrow = Check("half a t interval", 0.95, lambda trial: covers(_half(trial.scores[0][0]), population.mean))
    eager = Check("a test that rejects half the time", 0.05, lambda trial: _coin(trial), Bound.AT_MOST)
    honest = Check("nothing is a fourth smaller than itself", 0.95, lambda trial: True)
    kept = judged(calibrate([(10,)], [narrow, eager, honest], [population], 400)).set_index("what")["kept"]
    assert kept.to_dict() == {narrow.what: False, eager.what: False, honest.what: True}


def _coin(trial):
    return bool(trial.generator("coin").random() < 0.5)


def _half(values):
    made = t_interval(values)
    return Interval(made.estimate, (made.low + made.estimate) / 2, (made.high + made.estimate) / 2, MadeBy.T)


def test_every_promise_is_tried_on_every_population_and_the_same_call_gives_the_same_frame():
    table = calibrate([(5,), (3, 5)], PROMISES, simulations=2)
    assert list(table.columns) == COLUMNS
    one, several = (table[table["design"] == design] for design in ("5", "3 5"))
    assert len(one) == len(PROMISES) * len(POPULATIONS) == one.groupby(["population", "what"]).ngroups
    left_out = {check.what for check in PROMISES} - set(several["what"])
    assert left_out == {check.what for check in PROMISES if check.one_task} != set()
    assert table["happened"].between(0, 2).all()
    pd.testing.assert_frame_equal(calibrate([(5,), (3, 5)], PROMISES, simulations=2), table)


def test_a_line_does_not_depend_on_the_others():
    some = [BY_NAME["mean: percentile"], BY_NAME["permutation test: equal methods"]]
    table = calibrate([(4,), (5, 5)], [*some, BY_NAME["mean: expanded percentile"]], simulations=40)
    alone = calibrate([(5, 5)], some[1:], [SKEWED], simulations=40)
    row = table[(table["design"] == "5 5") & (table["population"] == SKEWED.name) & (table["what"] == some[1].what)]
    assert row.to_numpy().tolist() == alone.to_numpy().tolist()


@pytest.mark.parametrize("design", [(1,), (1, 1), (1, 20)])
def test_one_run_is_a_design_too_in_which_no_interval_of_a_spread_covers(design):
    counts = calibrate([design], PROMISES, simulations=3).groupby("what")["happened"].sum()
    assert counts["mean: t"] == counts["IQM: expanded percentile"] == counts["permutation test: equal methods"] == 0
    assert counts["ranks of three equal methods"] == counts["best of three equal methods"] == 9


def test_simulations_in_parts_are_those_of_all():
    whole, *parts = (simulate((4,), SKEWED, PROMISES, numbers) for numbers in (range(12), range(5), range(5, 12)))
    counts = [[line["happened"] for line in lines] for lines in (whole, *parts)]
    assert counts[0] == [sum(pair) for pair in zip(*counts[1:], strict=True)]


def test_many_runs_cover_the_restricted_mean():
    error = np.sqrt(0.95 * 0.05 / 500)
    assert actual("restricted mean: t", (60,), NORMAL) == pytest.approx(0.95, abs=4 * error)


@pytest.mark.parametrize(
    "what", ["permutation test of ranks: equal methods", "permutation test of the ratio of variances"]
)
def test_tests_of_equal_methods_reject_seldom_but_do(what):
    assert 0 < actual(what, (10,), SKEWED, 300) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 300)


def test_numbers_of_seeds_may_differ_between_tasks():
    """For two tasks the t interval is Welch's, which scipy has: for three and for twelve normal runs, simulated."""
    generator = np.random.default_rng(5)
    x, y = generator.standard_normal((4_000, 3)), generator.standard_normal((4_000, 12))
    welch = stats.ttest_ind(x, y, axis=1, equal_var=False).confidence_interval(0.95)
    known = np.mean((welch.low <= 0) & (welch.high >= 0))
    error = np.sqrt(known * (1 - known) * (1 / 4_000 + 1 / 1_000))
    assert actual("mean: t", (3, 12), NORMAL, 1_000) == pytest.approx(known, abs=4 * error)


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
