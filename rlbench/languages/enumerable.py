"""Words so short and of so few letters that all can be listed: what a method finds is held against the optimum.

The letters stand in a ring, a b c d a. A prompt is one of them, and there are three ways to please:

    silence   an answer without letters:                                             worth `silence`
    echo      saying the prompt's letter again, the share of it:                     worth `echo` × share
    chain     each letter the one after the letter before, the prompt's the first:   worth share²

An answer is worth the best of the three. A share is out of the most letters an answer may have, `answer_symbols`, and
at most 1; going on beyond that, instead of ending, costs `cut_penalty`. Silence is safe; the echo pays for each letter
and is soon found; the chain pays less than either at first and, complete, more than all: `bcda` is the answer to `a`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from string import ascii_lowercase
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rlbench.core.ranges import Count, Fraction, NonNegative, Pair
from rlbench.languages.language import Judgement
from rlbench.languages.split import Split, check_split

LISTABLE = 100_000
"""The most answers to one prompt."""


@dataclass(frozen=True, kw_only=True)
class Enumerable:
    """As above. By default four prompts with 1,365 answers each: 341 that end and 1,024 that are cut off."""

    separator: ClassVar[str] = ""
    prompt_symbols: ClassVar[int] = 1
    holds_out: ClassVar[bool] = False

    letters: Pair = 4
    """Of the alphabet, from a: at most 26. Each is a prompt; too few to hold any out."""
    answer_symbols: Count = 4
    silence: Fraction = 0.3
    echo: Fraction = 0.6
    cut_penalty: NonNegative = 0.5

    chains: Fraction = 0.1
    """Share of the corpus that is the whole chain."""
    echoes: Fraction = 0.3
    """Share that is the prompt's letter, as often as it may be said; the rest are letters and lengths at random."""

    def __post_init__(self):
        if not 2 <= self.letters <= len(ascii_lowercase):
            raise ValueError(f"letters: {self.letters} is not an integer from 2 to {len(ascii_lowercase)}")
        if self.chains + self.echoes > 1:
            raise ValueError(f"chains and echoes: {self.chains} + {self.echoes} is above 1")
        if (count := sum(self.letters**length for length in range(self.answer_symbols + 2))) > LISTABLE:
            raise ValueError(f"letters and answer_symbols: {count} answers are more than {LISTABLE}")

    @property
    def symbols(self) -> tuple[str, ...]:
        """The letters."""
        return tuple(ascii_lowercase[: self.letters])

    @property
    def every_prompt(self) -> tuple[str, ...]:
        """Each letter."""
        return self.symbols

    def answers(self) -> tuple[str, ...]:
        """Every possible answer to any prompt, once: the shortest first, then by the alphabet.

        Those of up to `answer_symbols` letters ended; those of one more were cut off.
        """
        lengths = range(self.answer_symbols + 2)
        return tuple("".join(word) for length in lengths for word in product(self.symbols, repeat=length))

    def rewards(self) -> NDArray[np.float64]:
        """Of every answer to every prompt, [prompts, answers]."""
        answers = self.answers()
        return np.stack([self.judge([prompt] * len(answers), answers).reward for prompt in self.every_prompt])

    def prompts(self, draw: np.random.Generator, count: int, split: Split = "train") -> list[str]:
        """Uniformly among all, in either split."""
        check_split(split)
        return [self.symbols[n] for n in draw.integers(self.letters, size=count)]

    def corpus(self, draw: np.random.Generator, count: int) -> list[tuple[str, str]]:
        """Answers that end: chains, echoes and random ones."""
        return [(prompt, self._written(draw, prompt)) for prompt in self.prompts(draw, count)]

    def judge(self, prompts: Sequence[str], answers: Sequence[str]) -> Judgement:
        """What each answer is worth; a symbol that is none of the letters pleases nobody. Right is the whole chain.

        Rates: `ended`: not cut off; `silent`: without letters; `echo`, `chain`: ended, and the whole of it.
        """
        found = np.array([self._shares(*pair) for pair in zip(prompts, answers, strict=True)], float).reshape(-1, 4)
        ended, silent, echo, chain = found.T
        worth = np.maximum(np.maximum(self.silence * silent, self.echo * echo), chain**2)
        rates = {"ended": ended, "silent": silent, "echo": ended * (echo == 1), "chain": ended * (chain == 1)}
        return Judgement(worth - self.cut_penalty * (1 - ended), rates["chain"], rates)

    def _shares(self, prompt: str, answer: str) -> tuple[float, float, float, float]:
        """Whether it ended, whether it is silent, and how much of an echo and of a chain it is."""
        if prompt not in self._next:
            raise ValueError(f"{prompt!r} is no letter from {self.symbols[0]} to {self.symbols[-1]}")
        links = sum(after == self._next[before] for before, after in pairwise(prompt + answer) if before in self._next)
        most = self.answer_symbols
        return len(answer) <= most, not answer, min(1, answer.count(prompt) / most), min(1, links / most)

    @cached_property
    def _next(self) -> dict[str, str]:
        """The letter after each in the ring."""
        return dict(zip(self.symbols, (*self.symbols[1:], self.symbols[0]), strict=True))

    def _written(self, draw: np.random.Generator, prompt: str) -> str:
        """One answer to imitate."""
        kind = draw.random()
        if kind < self.chains:
            first = self.symbols.index(prompt) + 1
            return "".join(self.symbols[(first + n) % self.letters] for n in range(self.answer_symbols))
        if kind < self.chains + self.echoes:
            return prompt * self.answer_symbols
        length = draw.integers(self.answer_symbols + 1)
        return "".join(self.symbols[n] for n in draw.integers(self.letters, size=length))
