"""A task on a data set whose judgement nobody is told, only which of some answers was better by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rlbench.language.data_task import DataTask
from rlbench.language.preference_session import LanguagePreferenceSession
from rlbench.language.preference_task import with_comparisons
from rlbench.language.recording import AnswerRecording
from rlbench.language.reward_fitting import RewardFitting


@dataclass(frozen=True, kw_only=True)
class SampledPreferenceTask(DataTask):
    """The data set judges answers, and nobody is told: the tuned model's own answers are compared by its judgement. As
    on `LanguagePreferenceTask` on-policy methods are paid by a reward fitted to that."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "old_policy", "lasting_rewards", "preferences")
    begins_from: ClassVar[tuple[str, ...]] = ("data", "tuned_model", "sampled_comparisons", "reward")
    opened_with: ClassVar[tuple[str, ...]] = ("data", "model", "comparisons", "reward")

    recording: AnswerRecording
    fitting: RewardFitting = RewardFitting()

    def _session(self, parts: dict[str, Any], artefacts: Mapping[str, Path]) -> LanguagePreferenceSession:
        return LanguagePreferenceSession(**with_comparisons(parts, artefacts))
