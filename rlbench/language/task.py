"""A language task: prompts to answer, a judge that pays for answers, and a model to begin from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from rlbench.core.anchors import Anchors
from rlbench.core.noise import Noise
from rlbench.core.ranges import Fraction, NonNegative, Positive
from rlbench.core.rollout import Rollout
from rlbench.language.answering import Answering
from rlbench.language.imitation import Imitation
from rlbench.language.listing import Listing
from rlbench.language.policy import LanguagePolicy
from rlbench.language.pretrained import Pretrained
from rlbench.language.session import LanguageSession
from rlbench.language.signal import Signal
from rlbench.language.speech import Speech
from rlbench.language.value_model import LanguageCritic
from rlbench.languages.enumerable import Enumerable
from rlbench.languages.language import Language


@dataclass(frozen=True, kw_only=True)
class LanguageTask:
    """Everything but the method's own choices. A decision is a token; an answer is an episode, paid at its end."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "old_policy", "lasting_rewards")
    unit: ClassVar[str] = "tokens"
    side: ClassVar[str] = "language"
    begins_from: ClassVar[tuple[str, ...]] = ("model",)
    whole_answers: ClassVar[bool] = True

    name: str
    language: Language
    anchors: Anchors
    imitation: Imitation = Imitation()
    gamma: Fraction = 1.0
    temperature: Positive = 1.0
    """What logits are divided by, in acting and learning alike."""
    kl_coef: NonNegative = 0.0
    """What a nat of divergence from the reference costs, in the unit of rewards."""

    @property
    def price(self) -> float:
        """What a nat costs in the unit of the judge's rewards."""
        return self.kl_coef

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
        return LanguageSession(**self._opened(noise, rollout, episodes, needs, artefacts))

    def _opened(
        self, noise: Noise, rollout: Rollout, episodes: int, needs: frozenset[str], artefacts: Mapping[str, Path]
    ) -> dict[str, Any]:
        """What a session is made of."""
        if missing := sorted(set(self.begins_from) - artefacts.keys()):
            raise TypeError(f"{self.name}: begins from {', '.join(missing)}, which is not given")
        model = Pretrained(artefacts["model"])
        speech = Speech.of(self.language, model.tokenizer())
        answering = Answering(LanguagePolicy(model.policy(), speech.window, self.temperature), self.language, speech)
        return {
            "answering": answering,
            "critic": LanguageCritic(model.scalar(), speech.window),
            "noise": noise,
            "rollout": rollout,
            "signal": Signal(0.0 if "reference" in needs else self.kl_coef),
            "episodes": episodes,
            "gauges": (self._listing(answering, self.language),) if isinstance(self.language, Enumerable) else (),
        }

    def _listing(self, answering: Answering, language: Enumerable) -> Listing:
        return Listing(answering, language, answering.policy.network.read(), self.price)
