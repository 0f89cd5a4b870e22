"""Is a claim true? A claim says where a number lies, and an interval says where it is found to lie.

The region is written down before the number is known. An interval that lies inside it supports the claim, one that
lies outside refutes it, and one that reaches across its edge decides nothing. A region without one end is a one-sided
claim, a region with two is one of equivalence (both of its ends are tested, as by two one-sided tests).
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from rlbench.stats.intervals import Interval


class Verdict(StrEnum):
    """What became of a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided at this sample size"
    NOT_MEASURED = "not yet measured"


@dataclass(frozen=True)
class Region:
    """Where a number lies if the claim is true, in the number's unit; both ends belong to it."""

    low: float = -math.inf
    high: float = math.inf

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if math.isinf(self.low):
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


def decide(interval: Interval, region: Region) -> Verdict:
    """What the interval says of the claim that the number lies in the region."""
    if math.isnan(interval.estimate):
        return Verdict.NOT_MEASURED
    if interval.low in region and interval.high in region:
        return Verdict.SUPPORTED
    if interval.high < region.low or interval.low > region.high:
        return Verdict.REFUTED
    return Verdict.UNDECIDED


def deciding_size(interval: Interval, region: Region, n: int) -> float:
    """About how many units would decide, where n do not: the width of an interval falls with the root of their number.

    From the distance of the estimate to each edge that the interval reaches across, if the estimate stays where it is.
    Infinite for an estimate on the edge itself, NaN without bounds.
    """
    if math.isnan(interval.low + interval.high):
        return math.nan
    edges = [edge for edge in (region.low, region.high) if interval.low <= edge <= interval.high]
    sizes = []
    for edge in edges:
        far = interval.low if edge < interval.estimate else interval.high
        distance = abs(interval.estimate - edge)
        sizes.append(n * ((interval.estimate - far) / distance) ** 2 if distance else math.inf)
    return max((math.ceil(size) if math.isfinite(size) else size for size in sizes), default=float(n))
