"""Pairs of dialogues that differ in the assistant's last words, and which of the two people preferred.

Bai et al. 2022, "Training a Helpful and Harmless Assistant with Reinforcement Learning from Human Feedback",
arXiv:2204.05862; https://huggingface.co/datasets/Anthropic/hh-rlhf. Its texts are offensive in part, by design.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rlbench.corpora.corpus import ASSISTANT, USER, Record, unjudged
from rlbench.languages.language import Judgement

_SPEAKER = re.compile(f"{USER}|{ASSISTANT}")


@dataclass(frozen=True)
class HelpfulHarmless:
    """The prompt is the dialogue up to the last "Assistant:". Nothing tells what a new answer is worth."""

    columns: ClassVar[tuple[str, ...]] = ("chosen", "rejected")

    def record(self, row: Mapping[str, Any]) -> Record | None:
        """None where the two dialogues part before the last answer, and where the two answers are the same."""
        prompt, chosen = _divided(row["chosen"])
        other_prompt, rejected = _divided(row["rejected"])
        if prompt != other_prompt or chosen == rejected:
            return None
        return Record(prompt, (chosen, rejected), (1.0, 0.0), _turns(prompt))

    def judge(self, answers: Sequence[str], solutions: Sequence[str]) -> Judgement:
        del solutions
        return unjudged(answers)


def _divided(text: str) -> tuple[str, str]:
    """A dialogue's prompt and its last answer."""
    before, found, answer = text.rpartition(ASSISTANT)
    if not found:
        raise ValueError(f"a dialogue without an assistant: {text[:60]!r}")
    return before + found, answer.rstrip()


def _turns(prompt: str) -> tuple[str, ...]:
    """None where user and assistant do not speak by turns, the user first."""
    speakers = _SPEAKER.findall(prompt)
    if prompt.startswith(USER) and speakers == [USER, ASSISTANT] * (len(speakers) // 2):
        return tuple(turn.strip() for turn in _SPEAKER.split(prompt)[1:-1])
    return ()
