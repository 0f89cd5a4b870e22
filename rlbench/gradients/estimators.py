"""The estimators of a policy gradient that the methods consist of, taken out of the methods as these are.

At the policy that took the decisions a clipped ratio has the slope of log π, and a price of leaving the reference has
none where the reference is that policy: what tells the methods apart is what they say a decision is worth. Left out is
what they do to a whole batch of such numbers, whitening and a sum over decisions divided by their number, and the bonus
of entropy.
"""

from dataclasses import dataclass, replace
from typing import Any

from rlbench.algo import per_seed
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions
from rlbench.methods.a2c import A2C
from rlbench.methods.actor_critic_nstep import ActorCriticNStep
from rlbench.methods.actor_critic_td import ActorCriticTD
from rlbench.methods.dr_grpo import DrGRPO
from rlbench.methods.grpo import GRPO
from rlbench.methods.reinforce import Reinforce
from rlbench.methods.reinforce_baseline import ReinforceBaseline
from rlbench.methods.rloo import RLOO

GROUP = 8
"""Siblings in a group, as in the settings that are published."""


class TotalReturn(Reinforce):
    """REINFORCE before rewards are told apart by when they came: every decision is worth the whole episode."""

    def credit(self, d: Decisions, gamma: float) -> Credit:
        del gamma
        total = per_seed.episode_total(d.reward, d.mask)
        return Credit(total.expand_as(d.reward), per_seed.decision_mean(d.mask))


@dataclass(frozen=True)
class Estimator:
    """A method, stripped to what it says a decision is worth."""

    name: str
    method: Any
    siblings: bool = False
    """Whether its episodes come in groups that begin in one state; else each begins in a state of its own."""
    discounted: bool = False
    """Whether it looks ahead with the task's discount; else all rewards of an episode count the same."""
    own_weights: bool = False
    """Whether an episode's decisions have the weights that the method gives them; else each has the same."""

    def credit(self, d: Decisions, gamma: float) -> Credit:
        """What each decision is worth, before it is whitened: by how much what the critic should have said exceeds
        what it said. The weights add up an episode's decisions and take the mean over episodes."""
        credit = self.method.credit(d, gamma)
        advantage = credit.advantage if credit.target is None else credit.target - d.value
        weight = credit.weight if self.own_weights else d.mask / d.mask.shape[2]
        return replace(credit, advantage=advantage, weight=weight)


def in_groups(method: Any) -> Any:
    """A method whose siblings are so many."""
    return replace(method, rollout=Episodes(episodes=GROUP, group=GROUP))


REFERENCE = Estimator("reward_to_go_value", ReinforceBaseline())
"""It has no bias, whatever the critic says."""
YARDSTICK = "reward_to_go"

UNDISCOUNTED = (Estimator("total_return", TotalReturn()), Estimator(YARDSTICK, Reinforce()), REFERENCE)
DISCOUNTED = (
    Estimator("discounted_reward_to_go", Reinforce(), discounted=True),
    Estimator("discounted_reward_to_go_value", ReinforceBaseline(), discounted=True),
)
LOOK_AHEAD = (
    Estimator("td", ActorCriticTD(), discounted=True),
    *(Estimator(f"n_step_{n}", ActorCriticNStep(n=n), discounted=True) for n in (3, 5)),
    *(Estimator(f"gae_{lam}", A2C(lam=lam), discounted=True) for lam in (0.5, 0.9, 0.95, 1.0)),
)
GROUPS = (
    Estimator("total_return_in_groups", TotalReturn(), siblings=True),
    Estimator("rloo", in_groups(RLOO()), siblings=True),
    Estimator("dr_grpo", in_groups(DrGRPO()), siblings=True),
    Estimator("grpo", in_groups(GRPO()), siblings=True),
    Estimator("grpo_by_length", in_groups(GRPO()), siblings=True, own_weights=True),
)


def estimators(gamma: float) -> tuple[Estimator, ...]:
    """All that differ where the task's discount is this."""
    return (*UNDISCOUNTED, *(DISCOUNTED if gamma < 1 else ()), *LOOK_AHEAD, *GROUPS)
