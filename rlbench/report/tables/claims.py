"""What does the lecture claim, and what do recorded runs and exact computations say of it?"""

from collections import Counter
from collections.abc import Sequence
from types import ModuleType

import pandas as pd

from rlbench.report import claims as claim_modules
from rlbench.report.claim import Answer, Claim
from rlbench.report.discovery import modules_of
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.verdict import Verdict

HEADINGS = {
    "claim": "claim",
    "measured": "what is measured",
    "verdict": "verdict",
    "effect": "effect",
    "unit": "unit",
    "n": "n",
    "units": "of",
    "holds": "true if",
    "reason": "why there",
    "lacks": "what would decide it",
    "lecture": "slide of the lecture",
}


def table(study: Study) -> Table:
    """Every claim that has a file, with a line for each of its questions."""
    modules: list[ModuleType] = sorted(modules_of(claim_modules), key=lambda module: module.CLAIM.number)
    answered = [(module.CLAIM, module.answers(study)) for module in modules]
    lines = [_line(claim, answers, answer) for claim, answers in answered for answer in answers]
    verdicts = Counter(answer.verdict for _, answers in answered for answer in answers)
    return Table(
        identifier="claims",
        question="What does the lecture claim, and what do runs and exact computations say of it?",
        frame=pd.DataFrame(lines, columns=["sentence", *COLUMNS]),
        notes=_notes(verdicts),
        place=15,
        section="sentence",
        headings=HEADINGS,
    )


COLUMNS = [
    column for name in HEADINGS for column in ([name, f"{name}_low", f"{name}_high"] if name == "effect" else [name])
]


def _line(claim: Claim, answers: Sequence[Answer], answer: Answer) -> dict[str, object]:
    asked, evidence = answer.question, answer.evidence
    line: dict[str, object] = {
        "sentence": f"{claim.name}: {claim.sentence} ({tally(answers)})",
        "claim": claim.name,
        "measured": asked.what,
        "verdict": str(answer.verdict),
        "lacks": answer.lacks,
        "lecture": claim.place,
    }
    if evidence is None:
        return line | {"unit": "", "units": "", "holds": "", "reason": ""}
    interval = evidence.interval
    return line | {
        "effect": interval.estimate,
        "effect_low": interval.low,
        "effect_high": interval.high,
        "unit": asked.unit,
        "n": evidence.n,
        "units": evidence.units,
        "holds": str(asked.holds),
        "reason": asked.reason,
    }


def tally(answers: Sequence[Answer]) -> str:
    """How many of a claim's questions came out how: `2 supported, 1 refuted`."""
    counts = Counter(answer.verdict for answer in answers)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])


def _notes(verdicts: Counter[Verdict]) -> tuple[str, ...]:
    decided = verdicts[Verdict.SUPPORTED] + verdicts[Verdict.REFUTED]
    return (
        "Each claim is taken apart into questions with a number for an answer. Where the number lies if the claim is "
        "true, and why there, stands in the claim's file in rlbench/report/claims, apart from what was found. "
        "Supported: the whole interval lies there; refuted: none of it does; undecided: it reaches across the edge.",
        "Runs: mean of task means over the tasks that the methods ran on, 95 % t interval with Satterthwaite's degrees "
        "of freedom, or as the unit says; the training run is the unit. Which tasks and settings these are says table "
        "cells: a claim is decided for them and for no others.",
        "Worlds: random decision processes in which policies, gradients and returns are exact (results/probes); the "
        "world is the unit, with a t interval, or Wilson's for a share of worlds. [x, x]: computed, or equal in all.",
        f"Each of the {decided} decided lines is decided by an interval of its own. Nothing is corrected for many "
        "comparisons: of intervals that hold in 95 of 100 cases, one in twenty does not.",
    )
