"""The estimators of a policy gradient that the methods consist of, taken out of the methods as these are.

At the policy that took the decisions a clipped ratio has the slope of log π, and a price of leaving the reference has
none where the reference is that policy: what tells the methods apart is what they say a decision is worth. Left out is
what they do to a whole batch of such numbers, whitening and a sum over decisions divided by their number, and the bonus
of entropy.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
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


class Kind(StrEnum):
    """What a decision is measured by."""

    RETURNS = "returns"
    CRITICS = "critics"
    GROUPS = "groups"


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
    """For readers."""
    kind: Kind
    method: Any
    discounted: bool = False
    """Whether it looks ahead with the task's discount; else all rewards of an episode count the same."""
    own_weights: bool = False
    """Whether an episode's decisions have the weights that the method gives them; else each has the same."""

    @property
    def siblings(self) -> bool:
        """Whether its episodes come in groups that begin in one state; else each begins in a state of its own."""
        return self.kind is Kind.GROUPS

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


REFERENCE = Estimator("reward-to-go - V", Kind.RETURNS, ReinforceBaseline())
"""It has no bias, whatever the critic says."""
UNDISCOUNTED = (
    Estimator("total return", Kind.RETURNS, TotalReturn()),
    Estimator("reward-to-go", Kind.RETURNS, Reinforce()),
    REFERENCE,
)
DISCOUNTED = (
    Estimator("reward-to-go, discounted", Kind.RETURNS, Reinforce(), discounted=True),
    Estimator("reward-to-go - V, discounted", Kind.RETURNS, ReinforceBaseline(), discounted=True),
)
LOOK_AHEAD = (
    Estimator("TD(0)", Kind.CRITICS, ActorCriticTD(entropy=0.0), discounted=True),
    *(Estimator(f"{n}-step", Kind.CRITICS, ActorCriticNStep(n=n, entropy=0.0), discounted=True) for n in (3, 5)),
    *(
        Estimator(f"GAE({lam:g})", Kind.CRITICS, A2C(lam=lam, entropy=0.0), discounted=True)
        for lam in (0.5, 0.9, 0.95, 1.0)
    ),
)
GROUPS = (
    Estimator("total return, in groups", Kind.GROUPS, TotalReturn()),
    Estimator("leave-one-out (RLOO)", Kind.GROUPS, in_groups(RLOO())),
    Estimator("centred (Dr. GRPO)", Kind.GROUPS, in_groups(DrGRPO())),
    Estimator("standardised", Kind.GROUPS, in_groups(GRPO())),
    Estimator("standardised, 1/|o| (GRPO)", Kind.GROUPS, in_groups(GRPO()), own_weights=True),
)


def estimators(gamma: float) -> tuple[Estimator, ...]:
    """All that differ where the task's discount is this. TD(0) is GAE(0)."""
    return (*UNDISCOUNTED, *(DISCOUNTED if gamma < 1 else ()), *LOOK_AHEAD, *GROUPS)
