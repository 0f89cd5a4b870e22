"""What each interval and test of this package promises, as checks for `calibration`."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from rlbench.stats.bootstrap import Resampled, Statistic, resampled
from rlbench.stats.calibration import RESAMPLES, Bound, Check, Trial, covers
from rlbench.stats.censored import restricted
from rlbench.stats.difference import difference_of_means
from rlbench.stats.improvement import improvement_interval, improvement_test
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


def _interval(
    what: str, make: Callable[[Trial], Interval], truth: Callable[[Trial], float], *, one_task: bool = False
) -> Check:
    return Check(what, CONFIDENCE, lambda trial: covers(make(trial), truth(trial)), one_task=one_task)


def _test(what: str, p_value: Callable[[Trial], float]) -> Check:
    return Check(what, 1 - CONFIDENCE, lambda trial: p_value(trial) <= 1 - CONFIDENCE, Bound.AT_MOST)


def _resampled(statistic: Statistic, method: int) -> Callable[[Trial], Resampled]:
    """Resamples of one method's runs, which an interval of its own and one of a difference are read off."""

    def make(trial: Trial) -> Resampled:
        return resampled(trial.scores[method], statistic, trial.generator(statistic.__name__, str(method)), RESAMPLES)

    return lambda trial: trial.once(make)


FIRST_MEAN, SECOND_MEAN = (_resampled(mean_of_task_means, method) for method in (0, 1))
FIRST_IQM, SECOND_IQM = (_resampled(pooled_iqm, method) for method in (0, 1))


def _none(_trial: Trial) -> float:
    """Of two methods that are the same."""
    return 0.0


def _mean(trial: Trial) -> float:
    return trial.population.mean


def _iqm(trial: Trial) -> float:
    return trial.population.iqm


def _variance(trial: Trial) -> float:
    return trial.population.variance


def _deviation(trial: Trial) -> float:
    return trial.population.variance**0.5


def _failures(trial: Trial) -> tuple[tuple[int, int], tuple[int, int]]:
    """Runs of two methods among the lowest fifth of the population, which is expected of each, and all their runs."""
    limit = float(trial.population.quantile(np.array([COLLAPSED]))[0])
    first, second = (np.concatenate(scores) for scores in trial.scores[:2])
    return (int((first < limit).sum()), int((second < limit).sum())), (len(first), len(second))


def _share(trial: Trial) -> Interval:
    (failed, _), (runs, _) = _failures(trial)
    return wilson_interval(failed, runs)


def _improvement(trial: Trial, shift: float) -> Interval:
    first = [scores + shift for scores in trial.scores[0]]
    return improvement_interval(first, trial.scores[1], trial.generator("improvement", str(shift)), RESAMPLES)


def _cleaned(trial: Trial) -> Interval:
    """Variance between seeds of scores that were measured with noise."""
    generator, [scores] = trial.generator("noise"), trial.scores[0]
    error = _deviation(trial) / 2
    noise = error**2 * generator.chisquare(EPISODES - 1, len(scores)) / (EPISODES - 1)
    return seed_variance(scores + error * generator.standard_normal(len(scores)), noise)


def _range(trial: Trial) -> Interval:
    return resampled(trial.scores[0], interpercentile_range, trial.generator("range"), RESAMPLES).expanded_percentile()


def _cut_off(trial: Trial) -> float:
    """What the costliest fifth of runs never come to, as if training had ended there."""
    return float(trial.population.quantile(np.array([1 - COLLAPSED]))[0])


def _restricted(trial: Trial) -> Interval:
    return satterthwaite_interval([restricted(scores, _cut_off(trial)) for scores in trial.scores[0]])


def _tested(trial: Trial, wider: float = 1.0) -> float:
    """Two methods with equal means, the first of which spreads so many times as far."""
    mean = trial.population.mean
    first = [mean + wider * (scores - mean) for scores in trial.scores[0]]
    return permutation_test(first, trial.scores[1], trial.generator("permutation", str(wider)), RESAMPLES).p_value


def _ranks_tested(trial: Trial) -> float:
    return improvement_test(trial.scores[0], trial.scores[1], trial.generator("ranks"), RESAMPLES).p_value


def _ratio_tested(trial: Trial) -> float:
    return ratio_test(trial.scores[0], trial.scores[1], trial.generator("ratio"), RESAMPLES)


def _ranked(trial: Trial) -> pd.Series:
    """What is said of the first of methods that are the same."""
    methods = {str(at): scores for at, scores in enumerate(trial.scores)}
    return ranking(methods, mean_of_task_means, trial.generator("ranking"), RESAMPLES).iloc[0]


def _every_rank(trial: Trial) -> bool:
    """Methods that are the same share all ranks: each one's must reach from first to last."""
    own = trial.once(_ranked)
    return bool(own["rank_low"] == 1 and own["rank_high"] == len(trial.scores))


PROMISES = (
    _interval("mean: t", lambda t: satterthwaite_interval(t.scores[0]), _mean),
    _interval("mean: percentile", lambda t: FIRST_MEAN(t).percentile(), _mean),
    _interval("mean: expanded percentile", lambda t: FIRST_MEAN(t).expanded_percentile(), _mean),
    _interval("restricted mean: t", _restricted, lambda t: float(restricted(t.population.grid, _cut_off(t)).mean())),
    _interval("IQM: percentile", lambda t: FIRST_IQM(t).percentile(), _iqm),
    _interval("IQM: expanded percentile", lambda t: FIRST_IQM(t).expanded_percentile(), _iqm),
    _interval("difference of means: t", lambda t: difference_of_means(t.scores[0], t.scores[1]), _none),
    _interval(
        "difference of means: expanded percentile",
        lambda t: FIRST_MEAN(t).minus(SECOND_MEAN(t)).expanded_percentile(),
        _none,
    ),
    _interval(
        "difference of IQMs: expanded percentile",
        lambda t: FIRST_IQM(t).minus(SECOND_IQM(t)).expanded_percentile(),
        _none,
    ),
    _interval("probability of improvement, none", lambda t: _improvement(t, 0.0), lambda _: 0.5),
    _interval(
        "probability of improvement, one standard deviation",
        lambda t: _improvement(t, _deviation(t)),
        lambda t: improvement(t.population, _deviation(t)),
    ),
    _interval("share: Wilson", _share, lambda _: COLLAPSED),
    _interval("difference of shares: Newcombe", lambda t: difference_of_shares(*_failures(t)), _none),
    _interval("variance: Bonett", lambda t: variance_interval(t.scores[0][0]), _variance, one_task=True),
    _interval("variance without evaluation noise", _cleaned, _variance, one_task=True),
    _interval("ratio of variances", lambda t: log_variance_ratio(t.scores[0], t.scores[1]).interval, _none),
    _interval(
        "inter-percentile range: expanded percentile",
        _range,
        lambda t: t.population.between(LOW, HIGH),
        one_task=True,
    ),
    Check("ranks of three equal methods", CONFIDENCE, _every_rank),
    Check("best of three equal methods", CONFIDENCE, lambda t: bool(t.once(_ranked)["among_best"])),
    _test("permutation test: equal methods", _tested),
    _test("permutation test: equal means, one spreads three times as far", lambda t: _tested(t, WIDER)),
    _test("permutation test of ranks: equal methods", _ranks_tested),
    _test("permutation test of the ratio of variances", _ratio_tested),
)
