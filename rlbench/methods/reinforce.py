"""REINFORCE: make what was followed by much reward more likely.

Williams 1992, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning",
Machine Learning 8, doi:10.1007/BF00992696. Section 6 treats whole episodes; each decision is credited with the
rewards from it to the end, in the form of Sutton & Barto 2018, section 13.3. No baseline, no critic.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.reward_to_go import reward_to_go
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(title="REINFORCE", family="returns", paper=Paper("Williams", 1992, "doi:10.1007/BF00992696"))
@dataclass(frozen=True, kw_only=True)
class Reinforce:
    """Maximise E[log π(a|s) · R], R the discounted reward-to-go: one gradient step for each batch of episodes."""

    rollout: Episodes = Episodes(episodes=16)  # the paper updates after each episode and gives no batch size
    update: MinibatchAdam = MinibatchAdam(lr=3e-3)  # the paper's plain ascent with a step size of its own per weight

    def credit(self, d: Decisions, gamma: float) -> Credit:
        return Credit(reward_to_go(d.reward, d.cut, gamma=gamma), per_seed.decision_mean(d.mask))

    def objective(self, now: Now, d: Decisions, c: Credit):
        return now.logp * c.advantage
