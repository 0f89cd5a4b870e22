"""What is kept for each seed while it learns: parameters, the state of the rule that changes them, a count of work."""

from dataclasses import dataclass
from typing import Any

from jaxtyping import Float
from torch import Tensor


@dataclass
class Work:
    """What learning has cost each seed so far, int64 [S]."""

    rows: Tensor
    """Decisions in all batches, with what pads short episodes."""
    updates: Tensor
    """Optimiser steps, actor and critic together."""
    gradient_samples: Tensor
    """Decisions that a gradient was taken over, repeats counted."""


@dataclass
class Part:
    """Parameters [S, P] with the state of the rule that changes them."""

    rule: Any
    parameters: Tensor
    state: Any

    @classmethod
    def start(cls, rule: Any, parameters: Tensor) -> "Part":
        return cls(rule, parameters, rule.start(parameters))

    def tensors(self) -> dict[str, Tensor]:
        """Everything that is kept for each seed, seeds first."""
        return {"parameters": self.parameters, **vars(self.state)}

    def of(self, positions: Tensor) -> "Part":
        """A copy for some seeds of the block."""
        state = type(self.state)(**{name: tensor[positions] for name, tensor in vars(self.state).items()})
        return Part(self.rule, self.parameters[positions], state)

    def put(self, positions: Tensor, part: "Part") -> None:
        """Take over what such a copy has become."""
        for name, tensor in self.tensors().items():
            tensor[positions] = part.tensors()[name]


@dataclass
class Kept:
    """What is kept for each seed from one learning step to the next, seeds first; None for what a method has not."""

    policy: Part
    value: Part | None
    reference: Float[Tensor, "S P"] | None
    lagging: Float[Tensor, "S P"] | None
    """An older copy of the action-value network."""
    beta: Float[Tensor, " S"] | None

    def parts(self) -> list[Part]:
        return [part for part in (self.policy, self.value) if part is not None]

    def tensors(self) -> dict[str, Tensor]:
        """Everything that learning changes, by name."""
        named = {
            f"{name}.{key}": x
            for name in ("policy", "value")
            if (part := getattr(self, name))
            for key, x in part.tensors().items()
        }
        return named | {name: x for name in ("lagging", "beta") if (x := getattr(self, name)) is not None}

    def of(self, where: Tensor) -> "Kept":
        """A copy for some seeds."""
        value = None if self.value is None else self.value.of(where)
        others = (None if x is None else x[where] for x in (self.reference, self.lagging, self.beta))
        return Kept(self.policy.of(where), value, *others)

    def put(self, where: Tensor, changed: "Kept") -> None:
        """Take over what such a copy has become."""
        for mine, theirs in zip(self.parts(), changed.parts(), strict=True):
            mine.put(where, theirs)
        if self.beta is not None and changed.beta is not None:
            self.beta[where] = changed.beta
