"""Stories in the words of small children, to be gone on with happily.

Eldan & Li 2023, "TinyStories: How Small Can Language Models Be and Still Speak Coherent English?", arXiv:2305.07759;
https://huggingface.co/datasets/roneneldan/TinyStories.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from rlbench.corpora.corpus import Record
from rlbench.languages.language import Judgement

_SENTENCE_END = re.compile(r'(?:(?<=[.!?])|(?<=[.!?]"))(?<!Mr\.)(?<!Mrs\.)(?<!Ms\.)(?<!Dr\.)\s+(?=["A-Z])')
CLEAR = 0.05
"""Where a text counts as positive or, below its negative, as negative: the usual thresholds of VADER's authors,
https://github.com/cjhutto/vaderSentiment."""


@dataclass(frozen=True)
class Stories:
    """The first sentence is the prompt, and the next ones are its answer: a story need not come to its end.

    The gold reward is the compound score of VADER from -1 to 1, a rule-based measure of sentiment: Hutto & Gilbert
    2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM.
    """

    columns: ClassVar[tuple[str, ...]] = ("text",)
    sentences: ClassVar[int] = 2
    """In an answer."""

    def record(self, row: Mapping[str, Any]) -> Record | None:
        """None where a story has too few sentences."""
        opening, *following = _sentences(row["text"])[: 1 + self.sentences]
        if len(following) < self.sentences:
            return None
        return Record(opening, (" " + " ".join(following),), (1.0,))

    def judge(self, answers: Sequence[str], solutions: Sequence[str]) -> Judgement:
        """Right is what is positive. Rates: `positive`, `negative`: clearly so."""
        del solutions
        reward = np.array([self._vader.polarity_scores(answer)["compound"] for answer in answers], np.float64)
        clearly = {"positive": reward >= CLEAR, "negative": reward <= -CLEAR}
        rates = {name: yes.astype(np.float64) for name, yes in clearly.items()}
        return Judgement(reward, rates["positive"], rates)

    @cached_property
    def _vader(self) -> SentimentIntensityAnalyzer:
        return SentimentIntensityAnalyzer()


def _sentences(text: str) -> list[str]:
    """With single spaces in them."""
    return [" ".join(sentence.split()) for sentence in _SENTENCE_END.split(text.strip())]
