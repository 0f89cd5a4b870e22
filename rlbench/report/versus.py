"""Every method held against one that all know: the difference, its test, and how small a one could have been seen.

Two kinds of comparisons. Over all tasks that both ran on, every method against the yardstick: one family, corrected
by Holm. On every task by itself: a grid that is only looked through, so corrected by Benjamini and Hochberg, and what
could have been seen is that of one comparison alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rlbench.report.plan import DEFAULT_VARIANT, Plan
from rlbench.report.study import Study
from rlbench.report.values import Series, Values, shared_tasks
from rlbench.stats.detectable import smallest_detectable_difference, smallest_detectable_shift
from rlbench.stats.difference import difference_of_means
from rlbench.stats.intervals import Interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.multiplicity import benjamini_hochberg, holm
from rlbench.stats.pairing import Tasks
from rlbench.stats.permutation import permutation_test, smallest_p_value
from rlbench.stats.variance_ratio import log_variance_ratio, ratio_test

YARDSTICK: Series = ("ppo_clip", DEFAULT_VARIANT)
"""The best known of all methods, and one that runs wherever any does."""
ALL_TASKS = "All tasks"
COLUMNS = ["difference", "difference_low", "difference_high", "p_value", "detectable"]


@dataclass(frozen=True)
class Comparison:
    """One method less the yardstick."""

    interval: Interval
    p_value: float
    """Corrected for its family."""
    detectable: float
    """The smallest difference that would have been found four times in five."""
    tasks: int


Compare = Callable[[Tasks, Tasks, np.random.Generator, int], Comparison]
"""A method, the yardstick, noise, and how many comparisons its family has."""
OF_MEANS = (
    "difference of means: t",
    "permutation test: equal methods",
    "permutation test: equal means, one spreads three times as far",
)
OF_SPREAD = ("ratio of variances", "permutation test of the ratio of variances")
"""What comparisons of means and of spread promise, in the words of stats.promises."""
Compared = dict[tuple[str, Series], Comparison]
"""By the task, or ALL_TASKS, and the method with its variant."""


def of_means(first: Tasks, second: Tasks, generator: np.random.Generator, comparisons: int) -> Comparison:
    """Difference of means of task means, a permutation test of it, and Welch's power."""
    return Comparison(
        difference_of_means(first, second),
        permutation_test(first, second, generator).p_value,
        smallest_detectable_difference(first, second, comparisons),
        len(first),
    )


def of_spread(first: Tasks, second: Tasks, generator: np.random.Generator, comparisons: int) -> Comparison:
    """Log ratio of standard deviations, and a permutation test of it."""
    ratio = log_variance_ratio(first, second)
    return Comparison(
        ratio.interval,
        ratio_test(first, second, generator),
        smallest_detectable_shift(ratio.error, ratio.freedom, comparisons),
        ratio.tasks,
    )


def against_yardstick(identifier: str, plan: Plan, values: Values, compare: Compare) -> Compared:
    """Every comparison that there are values for; `identifier` names the question, and with it the noise."""
    others = [series for series in plan.series() if series != YARDSTICK]
    shared = {series: tasks for series in others if (tasks := shared_tasks(values, series, YARDSTICK))}

    def made(place: str, series: Series, tasks: list[str], comparisons: int) -> Comparison:
        own, known = ([values[task, *which] for task in tasks] for which in (series, YARDSTICK))
        return compare(own, known, keyed_generator(identifier, place, *series), comparisons)

    grid = {(task, series): made(task, series, [task], 1) for series, tasks in shared.items() for task in tasks}
    whole = {(ALL_TASKS, series): made(ALL_TASKS, series, tasks, len(shared)) for series, tasks in shared.items()}
    return _corrected(grid, benjamini_hochberg) | _corrected(whole, holm)


def _corrected(family: Compared, correct: Callable) -> Compared:
    adjusted = correct([comparison.p_value for comparison in family.values()])
    return {key: replace(one, p_value=float(p)) for (key, one), p in zip(family.items(), adjusted, strict=True)}


def columns(compared: Compared, place: str, series: Series) -> dict[str, float]:
    """COLUMNS of one line; nothing for the yardstick and for what could not be compared."""
    found = compared.get((place, series))
    if found is None:
        return dict.fromkeys(COLUMNS, float("nan"))
    bounds = (found.interval.estimate, found.interval.low, found.interval.high)
    return dict(zip(COLUMNS, (*bounds, found.p_value, found.detectable), strict=True))


def whole_lines(study: Study, values: Values, compared: Compared) -> dict[Series, dict[str, object]]:
    """What every table says of a method over all its tasks: its names, runs, tasks and COLUMNS."""
    lines = {}
    for series in study.plan.series():
        own = {task: runs for (task, *which), runs in values.items() if tuple(which) == series}
        if own and any(values.get((task, *YARDSTICK)) is not None for task in own):
            found = compared.get((ALL_TASKS, series))
            lines[series] = (
                {"task": ALL_TASKS, **study.names(*series), "n": min(map(len, own.values()))}
                | {"tasks": found.tasks if found else len(own)}
                | columns(compared, ALL_TASKS, series)
            )
    return lines


def headings(plan: Plan, difference: str) -> dict[str, str]:
    """What readers see above COLUMNS; `difference` says of what."""
    return {
        "difference": f"{difference} against {yardstick(plan)} [95 %]",
        "p_value": "corrected p",
        "detectable": "smallest detectable",
    }


def yardstick(plan: Plan) -> str:
    """Its name for readers."""
    return plan.label(*YARDSTICK)


def notes(study: Study, test: str) -> tuple[str, ...]:
    """How the comparisons were made; `test` names the test, which is one of permutations."""
    fewest = min((len(cell.seeds) for cell in study.plan.cells), default=0)
    floor = (
        f" With {fewest} runs of each, no p-value of one task is below {smallest_p_value(fewest):.2g}."
        if fewest
        else ""
    )
    return notes_without_floor(study, test, floor)


def notes_without_floor(study: Study, test: str, floor: str = "") -> tuple[str, ...]:
    """The same for a test that any number of runs may satisfy; `floor` is what else there is to say of p-values."""
    return (
        f"Against {yardstick(study.plan)}, the best known method: two-sided {test}. Over all tasks that both ran on, "
        "p-values are one family of a comparison per method, corrected by Holm; on single tasks they are an "
        f"exploratory grid, corrected by Benjamini and Hochberg. Intervals are not corrected.{floor} n over all tasks "
        "is the smallest number of runs on one.",
        "Smallest detectable: the difference that these runs find four times in five at the level .05, on a single "
        "task by itself, over all tasks in a family of this size (the first step of Holm's correction).",
    )
