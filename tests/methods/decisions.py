"""Decisions with all that any method needs, and the problem that a method makes of them for a table of numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from rlbench.core.rollout import Comparisons
from rlbench.core.types import Adaptive, Decisions, Distribution, Now
from rlbench.distributions.categorical import Categorical
from rlbench.distributions.epsilon_greedy import EpsilonGreedy
from rlbench.loops.preference_problem import PreferenceProblem
from rlbench.loops.problems import PolicyProblem

T, S, B, ACTIONS = 6, 3, 4, 3
GAMMA, EPSILON = 0.9, 0.2


def distribution(method: Any, table: Tensor) -> Distribution:
    """What a method's policy is that has these logits, or action values, [T, S, B, A]."""
    if "action_values" in method.needs:
        return EpsilonGreedy(table, torch.full_like(table[..., :1], EPSILON))
    return Categorical(table)


def batch(method: Any, seed: int = 0) -> tuple[Decisions, Tensor]:
    """Decisions, the last steps of some episodes masked, and a table for a policy that is near the one that acted."""
    g = torch.Generator().manual_seed(seed)
    lengths = torch.randint(2, T + 1, (S, B), generator=g)
    age = torch.arange(T)[:, None, None]
    mask, cut = (age < lengths).float(), (age == lengths - 1).float()

    def random(*shape: int) -> Tensor:
        return torch.randn(T, S, B, *shape, generator=g)

    table = random(ACTIONS)
    old = distribution(method, table + 0.1 * random(ACTIONS))
    action = torch.randint(0, ACTIONS, (T, S, B), generator=g)
    d = Decisions(
        inputs=random(2),
        action=action,
        logp=old.logp(action),
        reward=random() * mask,
        mask=mask,
        terminated=cut * torch.randint(0, 2, (T, S, B), generator=g),
        cut=cut,
        next_inputs=random(2),
        old=old,
        value=random(),
        next_value=random(),
        ref_logp=Categorical(random(ACTIONS)).logp(action),
    )
    return d, table


def beta(method: Any) -> Tensor | None:
    """A coefficient of its own for each seed, where the method has one that changes."""
    return method.beta * torch.arange(1.0, S + 1) if isinstance(method, Adaptive) else None


@dataclass(frozen=True)
class Tabular:
    """A policy whose parameters [S, T * B * A] are the table itself, for the batch as a whole."""

    method: Any

    def evaluate(self, theta: Tensor, d: Decisions) -> Now:
        dist = distribution(self.method, theta.unflatten(1, (T, B, ACTIONS)).transpose(0, 1))
        return Now(dist.logp(d.action), dist)


def flat(table: Tensor) -> Tensor:
    return table.transpose(0, 1).flatten(1)


def problem(method: Any, d: Decisions, evaluate: Callable[[Tensor, Decisions], Now] | None = None) -> Any:
    """What the loop would hand to the method's rule, for a tabular policy unless another is given."""
    evaluate = evaluate or Tabular(method).evaluate
    if isinstance(method.rollout, Comparisons):
        return PreferenceProblem(evaluate, method, d, answers=method.rollout.answers)
    credit = replace(method.credit(d, GAMMA), beta=beta(method))
    return PolicyProblem(evaluate, method, d, credit, whole=True)


def objective(method: Any, d: Decisions, table: Tensor) -> Tensor:
    """What is maximised, one number for each seed."""
    p = problem(method, d)
    return p.objective(flat(table), p.take(None), torch.tensor(p.hyper_values).unbind())
