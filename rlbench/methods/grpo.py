"""GRPO: PPO's clip with siblings for a baseline, so that no critic is needed.

Shao et al. 2024, "DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language Models",
arXiv:2402.03300, equations 3 and 4 with outcome supervision (section 4.1.2). On control a group is a set of
episodes from one start state, and the reference is the initial policy.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.clipped_ratio import clipped_ratio
from rlbench.algo.group_relative import group_relative
from rlbench.algo.kl_estimate import k3
from rlbench.core.ranges import NonNegative, Positive
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(title="GRPO", family="groups", paper=Paper("Shao et al.", 2024, "arXiv:2402.03300"), needs=("reference",))
@dataclass(frozen=True, kw_only=True)
class GRPO:
    """Maximise the mean over episodes of 1/|o| Σ_t [min(ρA, clip(ρ, 1 ± ε)A) - β k3(π, π_ref)], where every
    decision of an episode is worth its score among its siblings."""

    clip: Positive = 0.2  # the paper leaves ε open: PPO's value
    kl_coef: NonNegative = 0.04  # section 4.2
    std_eps: Positive = 1e-4  # the paper divides by the bare standard deviation
    rollout: Episodes = Episodes(episodes=64, group=64)  # section 4.2: 64 outputs for each question
    update: MinibatchAdam = MinibatchAdam(lr=1e-6)  # section 4.2: one update after each exploration stage

    def credit(self, d: Decisions, gamma: float) -> Credit:
        del gamma  # outcome supervision scores an episode by its plain sum
        score = per_seed.episode_total(d.reward, d.mask)
        advantage = group_relative(score, group=self.rollout.group, eps=self.std_eps)
        return Credit(advantage.expand_as(d.reward), per_seed.sequence_mean(d.mask))

    def objective(self, now: Now, d: Decisions, c: Credit):
        surrogate = clipped_ratio(now.logp, d.logp, c.advantage, clip=self.clip)
        return surrogate - self.kl_coef * k3(now.logp, d.ref_logp)
