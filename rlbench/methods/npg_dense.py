"""Natural policy gradient with the Fisher matrix written out: what it costs to hold and to solve with.

Kakade 2001, "A Natural Policy Gradient",
https://proceedings.neurips.cc/paper/2001/hash/4b86abe48d358ecf194c56c69108433e-Abstract.html. It takes the step that
conjugate gradients only approach, in P² numbers and P³ operations for P parameters.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.gae import gae
from rlbench.algo.importance import ratio
from rlbench.core.ranges import Fraction
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.dense_natural_gradient import DenseNaturalGradient
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="Natural policy gradient, dense",
    family="natural gradient",
    paper=Paper(
        "Kakade",
        2001,
        "https://proceedings.neurips.cc/paper/2001/hash/4b86abe48d358ecf194c56c69108433e-Abstract.html",
    ),
    needs=("critic",),
)
@dataclass(frozen=True, kw_only=True)
class DenseNaturalPolicyGradient:
    """Maximise E[ρA] by one step along F⁻¹∇, with F in full."""

    lam: Fraction = 0.95
    rollout: Fresh = Steps(streams=8, steps=128)
    update: DenseNaturalGradient = DenseNaturalGradient(max_kl=0.01, damping=0.1)
    critic: MinibatchAdam = MinibatchAdam(lr=1e-3, epochs=10, minibatches=8)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = gae(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, lam=self.lam)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return ratio(now.logp, d.logp) * c.advantage
