"""What each interval and test of this package promises, as checks for `calibration`."""

from collections.abc import Callable

import numpy as np

from rlbench.stats.bootstrap import expanded_percentile_interval, percentile_interval
from rlbench.stats.calibration import RESAMPLES, Check, Trial, covers
from rlbench.stats.difference import bootstrapped_difference, difference_of_means
from rlbench.stats.improvement import improvement_interval
from rlbench.stats.intervals import CONFIDENCE, Interval, satterthwaite_interval, wilson_interval
from rlbench.stats.iqm import pooled_iqm
from rlbench.stats.permutation import permutation_test
from rlbench.stats.populations import COLLAPSED, improvement
from rlbench.stats.ranking import ranking
from rlbench.stats.seed_variance import seed_variance
from rlbench.stats.shares import difference_of_shares
from rlbench.stats.spread import HIGH, LOW, interpercentile_range, variance_interval
from rlbench.stats.task_means import mean_of_task_means
from rlbench.stats.variance_ratio import log_variance_ratio, ratio_test

EPISODES = 32
"""Evaluation episodes behind a simulated score, whose noise has half the standard deviation between seeds."""
WIDER = 3.0
"""How many times as far the seeds of one method spread where two methods with equal means are tested."""


def _interval(what: str, make: Callable[[Trial], Interval], truth: Callable[[Trial], float]) -> Check:
    return Check(what, CONFIDENCE, lambda trial: covers(make(trial), truth(trial)))


def _test(what: str, p_value: Callable[[Trial], float]) -> Check:
    return Check(what, 1 - CONFIDENCE, lambda trial: bool(p_value(trial) <= 1 - CONFIDENCE))


def _deviation(trial: Trial) -> float:
    return trial.population.variance**0.5


def _failures(trial: Trial) -> tuple[int, int, int]:
    """Runs of each method among the lowest fifth of the population; of every population a fifth is expected."""
    limit = float(trial.population.quantile(np.array([COLLAPSED]))[0])
    first, second, third = ((trial.scores < limit).sum(axis=(1, 2))).tolist()
    return first, second, third


def _shifted(trial: Trial) -> Interval:
    return improvement_interval(trial.scores[0] + _deviation(trial), trial.scores[1], trial.generator, RESAMPLES)


def _cleaned(trial: Trial) -> Interval:
    """Variance between seeds on the first task, of scores that were measured with noise."""
    seeds, error = trial.scores.shape[-1], _deviation(trial) / 2
    scores = trial.scores[0, 0] + error * trial.generator.standard_normal(seeds)
    noise = error**2 * trial.generator.chisquare(EPISODES - 1, seeds) / (EPISODES - 1)
    return seed_variance(scores, noise)


def _wider(trial: Trial) -> float:
    mean = trial.population.mean
    wide = mean + WIDER * (trial.scores[0] - mean)
    return permutation_test(wide, trial.scores[1], trial.generator, RESAMPLES).p_value


def _ranked(trial: Trial, column: str) -> list[float]:
    methods = {str(at): scores for at, scores in enumerate(trial.scores)}
    return ranking(methods, mean_of_task_means, trial.generator, RESAMPLES)[column].tolist()


def _every_rank(trial: Trial) -> bool:
    """Methods that are the same share all ranks: the first one's must reach from first to last."""
    methods = {str(at): scores for at, scores in enumerate(trial.scores)}
    own = ranking(methods, mean_of_task_means, trial.generator, RESAMPLES).iloc[0]
    return bool(own["rank_low"] == 1 and own["rank_high"] == len(trial.scores))


PROMISES = (
    _interval("mean: t", lambda t: satterthwaite_interval(t.scores[0]), lambda t: t.population.mean),
    _interval(
        "mean: percentile",
        lambda t: percentile_interval(t.scores[0], mean_of_task_means, t.generator, RESAMPLES),
        lambda t: t.population.mean,
    ),
    _interval(
        "mean: expanded percentile",
        lambda t: expanded_percentile_interval(t.scores[0], mean_of_task_means, t.generator, RESAMPLES),
        lambda t: t.population.mean,
    ),
    _interval(
        "IQM: percentile",
        lambda t: percentile_interval(t.scores[0], pooled_iqm, t.generator, RESAMPLES),
        lambda t: t.population.iqm,
    ),
    _interval(
        "IQM: expanded percentile",
        lambda t: expanded_percentile_interval(t.scores[0], pooled_iqm, t.generator, RESAMPLES),
        lambda t: t.population.iqm,
    ),
    _interval("difference of means: t", lambda t: difference_of_means(t.scores[0], t.scores[1]), lambda t: 0.0),
    _interval(
        "difference of means: expanded percentile",
        lambda t: bootstrapped_difference(t.scores[0], t.scores[1], mean_of_task_means, t.generator, RESAMPLES),
        lambda t: 0.0,
    ),
    _interval(
        "difference of IQMs: expanded percentile",
        lambda t: bootstrapped_difference(t.scores[0], t.scores[1], pooled_iqm, t.generator, RESAMPLES),
        lambda t: 0.0,
    ),
    _interval(
        "probability of improvement, none",
        lambda t: improvement_interval(t.scores[0], t.scores[1], t.generator, RESAMPLES),
        lambda t: 0.5,
    ),
    _interval(
        "probability of improvement, one standard deviation",
        _shifted,
        lambda t: improvement(t.population, _deviation(t)),
    ),
    _interval("share: Wilson", lambda t: wilson_interval(_failures(t)[0], t.scores[0].size), lambda t: COLLAPSED),
    _interval(
        "difference of shares: Newcombe",
        lambda t: difference_of_shares(_failures(t)[:2], (t.scores[0].size, t.scores[1].size)),
        lambda t: 0.0,
    ),
    _interval("variance, one task", lambda t: variance_interval(t.scores[0, 0]), lambda t: t.population.variance),
    _interval("variance without evaluation noise, one task", _cleaned, lambda t: t.population.variance),
    _interval("ratio of variances", lambda t: log_variance_ratio(t.scores[0], t.scores[1]).interval, lambda t: 0.0),
    _interval(
        "inter-percentile range, one task: expanded percentile",
        lambda t: expanded_percentile_interval([t.scores[0, 0]], interpercentile_range, t.generator, RESAMPLES),
        lambda t: t.population.between(LOW, HIGH),
    ),
    Check("ranks of three equal methods", CONFIDENCE, _every_rank),
    Check("best of three equal methods", CONFIDENCE, lambda t: bool(_ranked(t, "among_best")[0])),
    _test(
        "permutation test: equal methods",
        lambda t: permutation_test(t.scores[0], t.scores[1], t.generator, RESAMPLES).p_value,
    ),
    _test("permutation test: equal means, one spreads three times as far", _wider),
    _test(
        "permutation test of the ratio of variances",
        lambda t: ratio_test(t.scores[0], t.scores[1], t.generator, RESAMPLES),
    ),
)
