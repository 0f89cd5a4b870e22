"""A language task with recorded comparisons, opened for a block of seeds."""

from typing import Any

import numpy as np
from torch import Tensor

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.experience import Experience, no_episodes
from rlbench.core.rollout import Comparisons
from rlbench.core.schema import Metric
from rlbench.core.types import each_tensor
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.learned_reward import LearnedReward
from rlbench.language.measures import Measured
from rlbench.language.recorded_logp import recorded_logp
from rlbench.language.reward_quality import accuracy, correlation
from rlbench.language.session import LanguageSession


class LanguagePreferenceSession(LanguageSession):
    """Answers are paid by a learned reward; whoever compares reads the comparisons that it was fitted to."""

    def __init__(self, comparisons: AnswerComparisons, learned: LearnedReward, **session: Any):
        super().__init__(**session)
        self._comparisons, self._learned = comparisons, learned
        # What the reference says of recorded answers is asked once, not in every step.
        asked = isinstance(self._rollout, Comparisons)
        self._ref_logp = recorded_logp(self.actor, self.start()[:1], comparisons.inputs) if asked else None

    def prepared(self) -> Measured:
        """How well the learned reward orders answers that it was not fitted to, the same for every seed."""
        score = self._learned.score(self._comparisons.fresh_inputs[:, None])[0]
        found = {
            Metric.REWARD_MODEL_ACCURACY: accuracy(self._comparisons, score),
            Metric.REWARD_MODEL_CORRELATION: correlation(self._comparisons, score),
        }
        return {name: np.full(len(self._noise), value) for name, value in found.items()}

    def spent(self, tokens: np.ndarray) -> Measured:
        """What a run has cost that generated these tokens, int64 [S]: with those of the answers that were compared."""
        labelled = np.full_like(tokens, self._comparisons.labelled)
        return super().spent(tokens) | {AnswerMetric.LABELLED_TOKENS: labelled}

    def collect(self, theta: Tensor, iteration: int, positions: list[int]) -> Experience:
        """New answers, paid by the learned reward; or the next comparisons, for which nothing is generated."""
        if self._ref_logp is None:
            return super().collect(theta, iteration, positions)
        shape = self._rollout
        columns = self._comparisons.order(self._noise.subset(positions), iteration, shape.prompts, shape.answers)
        decisions = self._comparisons.decisions(columns, self._ref_logp)
        used = decisions.mask.sum((0, 2)).numpy().astype(np.int64)
        return Experience(positions, each_tensor(decisions, lambda x: x.to(theta.device)), used, no_episodes())
