"""A language task: prompts to answer, a judge that pays for answers, and a model to begin from, all made here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from transformers import PreTrainedTokenizerBase

from rlbench.language.answer_task import AnswerTask
from rlbench.language.answering import Answering
from rlbench.language.imitation import Imitation
from rlbench.language.listing import Listing
from rlbench.language.session import Gauge
from rlbench.language.speech import Speech
from rlbench.languages.enumerable import Enumerable
from rlbench.languages.language import Language


@dataclass(frozen=True, kw_only=True)
class LanguageTask(AnswerTask):
    """A generated language, and a model from scratch that has imitated it."""

    begins_from: ClassVar[tuple[str, ...]] = ("model",)

    language: Language
    imitation: Imitation = Imitation()

    @property
    def price(self) -> float:
        """What a nat costs in the unit of the judge's rewards."""
        return self.kl_coef

    def spoken(self, artefacts: Mapping[str, Path]) -> Language:
        del artefacts
        return self.language

    def speech(self, tokenizer: PreTrainedTokenizerBase) -> Speech:
        return Speech.of(self.language, tokenizer)

    def _gauges(self, answering: Answering) -> tuple[Gauge, ...]:
        if not isinstance(self.language, Enumerable):
            return ()
        return (Listing(answering, self.language, answering.policy.network.read(), self.price),)
