"""Sentences on a family of comparisons: who differs, what stays open, and what it would take to decide it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlbench.report.digits import interval
from rlbench.report.versus import ALL_TASKS
from rlbench.report.wording import counted, few
from rlbench.stats.detectable import times_as_many
from rlbench.stats.intervals import CONFIDENCE

MANY = 1_000
"""More than so many times as many runs nobody makes."""


@dataclass(frozen=True)
class Words:
    """How a question speaks of differences: `less` and `more` are said of methods, `show` writes one with bounds."""

    less: str
    more: str
    show: Callable[[float, float, float], str] = interval


def factor(estimate: float, low: float, high: float) -> str:
    """A difference of logarithms as the ratio that it is."""
    return f"{interval(*np.exp([estimate, low, high]).tolist())} times"


def decided(frame: pd.DataFrame, known: str, words: Words) -> str:
    """Who differs from `known`, by the lines of ALL_TASKS in a table with the columns of `versus`; else nothing."""
    lines = _compared(frame)
    if lines.empty:
        return ""
    differs = lines["p_value"] <= 1 - CONFIDENCE
    sides = ((differs & (lines["difference"] < 0), words.less), (differs & (lines["difference"] > 0), words.more))
    said = "; ".join(_differing(lines[side], what, words) for side, what in sides if side.any())
    start = f"Held against {known} over all tasks that both ran on, and corrected by Holm:"
    return f"{start} {said or 'no method differs'}."


def undecided(frame: pd.DataFrame, known: str, words: Words) -> str:
    """Which comparisons with `known` stay open, and the one that the fewest further runs would decide; else nothing."""
    compared = _compared(frame)
    lines = compared[compared["p_value"] > 1 - CONFIDENCE]
    if lines.empty:
        return ""
    times = [times_as_many(*pair) for pair in zip(lines["difference"], lines["detectable"], strict=True)]
    which = int(np.argmin(times))
    nearest, many = lines.iloc[which], times[which]
    start = f"{few(lines['method'].tolist())} cannot be told from {known} at these numbers of runs"
    if many > MANY:
        return f"{start}; {MANY:,} times as many would not decide any of them."
    need = f"about {many:.2g} times as many runs" if many > 1 else "few further runs"
    return f"{start}; {need} would decide the nearest, {nearest['method']} ({_shown(nearest, words)})."


def _compared(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["task"] == ALL_TASKS) & frame["difference"].notna() & frame["p_value"].notna()]


def _differing(lines: pd.DataFrame, what: str, words: Words) -> str:
    """Methods that differ to one side; the farthest is sought among those with the most tasks, which compare best."""
    widest = lines[lines["tasks"] == lines["tasks"].max()]
    far = widest.iloc[int(widest["difference"].abs().to_numpy().argmax())]
    most = f", most of all {far['method']}" if len(lines) > 1 else ""
    return f"{few(lines['method'].tolist())} {what}{most} ({_shown(far, words)})"


def _shown(line: pd.Series, words: Words) -> str:
    """A difference with its interval and with what it was found on."""
    size = words.show(line["difference"], line["difference_low"], line["difference_high"])
    return f"{size}, {counted(int(line['tasks']), 'task')}, n = {line['n']} or more on each"
