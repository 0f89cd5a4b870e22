"""From a batch of decisions to better parameters: values, credit, one step of the update rule, one of the critic."""

import copy
from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.noise import Noise
from rlbench.core.schema import Metric
from rlbench.core.types import Decisions, Distribution, Now
from rlbench.engine.engine import Engine
from rlbench.loops.problems import CriticProblem, PolicyProblem
from rlbench.nets.layout import Layout


class Actor(Protocol):
    """A policy as a pure function of its flat parameters."""

    @property
    def layout(self) -> Layout: ...

    def start(self, noise: Noise) -> Float[Tensor, "S P"]: ...

    def evaluate(self, theta: Float[Tensor, "S P"], d: Decisions) -> Now: ...


class Critic(Protocol):
    """A value function as a pure function of its flat parameters."""

    @property
    def layout(self) -> Layout: ...

    def start(self, noise: Noise) -> Float[Tensor, "S P"]: ...

    def evaluate(self, phi: Float[Tensor, "S P"], inputs: Tensor) -> Float[Tensor, "T S B"]: ...


@dataclass
class Work:
    """What learning has cost each seed so far."""

    rollouts: Tensor
    """Batches learnt from."""
    updates: Tensor
    """Optimiser steps, actor and critic together."""
    gradient_samples: Tensor
    """Decisions that a gradient was taken over, repeats counted."""


class Learner:
    """One method's parameters for a block of seeds, and how they change."""

    def __init__(self, method: Any, actor: Actor, critic: Critic, noise: Noise, engine: Engine, device: str, *, whole):
        self._method, self._actor, self._critic = method, actor, critic
        self._noise, self._engine, self._whole = noise, engine, whole
        self.theta = actor.start(noise).to(device)
        self._reference = self.theta.clone() if "reference" in method.needs else None
        self._state = method.update.start(self.theta)
        self._phi = critic.start(noise).to(device) if self.has_critic else None
        self._critic_state = method.critic.start(self._phi) if self.has_critic else None
        seeds = len(noise)
        self.alive = torch.ones(seeds, dtype=torch.bool, device=device)
        """Seeds whose gradients have all been finite."""
        self.work = Work(*(torch.zeros(seeds, dtype=torch.int64) for _ in range(3)))

    @property
    def has_critic(self) -> bool:
        return "critic" in self._method.needs

    @property
    def parameters(self) -> int:
        """Trainable numbers for each seed."""
        return self._actor.layout.parameters + (self._critic.layout.parameters if self.has_critic else 0)

    def learn(self, d: Decisions, active: Bool[Tensor, " S"], gamma: float, iteration: int) -> Decisions:
        """Change the parameters of active seeds in place; returns the decisions with all that was added to them."""
        d = self._with_values(self._with_reference(d))
        credit = self._method.credit(d, gamma)
        alive = active & self.alive
        self.work.rollouts += alive.cpu()
        problem = PolicyProblem(self._actor.evaluate, self._method, d, credit, whole=self._whole)
        after = self._step(self._method.update, problem, self.theta, self._state, alive, d, iteration)
        if self.has_critic:
            problem = CriticProblem(self._critic.evaluate, d, credit, whole=self._whole)
            after = self._step(self._method.critic, problem, self._phi, self._critic_state, after, d, iteration)
            d = replace(d, target=credit.target)
        self.alive &= after | ~alive
        return d

    def _step(self, rule, problem, parameters, state, alive, d: Decisions, iteration: int) -> Bool[Tensor, " S"]:
        step = rule.step(
            problem, parameters, state, alive, iteration=iteration, noise=self._noise, engine=self._engine
        )
        counted = alive.cpu()
        self.work.updates += step.updates * counted
        self.work.gradient_samples += (step.passes * per_seed.count(d.mask).cpu() * counted).long()
        return step.alive

    def _with_reference(self, d: Decisions) -> Decisions:
        if self._reference is None:
            return d
        bare = Decisions(d.inputs, d.action, d.logp, d.reward, d.mask, d.terminated, d.cut)

        def reference_logp(theta: Tensor, inputs: Tensor, action: Tensor) -> tuple[Tensor, ...]:
            return (self._actor.evaluate(theta, replace(bare, inputs=inputs, action=action)).logp,)

        (logp,) = self._engine.call("reference", reference_logp, self._reference, d.inputs, d.action)
        return replace(d, ref_logp=logp)

    def _with_values(self, d: Decisions) -> Decisions:
        if not self.has_critic:
            return d
        assert d.next_inputs is not None
        value, beyond = self._values(torch.cat((d.inputs, d.next_inputs[-1:]))).split((len(d.inputs), 1))
        next_value = torch.cat((value[1:], beyond))
        # After a cut the next row is another episode's first: ask what the cut one would have gone on with.
        truncated = (d.cut > d.terminated)[:-1]
        if bool(truncated.any()):
            there = self._values(torch.cat((d.next_inputs, d.next_inputs[-1:])))[:-1]
            next_value[:-1] = torch.where(truncated, there[:-1], next_value[:-1])
        return replace(d, value=value, next_value=next_value)

    def _values(self, inputs: Tensor) -> Float[Tensor, "T S B"]:
        def values(phi: Tensor, inputs: Tensor) -> tuple[Tensor, ...]:
            return (self._critic.evaluate(phi, inputs),)

        (value,) = self._engine.call("value", values, self._phi, inputs)
        return value

    def twin(self, engine: Engine) -> "Learner":
        """A copy on another engine, with parameters and states of its own."""
        twin = copy.copy(self)
        for name in ("theta", "_phi", "_state", "_critic_state", "alive", "work"):
            setattr(twin, name, copy.deepcopy(getattr(self, name)))
        twin._engine = engine
        return twin

    def diagnose(self, d: Decisions) -> dict[Metric, Tensor]:
        """How far the update that used these decisions moved the policy, each as [S]."""
        now: Distribution = self._actor.evaluate(self.theta, d).dist
        assert d.old is not None
        found = {
            Metric.KL_OLD_NEW: per_seed.mean(d.old.kl(now), d.mask),
            Metric.ENTROPY: per_seed.mean(now.entropy(), d.mask),
        }
        if d.value is not None and d.target is not None:
            found[Metric.EXPLAINED_VARIANCE] = per_seed.explained_variance(d.value, d.target, d.mask)
        return found

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on with the same bits; the reference is derived again from the seeds."""
        states = {"actor": self._state, "critic": self._critic_state}
        return {
            "theta": self.theta,
            "phi": self._phi,
            "alive": self.alive,
            "work": vars(self.work),
            "rules": {name: vars(state) for name, state in states.items() if state is not None},
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.theta.copy_(state["theta"])
        self.alive.copy_(state["alive"])
        self.work = Work(**state["work"])
        vars(self._state).update(state["rules"]["actor"])
        if self._phi is not None:
            self._phi.copy_(state["phi"])
            vars(self._critic_state).update(state["rules"]["critic"])
