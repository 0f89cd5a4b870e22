"""A task on a data set of preferences: which of two answers, or of more, somebody liked better."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rlbench.language.data_task import DataTask
from rlbench.language.given_comparisons import GivenComparisons
from rlbench.language.preference_task import with_comparisons
from rlbench.language.proxy_session import ProxySession
from rlbench.language.reward_fitting import RewardFitting


@dataclass(frozen=True, kw_only=True)
class GivenPreferenceTask(DataTask):
    """The data set says which of its own answers people preferred, and nothing of new ones. There is no gold reward:
    every reported return is the learned reward's, whose zero is the mean of the held-out answers of the data set and
    whose unit is that of log-odds."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "old_policy", "lasting_rewards", "preferences")
    begins_from: ClassVar[tuple[str, ...]] = ("data", "tuned_model", "given_comparisons", "reward")
    opened_with: ClassVar[tuple[str, ...]] = ("data", "model", "comparisons", "reward")

    recording: GivenComparisons
    fitting: RewardFitting = RewardFitting()

    def _session(self, parts: dict[str, Any], artefacts: Mapping[str, Path]) -> ProxySession:
        return ProxySession(**with_comparisons(parts, artefacts))
