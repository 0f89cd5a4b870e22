"""What every task of answers is, wherever its prompts and its first model come from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from transformers import PreTrainedTokenizerBase

from rlbench.core.anchors import Anchors
from rlbench.core.noise import Noise
from rlbench.core.ranges import Fraction, NonNegative, Positive
from rlbench.core.rollout import Rollout
from rlbench.language.answering import Answering
from rlbench.language.policy import LanguagePolicy
from rlbench.language.pretrained import Pretrained
from rlbench.language.session import Gauge, LanguageSession
from rlbench.language.signal import Signal
from rlbench.language.speech import Speech
from rlbench.language.value_model import LanguageCritic
from rlbench.languages.language import Judging


@dataclass(frozen=True, kw_only=True)
class AnswerTask(ABC):
    """Everything but the method's own choices. A decision is a token; an answer is an episode, paid at its end."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "old_policy", "lasting_rewards")
    unit: ClassVar[str] = "tokens"
    side: ClassVar[str] = "language"
    begins_from: ClassVar[tuple[str, ...]]
    opened_with: ClassVar[tuple[str, ...]] = ("model",)
    """The kinds of artefacts that a session needs."""
    whole_answers: ClassVar[bool] = True

    name: str
    anchors: Anchors
    gamma: Fraction = 1.0
    temperature: Positive = 1.0
    """What logits are divided by, in acting and learning alike."""
    kl_coef: NonNegative = 0.0
    """What a nat of divergence from the reference costs, in the unit of rewards."""

    @abstractmethod
    def spoken(self, artefacts: Mapping[str, Path]) -> Judging:
        """Prompts, and a judge of answers."""

    @abstractmethod
    def speech(self, tokenizer: PreTrainedTokenizerBase) -> Speech:
        """The way between texts and tokens."""

    def open(
        self,
        noise: Noise,
        rollout: Rollout,
        episodes: int,
        needs: frozenset[str] = frozenset(),
        artefacts: Mapping[str, Path] = MappingProxyType({}),
    ) -> LanguageSession:
        """A session for the seeds of `noise`, whose policies begin as the artefact `model`. A method that holds on to
        the reference by itself is not charged for leaving it."""
        return self._session(self._opened(noise, rollout, episodes, needs, artefacts), artefacts)

    def _session(self, parts: dict[str, Any], artefacts: Mapping[str, Path]) -> LanguageSession:
        """The session that has these parts."""
        del artefacts
        return LanguageSession(**parts)

    def _opened(
        self, noise: Noise, rollout: Rollout, episodes: int, needs: frozenset[str], artefacts: Mapping[str, Path]
    ) -> dict[str, Any]:
        """What a session is made of."""
        if missing := sorted(set(self.opened_with) - artefacts.keys()):
            raise TypeError(f"{self.name}: begins from {', '.join(missing)}, which is not given")
        model = Pretrained(artefacts["model"])
        speech = self.speech(model.tokenizer())
        policy = LanguagePolicy(model.policy(), speech.window, self.temperature)
        answering = Answering(policy, self.spoken(artefacts), speech)
        return {
            "answering": answering,
            "critic": LanguageCritic(model.scalar(), speech.window),
            "noise": noise,
            "rollout": rollout,
            "signal": Signal(0.0 if "reference" in needs else self.kl_coef),
            "episodes": episodes,
            "gauges": self._gauges(answering),
        }

    def _gauges(self, answering: Answering) -> tuple[Gauge, ...]:
        """What else there is to measure of policies: nothing."""
        del answering
        return ()
