"""What a reader must know of intervals that are not ordinary ones."""

from collections.abc import Iterable

from rlbench.report.digits import NOTHING
from rlbench.stats.intervals import Interval, MadeBy, wilson_interval

REMARKS = {
    MadeBy.CHECKPOINT: "n = 1: the interval is over prompts alone and holds for this checkpoint only; what another run "
    "of the method would give it does not say.",
    MadeBy.ONE_VALUE: f"[{NOTHING}]: a single run has no spread, so there is no interval.",
    MadeBy.CONSTANT: "[x, x]: all runs gave the same number. A width of 0 is not certainty: after n equal runs, "
    "the share of runs that differ may still be as high as Wilson's upper limit for 0 of n "
    f"({wilson_interval(0, 10).high:.2f} for 10 runs, {wilson_interval(0, 20).high:.2f} for 20).",
}


def remarks(intervals: Iterable[Interval]) -> tuple[str, ...]:
    """A sentence for each unusual way in which one of these intervals was made."""
    made = {interval.made_by for interval in intervals}
    return tuple(sentence for way, sentence in REMARKS.items() if way in made)
