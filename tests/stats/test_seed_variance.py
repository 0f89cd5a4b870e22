"""Between-seed variance: no bias from evaluation noise, where the measured variance has one."""

import numpy as np
import pandas as pd
import pytest

from rlbench.core.schema import Metric, Outcome, Split
from rlbench.stats.evaluation_noise import final_noise, noise_of_mean, standard_errors
from rlbench.stats.intervals import MadeBy
from rlbench.stats.seed_variance import reliability, seed_variance
from rlbench.stats.spread import variance_interval


def measured(generator, seeds=20, deviation=1.0, episodes=8, noise=2.0):
    """Scores of seeds and the squared standard error of each, from simulated evaluation episodes."""
    policy = generator.normal(0, deviation, seeds)
    returns = policy[:, None] + noise * generator.normal(size=(seeds, episodes))
    return returns.mean(1), returns.var(1, ddof=1) / episodes


def test_noise_is_taken_off_without_bias():
    tries, generator = 1_500, np.random.default_rng(0)
    drawn = [measured(generator) for _ in range(tries)]
    cleaned = np.array([seed_variance(*one).estimate for one in drawn])
    raw = np.array([one[0].var(ddof=1) for one in drawn])
    assert cleaned.mean() == pytest.approx(1.0, abs=4 * cleaned.std() / np.sqrt(tries))
    # 1 + 2^2 / 8
    assert raw.mean() == pytest.approx(1.5, abs=4 * raw.std() / np.sqrt(tries))


@pytest.mark.parametrize("deviation", [1.0, 0.3])
def test_the_interval_covers_also_where_noise_is_most_of_it(deviation):
    tries, generator = 600, np.random.default_rng(1)
    made = [seed_variance(*measured(generator, deviation=deviation)) for _ in range(tries)]
    held = np.mean([interval.low <= deviation**2 <= interval.high for interval in made])
    assert held > 0.95 - 4 * np.sqrt(0.95 * 0.05 / tries)
    assert np.median([interval.high - interval.low for interval in made]) < 4


def test_known_numbers_and_no_noise():
    scores = [1.0, 3.0, 5.0, 7.0, 9.0, 17.0]
    assert seed_variance(scores, [2.0] * 6).estimate == pytest.approx(np.var(scores, ddof=1) - 2)
    plain, bare = seed_variance(scores, [0.0] * 6), variance_interval(scores)
    assert (plain.estimate, plain.low, plain.high) == pytest.approx((bare.estimate, bare.low, bare.high))
    assert plain.made_by is MadeBy.RECOVERED


def test_an_estimate_may_be_negative_and_its_bounds_are_not():
    made = seed_variance([1.0, 1.1, 0.9, 1.0, 1.05], [0.5, 0.6, 0.4, 0.5, 0.5])
    assert made.estimate < 0
    assert (made.low, made.high) == (0, 0) or 0 == made.low < made.high


def test_scale_and_order_of_seeds():
    scores, noise = measured(np.random.default_rng(2), seeds=8)
    made, other = seed_variance(scores, noise), seed_variance(5 - 3 * scores[::-1], 9 * noise[::-1])
    assert (other.estimate, other.low, other.high) == pytest.approx((9 * made.estimate, 9 * made.low, 9 * made.high))


def test_reliability_is_the_share_between_seeds():
    assert reliability([0.0, 2.0, 4.0], [1.0, 1.0, 1.0]) == pytest.approx(1 - 1 / 4)
    assert reliability([0.0, 1.0], [9.0, 9.0]) == 0
    assert np.isnan(reliability([3.0, 3.0], [0.0, 0.0]))
    assert np.isnan(reliability([3.0], [0.0]))


def test_cases_without_spread_are_passed_on():
    assert seed_variance([500.0] * 4, [0.0] * 4).made_by is MadeBy.CONSTANT
    assert seed_variance([500.0], [0.0]).made_by is MadeBy.ONE_VALUE
    assert np.isnan(seed_variance([1.0, 2.0, 4.0, 5.0], [0.1, np.nan, 0.1, 0.1]).estimate)


def evaluation(seed, step, mean, deviation, episodes, split=Split.DETERMINISTIC):
    line = {"task": "Task", "method": "method", "variant": "default", "seed": seed, "step": step, "split": str(split)}
    values = {Metric.RETURN_MEAN: mean, Metric.RETURN_SD: deviation, Metric.EPISODES: episodes}
    return [line | {"unit": "env_steps", "metric": str(metric), "value": value} for metric, value in values.items()]


def test_standard_errors_are_read_from_rows():
    rows = pd.DataFrame(
        [
            *evaluation(1, 100, 50.0, 8.0, 16.0),
            *evaluation(0, 100, 50.0, 3.0, 9.0),
            *evaluation(0, 0, 10.0, 0.0, 4.0),
            *evaluation(0, 0, 10.0, 6.0, 4.0, Split.STOCHASTIC),
        ]
    )
    for column in ("task", "method", "variant", "split", "metric"):
        rows[column] = rows[column].astype("category")
    made = standard_errors(rows, {"Task": Split.DETERMINISTIC})
    assert made[["seed", "step", "error"]].to_numpy().tolist() == [[0, 0, 0], [0, 100, 1], [1, 100, 2]]
    assert standard_errors(rows, {"Task": Split.STOCHASTIC})["error"].tolist() == [3]


def test_noise_of_a_mean_of_evaluations():
    assert noise_of_mean(np.array([3.0, 4.0])) == 25 / 4
    assert np.isnan(noise_of_mean(np.empty(0)))


def test_the_noise_of_a_final_score_is_that_of_its_own_evaluations():
    """Twenty evaluations after the first: the last two make the score, and their errors its noise."""
    steps = range(0, 2_100, 100)
    rows = pd.DataFrame(
        [line for step in steps for line in evaluation(0, step, 1.0, 6.0 if step > 1_800 else 99.0, 4.0)]
    )
    run = {"task": "Task", "method": "method", "variant": "default"}
    ends = [(2, Outcome.FINISHED), (1, Outcome.DIVERGED), (0, Outcome.FINISHED)]
    outcomes = pd.DataFrame([run | {"seed": seed, "outcome": outcome} for seed, outcome in ends])
    made = final_noise(standard_errors(rows, {"Task": Split.DETERMINISTIC}), outcomes)
    assert made["seed"].tolist() == [0, 1, 2]
    assert made["noise"].tolist()[:2] == [(3.0**2 + 3.0**2) / 4, 0.0]
    assert np.isnan(made["noise"][2])
