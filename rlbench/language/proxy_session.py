"""A preference task without a gold reward, opened for a block of seeds: what is learned is all there is to judge by."""

from dataclasses import replace
from typing import Any

import numpy as np

from rlbench.core.schema import Metric
from rlbench.language.answering import Answered
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.implicit_accuracy import ImplicitAccuracy
from rlbench.language.learned_reward import LearnedReward
from rlbench.language.measures import Measured
from rlbench.language.preference_session import LanguagePreferenceSession
from rlbench.language.reward_quality import accuracy


class ProxySession(LanguagePreferenceSession):
    """Returns are learned rewards; an answer is right if it ends. What policies prefer among answers that others have
    written is measured on held-out pairs."""

    def __init__(self, comparisons: AnswerComparisons, learned: LearnedReward, **session: Any):
        super().__init__(comparisons, learned, **session)
        self._gauges = (*self._gauges, ImplicitAccuracy(self.actor, comparisons, self._reference))

    def prepared(self) -> Measured:
        """How often the learned reward agrees with held-out pairs, the same for every seed."""
        score = self._learned.score(self._comparisons.fresh_inputs[:, None])[0]
        return {Metric.REWARD_MODEL_ACCURACY: np.full(len(self._noise), accuracy(self._comparisons, score))}

    def _judged(self, answered: Answered) -> Answered:
        return replace(answered, reward=self._learned.score(answered.inputs), right=answered.rates["ended"])
