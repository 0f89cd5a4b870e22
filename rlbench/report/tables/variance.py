"""How differently does training end when only the seed changes?"""

import numpy as np
import pandas as pd

from rlbench.report import versus
from rlbench.report.calibrated import cautions
from rlbench.report.digits import interval
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import FEW_SEEDS, Table
from rlbench.report.verdict import Words, decided, factor, undecided
from rlbench.report.wording import between, counted, paragraph
from rlbench.stats.intervals import Interval
from rlbench.stats.seed_variance import reliability, seed_variance
from rlbench.stats.spread import interpercentile_range

IDENTIFIER = "variance"
DEVIATION = ["seed_sd", "seed_sd_low", "seed_sd_high"]
COLUMNS = ["task", "method", "family", "n", "tasks", *DEVIATION, "noise_share", "ipr_90", *versus.COLUMNS]
PROMISES = ("variance without evaluation noise", *versus.OF_SPREAD)
WORDS = Words("spread less", "spread more", factor)


def table(study: Study) -> Table:
    """Standard deviation between seeds without evaluation noise, and its ratio to that of the yardstick."""
    plan, values = study.plan, study.finals
    compared = versus.against_yardstick(IDENTIFIER, plan, values, versus.of_spread)
    lines, intervals = [], []
    for task, method, variant, scores in study.cells():
        deviation = between_seeds(study, task, method, variant)
        intervals.append(deviation)
        lines.append(
            {"task": task, **study.names(method, variant), "n": len(scores)}
            | dict(zip(DEVIATION, (deviation.estimate, deviation.low, deviation.high), strict=True))
            | {"noise_share": 1 - reliability(*_measured(study, task, method, variant))}
            | {"ipr_90": _range(study.normalised(task, method, variant, "area_under_curve"))}
            | versus.columns(compared, task, (method, variant))
        )
    lines += versus.whole_lines(study, values, compared).values()
    frame = pd.DataFrame(lines, columns=COLUMNS).astype({"tasks": "Int64"})
    return Table(
        identifier=IDENTIFIER,
        question="How differently does training end when only the seed changes?",
        frame=frame,
        notes=(
            *_notes(),
            *versus.notes(study, "permutation test of the log ratio, on distances from the median"),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(intervals),
        ),
        place=31,
        section="task",
        headings={"seed_sd": "SD between seeds [95 %]", "noise_share": "evaluation noise", "ipr_90": "IPR-90"}
        | versus.headings(plan, "log ratio of SD"),
        summary=paragraph(_extremes(frame), decided(frame, versus.yardstick(plan), WORDS)),
        undecided=undecided(frame, versus.yardstick(plan), WORDS),
    )


def between_seeds(study: Study, task: str, method: str, variant: str) -> Interval:
    """Standard deviation of a cell's final scores without evaluation noise, normalised; 0 where noise is all."""
    made = seed_variance(*_measured(study, task, method, variant))
    estimate, low, high = (float(np.sqrt(np.maximum(value, 0))) for value in (made.estimate, made.low, made.high))
    return Interval(estimate, low, high, made.made_by)


def evaluation_sd(study: Study, task: str, method: str, variant: str) -> float:
    """What evaluation noise alone would make of the standard deviation of a cell's final scores, normalised."""
    return float(np.sqrt(np.mean(_measured(study, task, method, variant)[1])))


def _measured(study: Study, task: str, method: str, variant: str) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the runs and the noise of each, on the task's scale."""
    anchors = study.plan.tasks[task].anchors
    noise = study.cell_noise(task, method, variant) / (anchors.solved - anchors.random) ** 2
    return study.normalised(task, method, variant), noise


def _range(areas: np.ndarray) -> float:
    return float(interpercentile_range(areas)) if len(areas) >= FEW_SEEDS else float("nan")


def _extremes(frame: pd.DataFrame) -> str:
    """Where seeds matter most and least, among cells with enough runs to say."""
    lines = frame[frame["seed_sd"].notna() & (frame["n"] >= FEW_SEEDS)]
    if lines.empty:
        return ""
    wide, noisy = lines.iloc[int(lines["seed_sd"].argmax())], int((lines["noise_share"] > 0.5).sum())
    equal = int((lines["seed_sd"] == 0).sum())
    return (
        f"Of {counted(len(lines), 'cell')} with {between(lines['n'].tolist())} runs, {wide['method']} on "
        f"{wide['task']} spreads most, with a standard deviation between seeds of {interval(*wide[DEVIATION])} of the "
        f"task's range; in {equal} nothing is left once evaluation noise is taken off, which is more than half of the "
        f"measured variance in {noisy}."
    )


def _notes() -> tuple[str, ...]:
    return (
        "Scores are those of table final_performance with the most likely action, on language tasks with sampled "
        "answers, as parts of the task's range: 0 is the random policy and 1 the solved line. SD between seeds: the "
        "root of the variance of the runs' scores less the mean squared standard error of their evaluations; 95 % "
        "interval recovered from Bonett's of the first and Student's of the second. Evaluation noise: the second as a "
        "share of the first; a dash where all scores are equal.",
        "IPR-90: 95th less 5th percentile over runs of the average return over training with sampled actions "
        f"(arXiv:2606.06746), on the same scale; from {FEW_SEEDS} runs on, and without an interval, since a bootstrap "
        "covers only two thirds to three quarters of such outer quantiles.",
        "Log ratio: ln(SD / SD of the yardstick) of the scores as measured, below 0 for less spread; t interval with "
        "the data's kurtosis. Over all tasks: their weighted mean, and under tasks their number; a task on which "
        "half of the runs of either method or more are equal, as at a ceiling, has no such ratio.",
    )
