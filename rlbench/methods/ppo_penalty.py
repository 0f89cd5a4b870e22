"""PPO-penalty: several epochs on the same data, moving the policy at a price that adapts to how far it went.

Schulman et al. 2017, "Proximal Policy Optimization Algorithms", arXiv:1707.06347, equation 8 and section 4. With a
factor of one the price stays what it is: the fixed β of the paper's table 1.
"""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.algo.adaptive_penalty import adapt
from rlbench.algo.gae import gae
from rlbench.algo.importance import ratio
from rlbench.core.ranges import AtLeastOne, Fraction, NonNegative, Positive
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="PPO-penalty",
    family="proximal",
    paper=Paper("Schulman et al.", 2017, "arXiv:1707.06347"),
    needs=("critic", "old_policy"),
)
@dataclass(frozen=True, kw_only=True)
class PPOPenalty:
    """Maximise E[ρA - β KL(old || new)], ρ = π(a|s) / π_old(a|s); after each update β follows the exact KL."""

    beta: Positive = 1.0  # section 4: the first value is not important, since it is adjusted quickly
    target_kl: Positive = 0.01  # table 1: best of .003, .01, .03
    tolerance: AtLeastOne = 1.5  # section 4
    factor: AtLeastOne = 2.0  # section 4
    lam: Fraction = 0.95  # table 3
    entropy: NonNegative = 0.0  # section 6.1: no entropy bonus
    rollout: Fresh = Steps(streams=1, steps=2048)  # table 3: horizon 2048
    update: MinibatchAdam = MinibatchAdam(lr=3e-4, epochs=10, minibatches=32)  # table 3: minibatches of 64
    critic: MinibatchAdam = MinibatchAdam(lr=3e-4, epochs=10, minibatches=32)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = gae(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, lam=self.lam)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        assert d.old is not None
        assert c.beta is not None
        surrogate = ratio(now.logp, d.logp) * c.advantage - c.beta[:, None] * d.old.kl(now.dist)
        return surrogate + self.entropy * now.dist.entropy()

    def adapt(self, beta: Float[Tensor, " S"], kl: Float[Tensor, " S"]) -> Float[Tensor, " S"]:
        return adapt(beta, kl, target=self.target_kl, tolerance=self.tolerance, factor=self.factor)
