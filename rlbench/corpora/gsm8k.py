"""Word problems of school arithmetic whose answers can be checked.

Cobbe et al. 2021, "Training Verifiers to Solve Math Word Problems", arXiv:2110.14168;
https://huggingface.co/datasets/openai/gsm8k.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

import numpy as np

from rlbench.corpora.corpus import Record
from rlbench.languages.language import Judgement

_MARKED = re.compile(r"#### (-?[0-9.,]+)")
"""As https://github.com/openai/grade-school-math extracts an answer."""
_NUMBER = re.compile(r"-?\$?[0-9][0-9,]*(?:\.[0-9]+)?")
_CALCULATOR = re.compile(r"<<[^>]*>>")


@dataclass(frozen=True)
class GradeSchool:
    """A solution ends in `#### n`. The reward is 1 where the number that is so marked is right, else 0."""

    columns: ClassVar[tuple[str, ...]] = ("question", "answer")

    def record(self, row: Mapping[str, Any]) -> Record:
        """Without the notes that the solutions hold for a calculator, `<<48/2=24>>`."""
        found = _MARKED.search(row["answer"])
        if not found or _value(found[1]) is None:
            raise ValueError(f"a solution without '#### n': {row['answer'][-60:]!r}")
        question = row["question"].strip()
        solved = " " + _CALCULATOR.sub("", row["answer"]).strip()
        return Record(f"Question: {question}\nAnswer:", (solved,), (1.0,), (question,), found[1])

    def judge(self, answers: Sequence[str], solutions: Sequence[str]) -> Judgement:
        """Rates: `marked`: a number stands after the first ####; `strict`: it is the right one; `flexible`: the last
        number of all is the right one, marked or not."""
        wanted = [_value(solution) for solution in solutions]
        marked = [_value(found[1]) if (found := _MARKED.search(answer)) else None for answer in answers]
        last = [_value(found[-1]) if (found := _NUMBER.findall(answer)) else None for answer in answers]
        rates = {
            "marked": np.array([one is not None for one in marked], np.float64),
            "strict": np.array([a is not None and a == b for a, b in zip(marked, wanted, strict=True)], np.float64),
            "flexible": np.array([a is not None and a == b for a, b in zip(last, wanted, strict=True)], np.float64),
        }
        return Judgement(rates["strict"], rates["strict"], rates)


def _value(text: str) -> Decimal | None:
    """Of a number as people write it; None where it is none."""
    try:
        return Decimal(text.replace(",", "").replace("$", "").rstrip("."))
    except InvalidOperation:
        return None
