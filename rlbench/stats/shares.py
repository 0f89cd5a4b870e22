"""Do two methods fail equally often? The difference of two shares of runs, and its test."""

from scipy import stats

from rlbench.stats.intervals import CONFIDENCE, Interval, wilson_interval
from rlbench.stats.recovered import recovered_difference


def difference_of_shares(successes: tuple[int, int], trials: tuple[int, int]) -> Interval:
    """First minus second share, recovered from Wilson's intervals of both: Newcombe's interval (1998, method 10)."""
    first, second = (wilson_interval(*one) for one in zip(successes, trials, strict=True))
    return recovered_difference(first, second)


def boschloo_p_value(successes: tuple[int, int], trials: tuple[int, int]) -> float:
    """Two-sided p-value of Boschloo's exact test that both shares are equal; NaN where one has no trial.

    More powerful than Fisher's, which it is built on, and as sure (Boschloo 1970).
    """
    if min(trials) == 0:
        return float("nan")
    if sum(successes) in (0, sum(trials)):
        return 1.0
    failures = [total - own for own, total in zip(successes, trials, strict=True)]
    return float(stats.boschloo_exact([list(successes), failures]).pvalue)


def fewest_that_differ(runs: int) -> int | None:
    """The smallest number of `runs` whose share differs from none of as many, by Boschloo's test at the level .05.

    None where even all of them would not.
    """
    found = (k for k in range(1, runs + 1) if boschloo_p_value((k, 0), (runs, runs)) <= 1 - CONFIDENCE)
    return next(found, None)
