"""One learning step of some seeds, on copies of their parameters."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.algo.silent_groups import silent_groups
from rlbench.core.noise import Noise
from rlbench.core.rollout import Comparisons, Episodes
from rlbench.core.schema import Metric
from rlbench.core.types import Decisions, Measuring, Now, Problem, Step
from rlbench.engine.engine import Engine
from rlbench.loops.networks import Actor, Critic
from rlbench.loops.part import Kept, Part
from rlbench.loops.preference_problem import PreferenceProblem
from rlbench.loops.problems import CriticProblem, PolicyProblem


@dataclass(frozen=True)
class Lesson:
    """What a learning step did to each seed of the block."""

    steps: list[Step]
    measured: dict[Metric, Float[Tensor, " S"]]


class Block:
    """Some seeds of a learner with the decisions that they are about to learn from."""

    def __init__(
        self,
        method: Any,
        actor: Actor,
        critic: Critic,
        engine: Engine,
        kept: Kept,
        noise: Noise,
        alive: Bool[Tensor, " S"],
        *,
        whole: bool,
    ):
        self._method, self._actor, self._critic, self._engine = method, actor, critic, engine
        self.kept, self._noise, self._alive, self._whole = kept, noise, alive, whole

    def learn(self, d: Decisions, gamma: float, iteration: int) -> Lesson:
        """Look up what the method needs, let it give credit, take its step and the critic's, measure what changed."""
        d = self._with_old(self._with_values(self._with_reference(d)))
        if isinstance(self._method.rollout, Comparisons):
            steps, measured = self._learn_from_answers(d, iteration), {}
        else:
            steps, measured = self._learn_from_credit(d, gamma, iteration)
        measured |= steps[0].measured | self._moved(d)
        if self.kept.beta is not None:
            measured[Metric.PENALTY] = self.kept.beta
            self.kept.beta = self._method.adapt(self.kept.beta, measured[Metric.KL_OLD_NEW])
        return Lesson(steps, measured)

    def _learn_from_answers(self, d: Decisions, iteration: int) -> list[Step]:
        answers = self._method.rollout.answers
        problem = PreferenceProblem(self._actor.evaluate, self._method, d, answers=answers)
        return [self._step(self.kept.policy, problem, self._alive, iteration)]

    def _learn_from_credit(
        self, d: Decisions, gamma: float, iteration: int
    ) -> tuple[list[Step], dict[Metric, Float[Tensor, " S"]]]:
        credit = replace(self._method.credit(d, gamma), beta=self.kept.beta)
        problem = PolicyProblem(self._actor.evaluate, self._method, d, credit, whole=self._whole)
        steps, measured = [self._step(self.kept.policy, problem, self._alive, iteration)], self._silent(d)
        if self.kept.value is not None:
            problem = CriticProblem(self._critic.evaluate, d, credit, whole=self._whole)
            steps.append(self._step(self.kept.value, problem, steps[0].alive, iteration))
            measured[Metric.EXPLAINED_VARIANCE] = per_seed.explained_variance(d.value, credit.target, d.mask)
        return steps, measured

    def _silent(self, d: Decisions) -> dict[Metric, Float[Tensor, " S"]]:
        match self._method.rollout:
            case Episodes(group=group) if group > 1:
                return {Metric.SILENT_GROUPS: silent_groups(per_seed.episode_total(d.reward, d.mask), group=group)}
            case _:
                return {}

    def _step(self, part: Part, problem: Problem, alive: Bool[Tensor, " S"], iteration: int) -> Step:
        return part.rule.step(
            problem, part.parameters, part.state, alive, iteration=iteration, noise=self._noise, engine=self._engine
        )

    def _moved(self, d: Decisions) -> dict[Metric, Float[Tensor, " S"]]:
        """How far the step moved the policy, and what the method itself records of it."""
        dist = self._distribution(d.inputs)
        now = Now(dist.logp(d.action), dist)
        assert d.old is not None
        found = {
            Metric.KL_OLD_NEW: per_seed.mean(d.old.kl(dist), d.mask),
            Metric.ENTROPY: per_seed.mean(dist.entropy(), d.mask),
        }
        if isinstance(self._method, Measuring):
            found |= zip(self._method.measures, self._method.measure(now, d), strict=True)
        return found

    def _with_old(self, d: Decisions) -> Decisions:
        """Recorded decisions do not know what the policy thinks of them before it learns from them."""
        return d if d.old is not None else replace(d, old=self._distribution(d.inputs))

    def _distribution(self, inputs: Tensor) -> Any:
        """What the policy answers now. Only the network is compiled: a compiled sum over a seed's decisions may be
        taken in another order where there are more seeds."""

        def parts(theta: Tensor, inputs: Tensor) -> tuple[Tensor, ...]:
            return self._actor.distribution(theta, inputs).parts

        return self._actor.kind(*self._engine.call("distribution", parts, self.kept.policy.parameters, inputs))

    def _with_reference(self, d: Decisions) -> Decisions:
        if self.kept.reference is None or d.ref_logp is not None:
            return d

        def reference_logp(theta: Tensor, inputs: Tensor, action: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
            return (self._actor.evaluate(theta, replace(_bare(mask), inputs=inputs, action=action)).logp,)

        (logp,) = self._engine.call("reference", reference_logp, self.kept.reference, d.inputs, d.action, d.mask)
        return replace(d, ref_logp=logp)

    def _with_values(self, d: Decisions) -> Decisions:
        if self.kept.lagging is not None:
            return replace(d, next_value=self._largest_values(self.kept.lagging, d.next_inputs))
        if self.kept.value is None:
            return d
        if d.next_inputs is None:
            value = self._values(d.inputs)
            return replace(d, value=value, next_value=torch.cat((value[1:], torch.zeros_like(value[:1]))))
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

        assert self.kept.value is not None
        (value,) = self._engine.call("value", values, self.kept.value.parameters, inputs)
        return value

    def _largest_values(self, theta: Tensor, inputs: Any) -> Float[Tensor, "T S B"]:
        def largest(theta: Tensor, inputs: Tensor) -> tuple[Tensor, ...]:
            return (self._actor.distribution(theta, inputs).largest_value(),)

        (value,) = self._engine.call("lagging", largest, theta, inputs)
        return value


def _bare(mask: Float[Tensor, "T S B"]) -> Decisions:
    """Decisions of which nothing is known but where they were taken."""
    nothing = torch.zeros_like(mask)
    return Decisions(nothing, nothing, nothing, nothing, mask, nothing, nothing)
