"""Off-policy actor-critic: several steps on a batch that an older policy sampled, corrected by importance weights.

Degris, White & Sutton 2012, "Off-Policy Actor-Critic", arXiv:1205.4839: the gradient of log π times ρ and
the value of the action, states weighted as the behaviour policy visits them. Here the behaviour policy is the one
that was current when the batch was gathered, and the advantage is by GAE (Schulman et al. 2016, arXiv:1506.02438).
"""

from dataclasses import dataclass
from typing import ClassVar

from rlbench.algo import per_seed
from rlbench.algo.gae import gae
from rlbench.algo.importance import effective_sample_size, ratio
from rlbench.core.ranges import Fraction, NonNegative
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.schema import Metric
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="Off-policy actor-critic",
    family="actor-critic",
    paper=Paper("Degris, White & Sutton", 2012, "arXiv:1205.4839"),
    needs=("critic",),
)
@dataclass(frozen=True, kw_only=True)
class OffPolicyActorCritic:
    """Maximise E_μ[ρA] + entropy bonus, ρ = π(a|s) / μ(a|s), with nothing that keeps ρ near one."""

    measures: ClassVar[tuple[Metric, ...]] = (Metric.EFFECTIVE_SAMPLE_SIZE,)

    lam: Fraction = 0.95
    entropy: NonNegative = 0.0
    rollout: Fresh = Steps(streams=8, steps=128)
    update: MinibatchAdam = MinibatchAdam(lr=7e-4, epochs=8)
    critic: MinibatchAdam = MinibatchAdam(lr=7e-4, epochs=8)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = gae(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, lam=self.lam)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return ratio(now.logp, d.logp) * c.advantage + self.entropy * now.dist.entropy()

    def measure(self, now: Now, d: Decisions):
        return (effective_sample_size(ratio(now.logp, d.logp), d.mask),)
