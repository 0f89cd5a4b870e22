"""What does the lecture claim, and what do recorded runs and exact computations say of it?"""

from collections import Counter
from collections.abc import Sequence
from types import ModuleType

import pandas as pd

from rlbench.report import claims as claim_modules
from rlbench.report.calibrated import cautions
from rlbench.report.claim import Answer, Claim, Question
from rlbench.report.discovery import modules_of
from rlbench.report.evidence import Evidence
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.verdict import Verdict

HEADINGS = {
    "line": "line",
    "sentence": "the lecture says",
    "measured": "what is measured",
    "verdict": "verdict",
    "effect": "effect",
    "unit": "unit",
    "holds": "true if",
    "reason": "why there",
    "count": "n",
    "units": "of",
    "agreeing": "tasks that agree",
    "lacks": "what would decide it",
    "lecture": "part and slide",
}
"""Columns as readers see them; the effect has bounds beside it."""
PROMISES = ("mean: t", "difference of means: t", "ratio of variances")
BOUNDS = ("effect_low", "effect_high")
LECTURE = (
    "The lecture: Song, Zhejiang University, 25 December 2025, on reinforcement learning for language models from "
    "actor-critic to RLHF, DPO and GRPO (in Chinese)."
)


def table(study: Study) -> Table:
    """Every claim that has a file, with a line for each of its questions."""
    modules: list[ModuleType] = sorted(modules_of(claim_modules), key=lambda module: module.CLAIM.number)
    answered = [(module.CLAIM, module.answers(study)) for module in modules]
    lines = [
        {"line": f"{claim.name}.{number}"} | _line(claim, answers, answer)
        for claim, answers in answered
        for number, answer in enumerate(answers, 1)
    ]
    return Table(
        identifier="claims",
        question="What does the lecture claim, and what do runs and exact computations say of it?",
        frame=pd.DataFrame(lines, columns=_columns()),
        notes=(
            *_notes([answer for _, answers in answered for answer in answers]),
            *cautions(study.calibration, PROMISES, together=True),
        ),
        place=38,
        headings=HEADINGS,
        group="sentence",
    )


def tally(answers: Sequence[Answer]) -> str:
    """How many questions came out how: `2 supported, 1 refuted`."""
    counts = Counter(answer.verdict for answer in answers)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])


def _columns() -> list[str]:
    return [column for name in HEADINGS for column in ((name, *BOUNDS) if name == "effect" else (name,))]


def _line(claim: Claim, answers: Sequence[Answer], answer: Answer) -> dict[str, object]:
    line: dict[str, object] = {
        "sentence": f"{claim.sentence} ({tally(answers)})",
        "measured": answer.question.what,
        "verdict": str(answer.verdict),
        "lacks": answer.lacks,
        "agreeing": answer.agreeing,
        "lecture": claim.place,
    }
    return line | (_numbers(answer.question, answer.evidence) if answer.evidence else NO_NUMBERS)


NO_NUMBERS = dict.fromkeys(("unit", "holds", "reason", "units"), "")


def _numbers(asked: Question, evidence: Evidence) -> dict[str, object]:
    found = evidence.interval
    return {
        **dict(zip(("effect", *BOUNDS), (found.estimate, found.low, found.high), strict=True)),
        "unit": asked.unit,
        "holds": str(asked.holds),
        "reason": asked.reason,
        "count": evidence.n,
        "units": evidence.units,
    }


def _notes(answers: Sequence[Answer]) -> tuple[str, ...]:
    decided = sum(answer.verdict in (Verdict.SUPPORTED, Verdict.REFUTED) for answer in answers)
    return (
        LECTURE,
        f"{len(answers)} questions with a number for an answer: {tally(answers)}. Where the number lies if the claim "
        "is true, and why there, stands in the claim's file in rlbench/report/claims. Supported: the whole interval "
        "lies there; refuted: none of it does; undecided: it reaches across the edge.",
        "These edges were not registered before this release's runs existed: those of C3, C4, C5, C7, C8 and C10 were "
        "set when first numbers of theirs had been seen, those of the others without looking at theirs. Only those of "
        "single settings (table other_settings) are older than the runs that they decide. Later runs are decided by "
        "them as they stand.",
        "Runs: mean of task means over the tasks that the methods ran on, 95 % t interval with Satterthwaite's degrees "
        "of freedom; the training run is the unit. A claim is decided for these tasks and settings (tables cells and "
        "settings) and for no others; tasks that agree: those on which the number lies there by itself.",
        "Ratios of SDs: with the kurtosis of the data, mean of logarithms over the tasks on which fewer than half of "
        "each method's runs are equal. Tasks: t interval of the logarithms over tasks.",
        "Seeds: mean over tasks of a number that a seed's runs with several values of a setting make, t interval. The "
        "best value is for every seed the one that was best for the others, which of equal ones the smallest.",
        "Worlds: random decision processes in which policies, gradients and returns are exact (results/probes); the "
        "world is the unit, with a t interval, or Wilson's for a share of worlds. [x, x]: computed, or equal in all.",
        f"Each of the {decided} decided lines is decided by an interval of its own. Nothing is corrected for many "
        "comparisons: of intervals that hold in 95 of 100 cases, one in twenty does not.",
    )
