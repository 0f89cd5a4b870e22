"""C18: a reward that is spread over the tokens of an answer is thin on a long one."""

import numpy as np
import pandas as pd

from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import exact
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


def answers(study: Study) -> list[Answer]:
    """What one token of a lone answer counts, from the methods' own advantages and weights."""
    found = study.probes["answer_length"]
    return [
        Answer(DILUTED, exact(_exponents(found, "GRPO"), "pairs of lengths")),
        Answer(EVEN, exact(np.abs(_exponents(found, "Dr. GRPO")), "pairs of lengths")),
        not_measured("length of wrong answers over training", "training of GRPO and Dr. GRPO on a language task"),
    ]


def _exponents(found: pd.DataFrame, method: str) -> np.ndarray:
    """Of the power by which pull grows from each length to twice it."""
    own = found[found["method"] == method]
    return np.diff(np.log(own["pull"])) / np.diff(np.log(own["length"]))
