"""REINFORCE with a baseline: the same, measured from what the state was worth anyway.

Williams 1992, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning",
Machine Learning 8, doi:10.1007/BF00992696, theorem 1: a baseline that does not depend on the action changes nothing in
the mean. A learned value of the state as the baseline is the form of Sutton & Barto 2018, section 13.4.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.reward_to_go import reward_to_go
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="REINFORCE with baseline",
    family="returns",
    paper=Paper("Williams", 1992, "doi:10.1007/BF00992696"),
    needs=("critic",),
)
@dataclass(frozen=True, kw_only=True)
class ReinforceBaseline:
    """Maximise E[log π(a|s) · (R - V(s))], R the discounted reward-to-go, which the critic learns to expect."""

    rollout: Episodes = Episodes(episodes=16)  # the paper updates after each episode and gives no batch size
    update: MinibatchAdam = MinibatchAdam(lr=3e-3)  # the paper's plain ascent with a step size of its own per weight
    critic: MinibatchAdam = MinibatchAdam(lr=3e-3, epochs=4)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        returns = reward_to_go(d.reward, d.cut, gamma=gamma)
        return Credit(returns - d.value, per_seed.decision_mean(d.mask), returns)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return now.logp * c.advantage
