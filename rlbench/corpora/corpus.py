"""What a data set is here: a map from its rows to prompts with answers, and a judge of new answers if it has one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from rlbench.languages.language import Judgement

USER, ASSISTANT = "\n\nHuman:", "\n\nAssistant:"
"""How a dialogue is written as plain text. Bai et al. 2022, "Training a Helpful and Harmless Assistant with
Reinforcement Learning from Human Feedback", arXiv:2204.05862, write theirs so."""


@dataclass(frozen=True)
class Record:
    """One prompt with its answers, as text that goes on from it: what begins with a word begins with the space before
    it."""

    prompt: str
    answers: tuple[str, ...]
    """In the data set's order."""
    scores: tuple[float, ...]
    """Of each answer; the larger is preferred. Equal ones are ties."""
    turns: tuple[str, ...] = ()
    """The prompt as what user and assistant say by turns, for a model with a chat template; none where it is no
    dialogue."""
    solution: str = ""
    """What a new answer is held against, where that can be checked."""


@runtime_checkable
class Corpus(Protocol):
    """A data set's own part of a task. It reads no file: rows come in as mappings."""

    columns: ClassVar[tuple[str, ...]]
    """What every row must have."""

    def record(self, row: Mapping[str, Any]) -> Record | None:
        """What a row says, or None where it says nothing that can be learnt from. Raises ValueError for a row that has
        the columns but not what belongs in them."""
        ...

    def judge(self, answers: Sequence[str], solutions: Sequence[str]) -> Judgement:
        """What new answers are worth."""
        ...


def unjudged(answers: Sequence[str]) -> Judgement:
    """Of a data set that can tell nothing of a new answer."""
    nothing = np.zeros(len(answers))
    return Judgement(nothing, nothing, {})


def dialogue(turns: Sequence[str]) -> str:
    """What user and assistant say by turns, up to where the assistant is to speak."""
    speakers = (USER, ASSISTANT) * len(turns)
    said = [f"{speaker} {turn.strip()}" for speaker, turn in zip(speakers, turns, strict=False)]
    return "".join(said) + ASSISTANT
