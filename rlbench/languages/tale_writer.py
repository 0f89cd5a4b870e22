"""Tales to imitate: always grammatical, and only partly what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from rlbench.core.ranges import Fraction
from rlbench.languages.tale_words import DETERMINERS, GRIM, LENGTHS, MERRY, PLAIN, STOP, TOPICS, VERBS

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class TaleWriter:
    """How well tales follow their prompts."""

    follows: Fraction = 0.45
    """How often the length, and each noun's topic, is what was asked for; else it is any, by chance the same one."""
    adjectives: Fraction = 0.6
    """How often a noun has an adjective."""
    fitting_mood: Fraction = 0.35
    """Share of the adjectives that are of the mood."""
    opposite_mood: Fraction = 0.25
    """Share that are of the other mood; the rest are of neither."""

    def __post_init__(self):
        if self.fitting_mood + self.opposite_mood > 1:
            raise ValueError(f"fitting_mood and opposite_mood: {self.fitting_mood} + {self.opposite_mood} is above 1")

    def tale(self, draw: np.random.Generator, topic: str, mood: str, length: int) -> list[str]:
        """The words of one tale for a prompt that asks for these."""
        if draw.random() >= self.follows:
            length = _any(draw, range(1, len(LENGTHS) + 1))
        return [word for _ in range(length) for word in self._sentence(draw, topic, mood)]

    def _sentence(self, draw: np.random.Generator, topic: str, mood: str) -> list[str]:
        subject, verb, thing = self._noun(draw, topic, mood), _any(draw, VERBS), self._noun(draw, topic, mood)
        return [*subject, verb, *thing, STOP]

    def _noun(self, draw: np.random.Generator, topic: str, mood: str) -> list[str]:
        """With its determiner and perhaps an adjective."""
        words = [_any(draw, DETERMINERS)]
        if draw.random() < self.adjectives:
            words.append(_any(draw, self._adjectives(draw.random(), mood)))
        if draw.random() >= self.follows:
            topic = _any(draw, tuple(TOPICS))
        return [*words, _any(draw, TOPICS[topic])]

    def _adjectives(self, chance: float, mood: str) -> tuple[str, ...]:
        """Those of one mood or of none, by a number in [0, 1)."""
        fitting, opposite = (MERRY, GRIM) if mood == "happy" else (GRIM, MERRY)
        if chance < self.fitting_mood:
            return fitting
        return opposite if chance < self.fitting_mood + self.opposite_mood else PLAIN


def _any(draw: np.random.Generator, among: Sequence[T]) -> T:
    return among[int(draw.random() * len(among))]
