"""Tasks on a data set, begun from a pretrained model: what these give is read, nothing is made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from transformers import PreTrainedTokenizerBase

from rlbench.core.ranges import Count, Pair
from rlbench.corpora.corpus import Corpus
from rlbench.language.answer_task import AnswerTask
from rlbench.language.fine_tuning import FineTuning
from rlbench.language.given_data import GivenData
from rlbench.language.given_model import GivenModel
from rlbench.language.records import Recorded
from rlbench.language.speech import Speech


@dataclass(frozen=True, kw_only=True)
class DataTask(AnswerTask):
    """Answers are judged by the data set itself, which can tell right from wrong."""

    begins_from: ClassVar[tuple[str, ...]] = ("data", "tuned_model")
    opened_with: ClassVar[tuple[str, ...]] = ("data", "model")

    corpus: Corpus
    data: GivenData
    model: GivenModel
    tuning: FineTuning = FineTuning()
    prompt_tokens: Count
    """Records with a longer prompt are left out."""
    answer_tokens: Pair
    """The most of an answer, its end counted. Records with a longer one are left out, new answers are cut off."""

    def spoken(self, artefacts: Mapping[str, Path]) -> Recorded:
        return Recorded.read(artefacts["data"], self.corpus)

    def speech(self, tokenizer: PreTrainedTokenizerBase) -> Speech:
        return self.model.speech(tokenizer, self.prompt_tokens, self.answer_tokens)
