"""From a batch of decisions to better parameters: values, credit, one step of the update rule, one of the critic."""

import copy
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.noise import Noise
from rlbench.core.schema import Metric
from rlbench.core.types import Decisions, Distribution, Now, Problem, Step, each_tensor
from rlbench.engine.engine import Engine
from rlbench.loops.part import Part, Work
from rlbench.loops.problems import CriticProblem, PolicyProblem
from rlbench.nets.layout import Layout


@runtime_checkable
class Actor(Protocol):
    """A policy as a pure function of its flat parameters."""

    @property
    def layout(self) -> Layout: ...

    def start(self, noise: Noise) -> Float[Tensor, "S P"]: ...

    def evaluate(self, theta: Float[Tensor, "S P"], d: Decisions) -> Now: ...


@runtime_checkable
class Critic(Protocol):
    """A value function as a pure function of its flat parameters."""

    @property
    def layout(self) -> Layout: ...

    def start(self, noise: Noise) -> Float[Tensor, "S P"]: ...

    def evaluate(self, phi: Float[Tensor, "S P"], inputs: Tensor) -> Float[Tensor, "T S B"]: ...


class Learner:
    """One method's parameters for a block of seeds, and how they change."""

    def __init__(
        self, method: Any, actor: Actor, critic: Critic, noise: Noise, engine: Engine, device: str, *, whole: bool
    ):
        self.method, self.actor, self.critic = method, actor, critic
        self.noise, self.engine, self.whole = noise, engine, whole
        self.policy = Part.start(method.update, actor.start(noise).to(device))
        self.value = Part.start(method.critic, critic.start(noise).to(device)) if "critic" in method.needs else None
        self.reference = self.policy.parameters.clone() if "reference" in method.needs else None
        self.alive = torch.ones(len(noise), dtype=torch.bool, device=device)
        """Seeds whose gradients have all been finite."""
        self.work = Work(*(torch.zeros(len(noise), dtype=torch.int64) for _ in range(3)))

    @property
    def theta(self) -> Float[Tensor, "S P"]:
        """The policies' parameters."""
        return self.policy.parameters

    @property
    def trainable(self) -> int:
        """Trainable numbers for each seed."""
        return self.actor.layout.parameters + (self.critic.layout.parameters if self.value else 0)

    def learn(self, d: Decisions, positions: list[int], gamma: float, iteration: int) -> Decisions:
        """Change the parameters of the seeds at these positions, whose decisions `d` holds in the same order.

        Returns the decisions with all that was added to them.
        """
        count = len(positions)
        # One seed learns as two equal ones: a product with a single matrix rounds differently.
        rows = positions * 2 if count == 1 else positions
        block = Block(self, d if count > 1 else each_tensor(d, lambda x: x.expand(-1, 2, *x.shape[2:])), rows)
        steps = block.learn(gamma, iteration)
        where = torch.tensor(rows, device=self.alive.device)
        for part, changed in zip(self._parts(), block.parts(), strict=True):
            part.put(where, changed)
        self._count(steps, block.d, positions)
        self.alive[where] &= steps[-1].alive
        return block.d if count > 1 else each_tensor(block.d, lambda x: x[:, :1])

    def _parts(self) -> list[Part]:
        return [part for part in (self.policy, self.value) if part is not None]

    def _count(self, steps: list[Step], d: Decisions, positions: list[int]) -> None:
        where, counted = torch.tensor(positions), self.alive.cpu()[positions]
        decisions = per_seed.count(d.mask).cpu()[: len(positions)].long() * counted
        self.work.rows[where] += d.mask.shape[0] * d.mask.shape[2] * counted
        for step in steps:
            self.work.updates[where] += step.updates * counted
            self.work.gradient_samples[where] += step.passes * decisions

    def twin(self, engine: Engine) -> "Learner":
        """A copy on another engine, with parameters and states of its own."""
        twin = copy.copy(self)
        for name in ("policy", "value", "alive", "work"):
            setattr(twin, name, copy.deepcopy(getattr(self, name)))
        twin.engine = engine
        return twin

    def diagnose(self, d: Decisions, positions: list[int]) -> dict[Metric, Tensor]:
        """How far the update that used these decisions moved the policy, each as [len(positions)]."""
        now: Distribution = self.actor.evaluate(self.theta[positions], d).dist
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
        return {"parts": [p.tensors() for p in self._parts()], "alive": self.alive, "work": vars(self.work)}

    def restore(self, state: dict[str, Any]) -> None:
        for part, saved in zip(self._parts(), state["parts"], strict=True):
            for name, tensor in part.tensors().items():
                tensor.copy_(saved[name])
        self.alive.copy_(state["alive"])
        self.work = Work(**state["work"])


class Block:
    """One learning step of some seeds of a learner, on copies of their parameters."""

    def __init__(self, learner: Learner, d: Decisions, rows: list[int]):
        where = torch.tensor(rows, device=d.mask.device)
        self._learner = learner
        self.engine, self.noise = learner.engine, learner.noise.subset(rows)
        self._policy = learner.policy.of(where)
        self._value = learner.value.of(where) if learner.value else None
        self._alive = learner.alive[where]
        self.d = self._with_values(self._with_reference(d, where))

    def parts(self) -> list[Part]:
        return [part for part in (self._policy, self._value) if part is not None]

    def learn(self, gamma: float, iteration: int) -> list[Step]:
        """Credit, one step of the policy's rule, one of the critic's; returns what each did."""
        learner, d = self._learner, self.d
        credit = learner.method.credit(d, gamma)
        problem = PolicyProblem(learner.actor.evaluate, learner.method, d, credit, whole=learner.whole)
        steps = [self._step(self._policy, problem, self._alive, iteration)]
        if self._value is not None:
            problem = CriticProblem(learner.critic.evaluate, d, credit, whole=learner.whole)
            steps.append(self._step(self._value, problem, steps[0].alive, iteration))
            self.d = replace(d, target=credit.target)
        return steps

    def _step(self, part: Part, problem: Problem, alive: Bool[Tensor, " S"], iteration: int) -> Step:
        return part.rule.step(
            problem, part.parameters, part.state, alive, iteration=iteration, noise=self.noise, engine=self.engine
        )

    def _with_reference(self, d: Decisions, where: Tensor) -> Decisions:
        if self._learner.reference is None:
            return d
        bare = Decisions(d.inputs, d.action, d.logp, d.reward, d.mask, d.terminated, d.cut)

        def reference_logp(theta: Tensor, inputs: Tensor, action: Tensor) -> tuple[Tensor, ...]:
            return (self._learner.actor.evaluate(theta, replace(bare, inputs=inputs, action=action)).logp,)

        theta = self._learner.reference[where]
        (logp,) = self.engine.call("reference", reference_logp, theta, d.inputs, d.action)
        return replace(d, ref_logp=logp)

    def _with_values(self, d: Decisions) -> Decisions:
        if self._value is None:
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
            return (self._learner.critic.evaluate(phi, inputs),)

        assert self._value is not None
        (value,) = self.engine.call("value", values, self._value.parameters, inputs)
        return value
