"""How a prompt and its answer lie in tokens: I = prompt + answer of them, the prompt to the right, the answer to the
left, so that between them nothing is empty.

Left of the prompt are tokens that mean nothing and that no other one sees; from the end of an answer on, tokens are
there but masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True)
class Window:
    """Sizes and special tokens."""

    prompt: int
    """Tokens of the longest prompt."""
    answer: int
    """Decisions of the longest answer, its end counted."""
    pad: int
    """Left of a prompt. No prompt and no answer holds it."""
    end: int
    """Ends an answer."""
    unsaid: tuple[int, ...] = ()
    """Tokens that no answer holds because nobody who reads it would see them."""

    def prompts(self, tokens: Sequence[Sequence[int]]) -> Int[Tensor, "prompt N"]:
        """Prompts side by side. Raises ValueError for one that is empty or too long."""
        if wrong := [len(one) for one in tokens if not 0 < len(one) <= self.prompt]:
            raise ValueError(f"a prompt of {wrong[0]} tokens; from 1 to {self.prompt} are possible")
        return torch.tensor([[self.pad] * (self.prompt - len(one)) + list(one) for one in tokens]).T

    def answers(self, tokens: Sequence[Sequence[int]]) -> Int[Tensor, "answer N"]:
        """Answers side by side, each with its end, if there is room for it; what is longer is cut off."""
        rows = [[*one[: self.answer], *[self.end] * (self.answer - len(one))] for one in tokens]
        return torch.tensor(rows, dtype=torch.int64).reshape(-1, self.answer).T

    def mask(self, answer: Int[Tensor, "answer *batch"]) -> Float[Tensor, "answer *batch"]:
        """One for each token that was decided upon: all up to the first end."""
        ended = (answer == self.end).cumsum(0)
        return (ended - (answer == self.end).long() == 0).float()

    def seen(self, inputs: Int[Tensor, "*batch I"]) -> Bool[Tensor, "*batch I"]:
        """Which tokens others may look at: all but what lies left of the prompt."""
        return (inputs != self.pad).cummax(-1).values
