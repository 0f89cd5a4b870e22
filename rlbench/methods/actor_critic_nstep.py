"""Actor-critic with N-step returns: N rewards as they came, then what the critic expects.

Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement Learning", arXiv:1602.01783, section 4 and algorithm S3,
in its synchronous form; every decision looks N steps ahead, where the paper's looks to the end of its rollout.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.n_step import n_step
from rlbench.core.ranges import Count, NonNegative
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Fresh, Steps
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="Actor-critic, N-step",
    family="actor-critic",
    paper=Paper("Mnih et al.", 2016, "arXiv:1602.01783"),
    needs=("critic",),
)
@dataclass(frozen=True, kw_only=True)
class ActorCriticNStep:
    """Maximise E[log π(a|s) · (R_N - V(s))] + entropy bonus: one gradient step for each rollout."""

    n: Count = 5  # supplement, section 8: t_max = 5
    entropy: NonNegative = 0.01  # supplement, section 8: β = 0.01
    rollout: Fresh = Steps(streams=16, steps=5)  # supplement, section 8: 16 actors
    update: MinibatchAdam = MinibatchAdam(lr=7e-4)  # the paper samples its rate from LogUniform(1e-4, 1e-2)
    critic: MinibatchAdam = MinibatchAdam(lr=7e-4)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        advantage = n_step(d.reward, d.value, d.next_value, d.terminated, d.cut, gamma=gamma, n=self.n)
        return Credit(per_seed.whiten(advantage, d.mask), per_seed.decision_mean(d.mask), advantage + d.value)

    def objective(self, now: Now, d: Decisions, c: Credit):
        return now.logp * c.advantage + self.entropy * now.dist.entropy()
