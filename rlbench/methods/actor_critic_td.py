"""Actor-critic with TD(0): a step is worth how much it surprised the critic.

Barto, Sutton & Anderson 1983, "Neuronlike Adaptive Elements That Can Solve Difficult Learning Control Problems",
doi:10.1109/TSMC.1983.6313077: the critic's error reinforces the actor. In the form of Sutton & Barto 2018,
section 13.5, without eligibility traces and without the factor γ^t there.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.td_error import td_error
from rlbench.core.ranges import NonNegative
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="Actor-critic, TD(0)",
    family="actor-critic",
    paper=Paper("Barto, Sutton & Anderson", 1983, "doi:10.1109/TSMC.1983.6313077"),
    needs=("critic",),
)
@dataclass(frozen=True, kw_only=True)
class ActorCriticTD:
    """Maximise E[log π(a|s) · δ] + entropy bonus, δ = r + γ V(s') - V(s): one gradient step for each rollout."""

    entropy: NonNegative = 0.0  # the paper has none
    rollout: Fresh = Steps(streams=16, steps=5)  # the paper learns at each step from one stream
    update: MinibatchAdam = MinibatchAdam(lr=7e-4)
    critic: MinibatchAdam = MinibatchAdam(lr=7e-4)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        error = td_error(d.reward, d.value, d.next_value, d.terminated, gamma=gamma)
        return Credit(per_seed.whiten(error, d.mask), per_seed.decision_mean(d.mask), error + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return now.logp * c.advantage + self.entropy * now.dist.entropy()
