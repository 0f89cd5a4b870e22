"""What a decision is paid on a preference task: the learned reward, less a price for leaving the reference.

Ziegler et al. 2019, "Fine-Tuning Language Models from Human Preferences", arXiv:1909.08593, equation 2;
Ouyang et al. 2022, "Training language models to follow instructions with human feedback", arXiv:2203.02155,
equation 2, where both are paid decision by decision.
"""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from rlbench.algo.kl_estimate import k1
from rlbench.core.types import Decisions
from rlbench.nets.actor import Actor
from rlbench.preferences.reward_model import RewardModel


@dataclass(frozen=True)
class Signal:
    """r(s, a) - kl_coef (log π(a|s) - log π_ref(a|s)) for a block of seeds, whatever the environment paid."""

    reward: RewardModel
    actor: Actor
    reference: Float[Tensor, " P"]
    kl_coef: float
    """Zero for a method that holds on to the reference by itself: divergence is paid for once."""

    def score(self, d: Decisions, positions: list[int]) -> Float[Tensor, "T S B"]:
        """Of decisions that the seeds at these positions took, under the policies whose log-probabilities they hold."""
        score = self.reward.of(positions)(d.inputs, d.action)
        if self.kl_coef:
            score = score - self.kl_coef * k1(d.logp, self._reference_logp(d))
        return (score * d.mask).contiguous()

    def _reference_logp(self, d: Decisions) -> Float[Tensor, "T S B"]:
        theta = self.reference.to(d.inputs.device).repeat(d.mask.shape[1], 1)
        return self.actor.distribution(theta, d.inputs).logp(d.action)
