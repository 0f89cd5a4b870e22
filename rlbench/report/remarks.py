"""What a reader must know of intervals that are not ordinary ones."""

from collections.abc import Iterable

from rlbench.report.digits import NOTHING
from rlbench.stats.intervals import Interval, MadeBy

REMARKS = {
    MadeBy.ONE_VALUE: f"[{NOTHING}]: a single run has no spread, so there is no interval.",
    MadeBy.CONSTANT: "[x, x]: all runs gave the same number. A width of 0 is not certainty: what n runs can exclude "
    "is the upper end of the interval of the failed share.",
}


def remarks(intervals: Iterable[Interval]) -> tuple[str, ...]:
    """A sentence for each unusual way in which one of these intervals was made."""
    made = {interval.made_by for interval in intervals}
    return tuple(sentence for way, sentence in REMARKS.items() if way in made)
