"""What a policy prefers itself: the reward that it is implicitly the optimum of, held against held-out pairs.

Rafailov et al. 2023, "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
arXiv:2305.18290, equation 5: that reward is β log π(y|x) / π_ref(y|x), and a term of the prompt alone.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from torch import Tensor

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.measures import Measured
from rlbench.language.policy import LanguagePolicy
from rlbench.language.recorded_logp import recorded_logp


@dataclass(frozen=True)
class ImplicitAccuracy:
    """Share of held-out pairs whose preferred answer has gained more log-probability on the reference than the other.
    Where both have gained the same, that is half a pair; what the data set ties is left out."""

    policy: LanguagePolicy
    comparisons: AnswerComparisons
    reference: Float[Tensor, " P"]

    def __call__(self, theta: Float[Tensor, "S P"]) -> Measured:
        return {AnswerMetric.PREFERENCE_ACCURACY: np.array([self._of(one[None]) for one in theta])}

    def _of(self, theta: Float[Tensor, "1 P"]) -> float:
        gained = self._said_by(theta) - self._reference_says
        learned, given = self.comparisons.fresh_pairs(gained)
        return float(0.5 * (1 + np.sign(learned * given)[given != 0]).mean())

    @cached_property
    def _reference_says(self) -> np.ndarray:
        return self._said_by(self.reference[None])

    def _said_by(self, theta: Float[Tensor, "1 P"]) -> np.ndarray:
        """Log-probability of each fresh answer, float64 [F]."""
        logp = recorded_logp(self.policy, theta, self.comparisons.fresh_inputs)
        mask = self.policy.window.mask(self.comparisons.fresh_inputs[self.policy.window.prompt :])
        return (logp.double() * mask).sum(0).numpy()
