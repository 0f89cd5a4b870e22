"""What a language is here: prompts to answer, answers to imitate, and a judge. Text goes in and text comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rlbench.languages.split import Split


@dataclass(frozen=True)
class Judgement:
    """What N answers are worth. What each rate means is said where the language defines its judge."""

    reward: NDArray[np.float64]
    """[N]."""
    right: NDArray[np.float64]
    """Whether each answer is all that was asked for (1) or not (0), [N]."""
    rates: dict[str, NDArray[np.float64]]
    """Yes (1) or no (0) for each answer, [N], by the name of what was asked."""


@runtime_checkable
class Judging(Protocol):
    """Prompts, and a judge of answers to these."""

    def prompts(self, draw: np.random.Generator, count: int, split: Split = "train") -> list[str]:
        """Prompts of one split, drawn with replacement."""
        ...

    def judge(self, prompts: Sequence[str], answers: Sequence[str]) -> Judgement:
        """Answer n is judged as one to prompt n, whatever the answer is: empty, cut off, or nonsense.

        Raises ValueError if there are not as many answers as prompts, or if a prompt is none of this language.
        """
        ...


@runtime_checkable
class Language(Judging, Protocol):
    """A task of words that is made here and needs no download.

    A text is symbols with the separator between them, as a tokenizer of one token a symbol decodes it when special
    tokens are left out and nothing is cleaned up. Whoever generates an answer stops after `answer_symbols + 1` tokens,
    the token that ends it counted: an answer that is one symbol longer than `answer_symbols` is one that did not end.
    """

    separator: ClassVar[str]
    """Empty where a symbol is one character, a space where symbols are words."""
    prompt_symbols: ClassVar[int]
    """The most symbols of a prompt."""
    holds_out: ClassVar[bool]
    """Whether held-out prompts are never trained on. If not, there are too few, and both splits are all of them."""

    @property
    def symbols(self) -> tuple[str, ...]:
        """The vocabulary, without a tokenizer's special tokens."""
        ...

    @property
    def answer_symbols(self) -> int:
        """The most symbols of an answer, its end not counted."""
        ...

    def corpus(self, draw: np.random.Generator, count: int) -> list[tuple[str, str]]:
        """Prompts of the training split with answers to imitate, partly wrong: imitation alone is not to be enough."""
        ...
