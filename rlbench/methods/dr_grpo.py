"""Dr. GRPO: GRPO without the two divisions that favour long wrong answers and one-sided questions.

Liu et al. 2025, "Understanding R1-Zero-Like Training: A Critical Perspective", arXiv:2503.20783, section 3.2: neither
1/|o| nor the standard deviation of a group, and no reference term.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.clipped_ratio import clipped_ratio
from rlbench.algo.group_centred import group_centred
from rlbench.core.ranges import Positive
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(title="Dr. GRPO", family="groups", paper=Paper("Liu et al.", 2025, "arXiv:2503.20783"))
@dataclass(frozen=True, kw_only=True)
class DrGRPO:
    """Maximise Σ over all decisions of min(ρA, clip(ρ, 1 ± ε)A) with A = R - mean R of the group.

    The sum is divided by the number of decisions in the batch where the paper divides by a constant: the same
    direction within a batch, and Adam hardly notices how the number varies from batch to batch.
    """

    clip: Positive = 0.2
    rollout: Episodes = Episodes(episodes=64, group=8)
    update: MinibatchAdam = MinibatchAdam(lr=1e-6)  # of a size for a pretrained language model

    def credit(self, d: Decisions, gamma: float) -> Credit:
        del gamma  # outcome supervision scores an episode by its plain sum
        score = per_seed.episode_total(d.reward, d.mask)
        advantage = group_centred(score, group=self.rollout.group)
        return Credit(advantage.expand_as(d.reward), per_seed.decision_mean(d.mask))

    def objective(self, now: Now, d: Decisions, c: Credit):
        return clipped_ratio(now.logp, d.logp, c.advantage, clip=self.clip)
