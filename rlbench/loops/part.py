"""What is kept for each seed while it learns: parameters, the state of the rule that changes them, a count of work."""

from dataclasses import dataclass
from typing import Any

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
