"""TRPO: a natural-gradient step, taken only as far as it stays in the trust region and improves.

Schulman et al. 2015, "Trust Region Policy Optimization", arXiv:1502.05477, equation 14, section 6 and appendix C, with
advantages by GAE as in Schulman et al. 2016, arXiv:1506.02438.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.gae import gae
from rlbench.algo.importance import ratio
from rlbench.core.ranges import Fraction
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam
from rlbench.updates.trust_region import TrustRegion


@method(
    title="TRPO", family="natural gradient", paper=Paper("Schulman et al.", 2015, "arXiv:1502.05477"), needs=("critic",)
)
@dataclass(frozen=True, kw_only=True)
class TRPO:
    """Maximise E[ρA] subject to E[KL(old || new)] ≤ δ, ρ = π(a|s) / π_old(a|s)."""

    lam: Fraction = 0.95
    rollout: Fresh = Steps(streams=8, steps=128)
    update: TrustRegion = TrustRegion(max_kl=0.01, damping=0.1, iterations=10)  # table 2: δ = 0.01
    critic: MinibatchAdam = MinibatchAdam(lr=1e-3, epochs=10, minibatches=8)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = gae(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, lam=self.lam)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return ratio(now.logp, d.logp) * c.advantage
