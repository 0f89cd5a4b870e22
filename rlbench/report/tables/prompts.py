"""How sure is a mean over runs and prompts, when further runs would answer further prompts?"""

import numpy as np
import pandas as pd

from rlbench.core.ending import Asked
from rlbench.report import versus
from rlbench.report.at_the_end import FAILED
from rlbench.report.columns import filled, with_bounds
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series, Values
from rlbench.report.verdict import Words, decided, undecided
from rlbench.report.versus import Comparison
from rlbench.report.wording import counted, listed, paragraph
from rlbench.stats import two_way
from rlbench.stats.detectable import smallest_detectable_shift
from rlbench.stats.intervals import CONFIDENCE, Interval
from rlbench.stats.pairing import Tasks

IDENTIFIER = "prompts"
HEADINGS = {"score": "score [95 %]", "alone": "over prompts alone [95 %]"}
SPREADS = {
    "sd_runs": "SD of runs",
    "sd_prompts": "SD of prompts",
    "sd_rest": "SD of the rest",
    "sampling": "sampling's share of it",
}
COLUMNS = ["task", "method", "family", "n", "tasks", *with_bounds(HEADINGS), *SPREADS, "holds_for", *versus.COLUMNS]
RUNS, CHECKPOINT = "further runs and prompts", "this checkpoint only"
WORDS = Words("scored less", "scored more")


def table(study: Study) -> Table:
    """Two-way intervals, what prompts alone would make of them, what varies, and the difference to the yardstick."""
    plan, values = study.plan, tables(study)
    known = versus.yardstick(plan)
    compared = versus.against_yardstick(IDENTIFIER, plan, values, of_tables)
    lines, intervals = [], []
    for (task, *series), scores in values.items():
        made = {"score": two_way.over_both(scores), "alone": two_way.over_prompts(scores)}
        intervals += made.values()
        lines.append(
            {"task": task, **study.names(*series), "n": len(scores)}
            | filled(made)
            | _spreads(scores, sampling(study, task, (series[0], series[1])))
            | versus.columns(compared, task, (series[0], series[1]))
        )
    lines += versus.whole_lines(study, values, compared).values()
    frame = pd.DataFrame(lines, columns=COLUMNS).astype({"tasks": "Int64"})
    frame["holds_for"] = np.where(frame["n"] > 1, RUNS, CHECKPOINT)
    return Table(
        identifier=IDENTIFIER,
        question="How sure is a mean over runs and prompts?",
        frame=frame,
        notes=_notes(study, intervals) if lines else ("The configuration asks language models for no last answers.",),
        place=27,
        section="task",
        headings=HEADINGS
        | SPREADS
        | {"holds_for": "interval holds for"}
        | versus.headings(plan, "difference of scores"),
        once=("holds_for",),
        summary=paragraph(_wider(frame), _told_apart(values, known), decided(frame, known, WORDS)),
        undecided=undecided(frame, known, WORDS),
    )


def tables(study: Study) -> Values:
    """Mean reward of every run on every prompt [seeds, prompts] as parts of the task's range, by cell."""
    found = {}
    for task, series in study.places():
        lines = study.cell_ending(task, *series, Asked.PROMPTS)
        if len(lines):
            rewards = lines.pivot(index="seed", columns="prompt", values="reward").to_numpy()
            found[task, *series] = (rewards - study.plan.tasks[task].anchors.random) / _range(study, task)
    return found


def sampling(study: Study, task: str, series: Series) -> float:
    """Variance of such a mean from the sampling of answers alone, in the mean over runs and prompts."""
    lines = study.cell_ending(task, *series, Asked.PROMPTS)
    return float((lines["variance"] / lines["samples"]).mean()) / _range(study, task) ** 2


def _range(study: Study, task: str) -> float:
    anchors = study.plan.tasks[task].anchors
    return anchors.solved - anchors.random


def of_tables(first: Tasks, second: Tasks, generator: np.random.Generator, comparisons: int) -> Comparison:
    """Difference of means, of tasks in the mean, with all that varies between runs and between prompts."""
    del generator
    pairs = zip(first, second, strict=True)
    made = two_way.mean_of([two_way.difference(*pair) for pair in pairs])
    seen = smallest_detectable_shift(made.error, made.freedom, comparisons)
    return Comparison(made.interval, made.p_value, seen, len(first))


def _spreads(scores: np.ndarray, sampled: float) -> dict[str, float]:
    """Roots of the components of variance, where what comes out below zero is none; and how much of the last one is
    from sampling, which more answers would lessen."""
    found = two_way.components(scores)
    parts = np.sqrt(np.maximum([found.seeds, found.prompts, found.rest], 0)).tolist()
    share = min(sampled / found.rest, 1.0) if found.rest > 0 else float("nan")
    return dict(zip(SPREADS, (*parts, share), strict=True))


def _wider(frame: pd.DataFrame) -> str:
    """How much the intervals gain from runs being allowed to differ."""
    lines = frame[frame["holds_for"] == RUNS]
    width = {name: lines[f"{name}_high"] - lines[f"{name}_low"] for name in HEADINGS}
    ratio = (width["score"] / width["alone"])[width["alone"] > 0]
    if ratio.empty:
        return ""
    return (
        f"Intervals that hold for further runs are {ratio.median():.1f} times as wide as those over prompts alone in "
        f"the median over {counted(len(ratio), 'cell')}, at most {ratio.max():.1f} times."
    )


def _told_apart(values: Values, known: str) -> str:
    """How many methods either test tells from the yardstick, before any correction."""
    pairs = [
        (scores, values[task, *versus.YARDSTICK])
        for (task, *series), scores in values.items()
        if tuple(series) != versus.YARDSTICK and (task, *versus.YARDSTICK) in values
    ]
    if not pairs:
        return ""
    tests = (two_way.difference_over_prompts, two_way.difference)
    alone, both = (sum(test(*pair).p_value <= 1 - CONFIDENCE for pair in pairs) for test in tests)
    return (
        f"Of {counted(len(pairs), 'comparison')} with {known} on one task, before any correction, a test over prompts "
        f"alone calls {alone} significant, one over runs and prompts {both}."
    )


def _notes(study: Study, intervals: list[Interval]) -> tuple[str, ...]:
    return (
        f"{_asked(study)} {FAILED} Scores are parts of the task's range: 0 is answers that need no skill, 1 the solved "
        "line.",
        "Score: mean over runs and prompts, with an interval for what further runs of the method would score on "
        "further prompts: the variances of the runs' means and of the prompts' means, less what is in both "
        "(doi:10.1198/jbes.2010.07136), and Student's t with Satterthwaite's degrees of freedom; table calibration has "
        "nothing of these, tests/stats/test_two_way.py simulates them. Over prompts alone: the interval if these runs "
        "were all that is spoken of; a test like that takes the luck of a seed for a difference of methods.",
        "SD: of one run's mean reward on one prompt, between runs, between prompts, and what neither explains, which "
        "is what runs and prompts do together and the sampling of answers; roots of unbiased components of variance, 0 "
        "where one comes out below. Sampling's share is of the variance of the rest: more answers to each prompt would "
        "lessen it.",
        "Differences: as the scores, prompts being the same for both methods and runs having nothing to do with each "
        "other. Over all tasks: mean of the tasks' differences.",
        *versus.notes_without_floor(study, "t test"),
        *remarks(intervals),
    )


def _asked(study: Study) -> str:
    """What was asked on which task."""
    lines = study.endings[Asked.PROMPTS]
    prompts, samples = lines["prompt"].nunique(), lines["samples"].iloc[0]
    different = [f"{count} on {task}" for task, count in lines.groupby("task", sort=False)["text"].nunique().items()]
    return (
        f"Last policies with sampled tokens: {samples} answers of every run to each of {prompts} held-out prompts, the "
        "same for all runs and methods. Prompts are drawn with replacement from those that there are; different ones "
        f"among them: {listed(different)}."
    )
