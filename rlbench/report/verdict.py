"""Sentences on a family of comparisons: who differs, what stays open, and what it would take to decide it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlbench.report.digits import interval
from rlbench.report.versus import ALL_TASKS
from rlbench.report.wording import few
from rlbench.stats.detectable import times_as_many
from rlbench.stats.intervals import CONFIDENCE

MANY = 1_000
"""More than so many times as many runs nobody makes."""


@dataclass(frozen=True)
class Words:
    """How a question speaks of differences: `less` and `more` are said of methods, `show` writes a number and bounds."""

    less: str
    more: str
    show: Callable[[float, float, float], str] = interval


def factor(estimate: float, low: float, high: float) -> str:
    """A difference of logarithms as the ratio that it is."""
    return f"{interval(*np.exp([estimate, low, high]).tolist())} times"


def verdict(frame: pd.DataFrame, known: str, words: Words) -> str:
    """Two or three sentences from the lines of ALL_TASKS in a table with the columns of `versus`; `known` is held
    against the others. Nothing where nothing was compared."""
    lines = frame[(frame["task"] == ALL_TASKS) & frame["difference"].notna()]
    if lines.empty:
        return ""
    differs = lines["p_value"] <= 1 - CONFIDENCE
    below, above = lines[differs & (lines["difference"] < 0)], lines[differs & (lines["difference"] > 0)]
    found = [_found(part, what, words) for part, what in ((below, words.less), (above, words.more)) if len(part)]
    said = "; ".join(found) or "no method differs"
    start = f"Over all shared tasks, held against {known} and corrected by Holm, {said}."
    return " ".join(sentence for sentence in (start, _open(lines[~differs], len(lines), words)) if sentence)


def _found(lines: pd.DataFrame, what: str, words: Words) -> str:
    far = lines.iloc[int(lines["difference"].abs().to_numpy().argmax())]
    most = ", most of all " + far["method"] if len(lines) > 1 else ""
    return f"{few(lines['method'].tolist())} {what}{most} ({_shown(far, words)})"


def _open(lines: pd.DataFrame, compared: int, words: Words) -> str:
    """What is undecided, and the comparison that the fewest further runs would decide."""
    if lines.empty:
        return ""
    times = [times_as_many(*pair) for pair in zip(lines["difference"], lines["detectable"], strict=True)]
    which = int(np.argmin(np.nan_to_num(times, nan=np.inf)))
    nearest, many = lines.iloc[which], times[which]
    start = f"Undecided: {len(lines)} of {compared}"
    if not np.isfinite(many) or many > MANY:
        return f"{start}, none of them within reach of {MANY:,} times as many runs."
    need = f"about {many:.2g} times as many runs" if many > 1 else "no more runs than these, with some luck,"
    return (
        f"{start}; nearest to a decision is {nearest['method']} ({_shown(nearest, words)}), which {need} would decide."
    )


def _shown(line: pd.Series, words: Words) -> str:
    return words.show(line["difference"], line["difference_low"], line["difference_high"])
