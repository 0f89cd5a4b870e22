"""From batches of decisions to better parameters, for a block of seeds."""

import copy
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.noise import Noise
from rlbench.core.rollout import Episodes
from rlbench.core.schema import Metric
from rlbench.core.types import Adaptive, Decisions, each_tensor
from rlbench.engine.engine import Engine
from rlbench.loops.block import Block, Lesson
from rlbench.loops.part import Kept, Part, Work


class Learner:
    """One method's parameters for a block of seeds, and how they change."""

    def __init__(self, method: Any, session: Any, noise: Noise, engine: Engine, device: str):
        self.method, self.actor, self.critic = method, session.actor, session.critic
        self.noise, self.engine = noise, engine
        first, needs = session.start().to(device), method.needs
        self.kept = Kept(
            policy=Part.start(method.update, first),
            value=Part.start(method.critic, self.critic.start(noise).to(device)) if "critic" in needs else None,
            reference=first.clone() if "reference" in needs or "preferences" in needs else None,
            lagging=first.clone() if "action_values" in needs else None,
            beta=torch.full((len(noise),), method.beta, device=device) if isinstance(method, Adaptive) else None,
        )
        self.alive = torch.ones(len(noise), dtype=torch.bool, device=device)
        """Seeds whose gradients have all been finite."""
        self.work = Work(*(torch.zeros(len(noise), dtype=torch.int64) for _ in range(3)))
        self._look_ahead(0)

    @property
    def theta(self) -> Float[Tensor, "S P"]:
        """The policies' parameters."""
        return self.kept.policy.parameters

    @property
    def trainable(self) -> int:
        """Trainable numbers for each seed."""
        return self.actor.layout.parameters + (self.critic.layout.parameters if self.kept.value else 0)

    def learn(
        self, d: Decisions, positions: list[int], gamma: float, iteration: int
    ) -> dict[Metric, Float[Tensor, " S"]]:
        """Change the parameters of the seeds at these positions, whose decisions `d` holds in the same order.

        Returns what was measured of the change, one number for each of them.
        """
        count = len(positions)
        # One seed learns as two equal ones: a product with a single matrix rounds differently.
        as_two = count == 1 and self.actor.stacked
        rows = positions * 2 if as_two else positions
        d = each_tensor(d, lambda x: x.expand(-1, 2, *x.shape[2:])) if as_two else d
        where = torch.tensor(rows, device=self.alive.device)
        kept = self.kept.of(where)
        block = Block(
            self.method,
            self.actor,
            self.critic,
            self.engine,
            kept,
            self.noise.subset(rows),
            self.alive[where],
            whole=isinstance(self.method.rollout, Episodes),
        )
        lesson = block.learn(d, gamma, iteration)
        self.kept.put(where, kept)
        self._count(lesson, d, positions)
        self.alive[where] &= lesson.steps[-1].alive
        self._look_ahead(iteration + 1)
        return {metric: values[:count] for metric, values in lesson.measured.items()}

    def _look_ahead(self, iteration: int) -> None:
        """What an action-value method changes between updates: the network that lags behind, and exploration."""
        if self.kept.lagging is None:
            return
        if iteration % self.method.lag == 0:
            self.kept.lagging.copy_(self.theta)
        self.actor.explore(self.theta, self.method.epsilon(iteration))

    def _count(self, lesson: Lesson, d: Decisions, positions: list[int]) -> None:
        where, counted = torch.tensor(positions), self.alive.cpu()[positions]
        decisions = per_seed.count(d.mask).cpu()[: len(positions)].long() * counted
        self.work.rows[where] += d.mask.shape[0] * d.mask.shape[2] * counted
        for step in lesson.steps:
            self.work.updates[where] += step.updates * counted
            self.work.gradient_samples[where] += step.passes * decisions

    def twin(self, engine: Engine) -> "Learner":
        """A copy on another engine, with parameters and states of its own."""
        twin = copy.copy(self)
        for name in ("kept", "alive", "work"):
            setattr(twin, name, copy.deepcopy(getattr(self, name)))
        twin.engine = engine
        return twin

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on with the same bits; the reference is derived again from the seeds."""
        return {"kept": self.kept.tensors(), "alive": self.alive, "work": vars(self.work)}

    def restore(self, state: dict[str, Any]) -> None:
        for name, tensor in self.kept.tensors().items():
            tensor.copy_(state["kept"][name])
        self.alive.copy_(state["alive"])
        self.work = Work(**state["work"])
