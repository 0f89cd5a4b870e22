"""A task on a data set of preferences: which of two answers, or of more, somebody liked better."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from rlbench.core.noise import Noise
from rlbench.core.rollout import Rollout
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

    def open(
        self,
        noise: Noise,
        rollout: Rollout,
        episodes: int,
        needs: frozenset[str] = frozenset(),
        artefacts: Mapping[str, Path] = MappingProxyType({}),
    ) -> ProxySession:
        return ProxySession(**with_comparisons(self._opened(noise, rollout, episodes, needs, artefacts), artefacts))
