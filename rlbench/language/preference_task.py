"""A language task whose reward nobody is told, only which of some answers was better."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.learned_reward import LearnedReward
from rlbench.language.preference_session import LanguagePreferenceSession
from rlbench.language.pretrained import Pretrained
from rlbench.language.recording import AnswerRecording
from rlbench.language.reward_fitting import RewardFitting, read_reward
from rlbench.language.task import LanguageTask


@dataclass(frozen=True, kw_only=True)
class LanguagePreferenceTask(LanguageTask):
    """On-policy methods are paid by a reward model fitted to the comparisons, less `kl_coef` for each nat: PPO is RLHF
    here. DPO reads the comparisons themselves. Every reported return is the judge's own reward."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "old_policy", "lasting_rewards", "preferences")
    begins_from: ClassVar[tuple[str, ...]] = ("model", "comparisons", "reward")
    opened_with: ClassVar[tuple[str, ...]] = ("model", "comparisons", "reward")

    recording: AnswerRecording
    fitting: RewardFitting = RewardFitting()

    @property
    def price(self) -> float:
        """A learned reward is in the unit of the judge's over the temperature of comparisons."""
        return self.kl_coef * self.recording.temperature

    def _session(self, parts: dict[str, Any], artefacts: Mapping[str, Path]) -> LanguagePreferenceSession:
        return LanguagePreferenceSession(**with_comparisons(parts, artefacts))


def with_comparisons(parts: dict[str, Any], artefacts: Mapping[str, Path]) -> dict[str, Any]:
    """What a session is made of, with recorded comparisons, and the reward fitted to them in place of the judge's."""
    window = parts["answering"].speech.window
    learned = LearnedReward(*read_reward(artefacts["reward"], Pretrained(artefacts["model"]), window))
    comparisons = AnswerComparisons.read(artefacts["comparisons"], window)
    signal = replace(parts["signal"], learned=learned)
    return parts | {"comparisons": comparisons, "learned": learned, "signal": signal}
