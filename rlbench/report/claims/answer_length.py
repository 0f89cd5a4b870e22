"""C18: a reward that is spread over the tokens of an answer is thin on a long one."""

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.report.at_the_end import first, last
from rlbench.report.claim import Answer, Claim, Question
from rlbench.report.evidence import PerRun, difference, exact
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(18, "Spread over the tokens, the reward of a long answer is diluted", "GRPO: advantages and problems")
UNIT = "exponent"
DILUTED = Question(
    "growth of one token's pull with the answer's length, GRPO, largest",
    UNIT,
    Region(high=-0.5),
    "twice as long is at most 0.7 times the pull",
)
EVEN = Question(
    "growth of one token's pull without 1/|o|, Dr. GRPO, largest either way",
    UNIT,
    Region(high=0.01),
    "if spreading is the cause, it is gone without it",
)
GRPO, DR_GRPO = ("grpo", "default"), ("dr_grpo", "default")
LONGER = Question(
    "growth of wrong answers in training, GRPO less Dr. GRPO",
    "share of their first length",
    Region(low=0.05),
    "where long ones are punished less they grow; below a twentieth nobody would notice",
)


def answers(study: Study) -> list[Answer]:
    """What one token of a lone answer counts, by the methods' own advantages and weights, and what runs make of it."""
    found = study.probes["answer_length"]
    return [
        Answer(DILUTED, exact(_exponents(found, "GRPO"), "pairs of lengths")),
        Answer(EVEN, exact(np.abs(_exponents(found, "Dr. GRPO")), "pairs of lengths")),
        Answer(LONGER, difference(study, GRPO, DR_GRPO, _growth(study)), "needs runs of both on a language task"),
    ]


def _growth(study: Study) -> PerRun:
    """Length of each run's wrong answers at the end of training over that at its beginning, less one."""

    def growth(task: str, series: tuple[str, str]) -> np.ndarray:
        ends = (of(study, task, series, AnswerMetric.LENGTH_WRONG) for of in (last, first))
        grown = np.divide(*ends) - 1
        return grown[np.isfinite(grown)]

    return growth


def _exponents(found: pd.DataFrame, method: str) -> np.ndarray:
    """Of the power by which pull grows from each length to twice it."""
    own = found[found["method"] == method]
    return np.diff(np.log(own["pull"])) / np.diff(np.log(own["length"]))
