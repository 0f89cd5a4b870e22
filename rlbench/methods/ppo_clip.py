"""PPO-clip: several epochs on the same data, with no reward for moving the policy far.

Schulman et al. 2017, "Proximal Policy Optimization Algorithms", arXiv:1707.06347, equation 7 and algorithm 1.
"""

from dataclasses import dataclass
from typing import ClassVar

from rlbench.algo import per_seed
from rlbench.algo.clipped_ratio import clipped_ratio
from rlbench.algo.gae import gae
from rlbench.algo.importance import ratio
from rlbench.core.ranges import Fraction, NonNegative, Positive
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.schema import Metric
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="PPO-clip", family="proximal", paper=Paper("Schulman et al.", 2017, "arXiv:1707.06347"), needs=("critic",)
)
@dataclass(frozen=True, kw_only=True)
class PPOClip:
    """Maximise E[min(ρA, clip(ρ, 1 ± ε)A)] + entropy bonus, ρ = π(a|s) / π_old(a|s)."""

    measures: ClassVar[tuple[Metric, ...]] = (Metric.CLIP_FRACTION,)

    clip: Positive = 0.2  # table 1: best of .1, .2, .3
    lam: Fraction = 0.95  # table 3
    entropy: NonNegative = 0.0  # section 6.1: no entropy bonus
    rollout: Fresh = Steps(streams=1, steps=2048)  # table 3: horizon 2048
    update: MinibatchAdam = MinibatchAdam(lr=3e-4, epochs=10, minibatches=32)  # table 3: minibatches of 64
    critic: MinibatchAdam = MinibatchAdam(lr=3e-4, epochs=10, minibatches=32)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = gae(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, lam=self.lam)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        surrogate = clipped_ratio(now.logp, d.logp, c.advantage, clip=self.clip)
        return surrogate + self.entropy * now.dist.entropy()

    def measure(self, now: Now, d: Decisions):
        outside = (ratio(now.logp, d.logp) - 1).abs() > self.clip
        return (per_seed.mean(outside.to(d.mask.dtype), d.mask),)
