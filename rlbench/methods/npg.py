"""Natural policy gradient: the steepest direction when distance is measured between policies, not parameters.

Kakade 2001, "A Natural Policy Gradient",
https://proceedings.neurips.cc/paper/2001/hash/4b86abe48d358ecf194c56c69108433e-Abstract.html. The step is as long as
its quadratic model of KL(old || new) allows; whether the policy did move that far, and got better, is not checked.
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
from rlbench.updates.natural_gradient import NaturalGradient


@method(
    title="Natural policy gradient",
    family="natural gradient",
    paper=Paper(
        "Kakade",
        2001,
        "https://proceedings.neurips.cc/paper/2001/hash/4b86abe48d358ecf194c56c69108433e-Abstract.html",
    ),
    needs=("critic",),
)
@dataclass(frozen=True, kw_only=True)
class NaturalPolicyGradient:
    """Maximise E[ρA] by one step along F⁻¹∇, found by conjugate gradient."""

    lam: Fraction = 0.95
    rollout: Fresh = Steps(streams=8, steps=128)
    update: NaturalGradient = NaturalGradient(max_kl=0.01, damping=0.1, iterations=10)
    critic: MinibatchAdam = MinibatchAdam(lr=1e-3, epochs=10, minibatches=8)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = gae(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, lam=self.lam)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return ratio(now.logp, d.logp) * c.advantage
