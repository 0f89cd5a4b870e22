"""Instructions with four models' answers to each, every one of which a judge gave a score.

Cui et al. 2023, "UltraFeedback: Boosting Language Models with Scaled AI Feedback", arXiv:2310.01377;
https://huggingface.co/datasets/openbmb/UltraFeedback.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rlbench.corpora.corpus import Record, dialogue, unjudged
from rlbench.languages.language import Judgement

ANSWERS = 4


@dataclass(frozen=True)
class UltraFeedback:
    """Ranked by overall score. Nothing tells what a new answer is worth."""

    columns: ClassVar[tuple[str, ...]] = ("instruction", "completions")

    def record(self, row: Mapping[str, Any]) -> Record | None:
        """None where an answer is missing, or all have the same score."""
        answers = [" " + one["response"].strip() for one in row["completions"]]
        scores = [float(one["overall_score"]) for one in row["completions"]]
        if len(answers) != ANSWERS or len(set(scores)) == 1:
            return None
        turns = (row["instruction"],)
        return Record(dialogue(turns), tuple(answers), tuple(scores), turns)

    def judge(self, answers: Sequence[str], solutions: Sequence[str]) -> Judgement:
        del solutions
        return unjudged(answers)
