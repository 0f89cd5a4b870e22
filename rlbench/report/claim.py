"""A claim of the lecture as questions with numbers for answers, and what these say of it."""

import math
from dataclasses import dataclass

from rlbench.report.evidence import Evidence
from rlbench.stats.verdict import Region, Verdict, decide, deciding_size

NEGLIGIBLE = 1e-10
"""A bias that is none, in lengths of the gradient: float64 in some thousand additions leaves about 1e-14 of one."""
LARGE, LARGE_REASON = 0.1, "a tenth of the gradient's length turns it by up to 6 degrees"
"""From here on a bias matters, in the same unit."""
MATTERS, OF_RANGE, MATTERS_REASON = 0.1, "parts of the task's range", "a tenth of what there is to learn"
"""From here on a difference of final scores matters."""
RULE, RULE_REASON = Region(low=0.95), "a rule has one exception in twenty"
"""What holds as a rule, as a share of cases."""


@dataclass(frozen=True)
class Claim:
    """`sentence` says it in our words, `place` where the lecture does: its part, and the slide in English."""

    number: int
    sentence: str
    place: str

    @property
    def name(self) -> str:
        return f"C{self.number}"


@dataclass(frozen=True)
class Question:
    """What is measured, where the number must lie for the claim to be true, and why there: never what was found."""

    what: str
    unit: str
    holds: Region
    reason: str


@dataclass(frozen=True)
class Answer:
    """What was found; without evidence, `missing` says what would have to be run or recorded."""

    question: Question
    evidence: Evidence | None = None
    missing: str = ""

    @property
    def verdict(self) -> Verdict:
        return decide(self.evidence.interval, self.question.holds) if self.evidence else Verdict.NOT_MEASURED

    @property
    def agreeing(self) -> str:
        """On how many tasks the number lies there by itself, `7 of 9`; empty where it is no mean over tasks."""
        tasks = self.evidence.by_task if self.evidence else ()
        return f"{sum(number in self.question.holds for number in tasks)} of {len(tasks)}" if tasks else ""

    @property
    def lacks(self) -> str:
        """What would decide: more of the same, or something else; empty where it is decided."""
        if self.verdict is Verdict.NOT_MEASURED or not self.evidence:
            return self.missing
        if self.verdict is not Verdict.UNDECIDED:
            return ""
        size = deciding_size(self.evidence.interval, self.question.holds, self.evidence.n)
        return f"about {size:,.0f} {self.evidence.units}" if math.isfinite(size) else "more than can be said"


def not_measured(what: str, missing: str) -> Answer:
    """A part of a claim that nothing here tests."""
    return Answer(Question(what, "", Region(), ""), missing=missing)
