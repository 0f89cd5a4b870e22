"""What answers are paid: a reward at the last token, less a price for leaving the reference at every token.

Ziegler et al. 2019, "Fine-Tuning Language Models from Human Preferences", arXiv:1909.08593, equation 2; Ouyang et al.
2022, "Training language models to follow instructions with human feedback", arXiv:2203.02155, equation 2.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from torch import Tensor

from rlbench.algo.kl_estimate import k1
from rlbench.language.answering import Answered
from rlbench.language.learned_reward import LearnedReward


@dataclass(frozen=True)
class Signal:
    """The judge's reward, or the learned one in its place where there is one."""

    kl_coef: float
    """What a nat costs. Zero for a method that holds on to the reference by itself: divergence is paid for once."""
    learned: LearnedReward | None = None

    def reward(self, answered: Answered) -> np.ndarray:
        """What each answer earns before the price of KL, [S, B]."""
        return answered.reward if self.learned is None else self.learned.score(answered.inputs)

    def score(
        self,
        answered: Answered,
        reward: np.ndarray,
        logp: Float[Tensor, "T S B"],
        ref_logp: Float[Tensor, "T S B"] | None,
    ) -> Float[Tensor, "T S B"]:
        """What each token is paid; `ref_logp` may be missing where nothing is charged."""
        paid = answered.paid_at_the_end(reward)
        if ref_logp is None:
            return paid
        return paid - self.kl_coef * k1(logp, ref_logp) * answered.mask
