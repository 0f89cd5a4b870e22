"""A causal language model as a policy: a decision is a token, and what it is shown are the tokens before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.core.types import Decisions, Now
from rlbench.distributions.categorical import Categorical
from rlbench.language.flat_module import FlatModule
from rlbench.language.window import Window
from rlbench.nets.layout import Layout

NEVER = -1e9
"""A logit whose probability is zero, while its logarithm stays a number: nothing divided by it or subtracted from it
is undefined."""


@dataclass(frozen=True)
class LanguagePolicy:
    """A pure function of its flat parameters theta [S, P]. `inputs` are prompt and answer, [I, S, B]."""

    stacked: ClassVar[bool] = False

    network: FlatModule
    """A Hugging Face model for causal language modelling."""
    window: Window
    temperature: float = 1.0
    """What logits are divided by, in acting and learning alike: it is part of the policy."""

    @property
    def layout(self) -> Layout:
        return self.network.layout

    @property
    def kind(self) -> Callable[..., Categorical]:
        """The type of its distributions, made from their parts."""
        return Categorical

    def distribution(self, theta: Float[Tensor, "S P"], inputs: Int[Tensor, "I S B"]) -> Categorical:
        """What each token of the answers was to be chosen from, [T, S, B]: the logits of a prompt are not asked for."""
        answer = len(inputs) - self.window.prompt
        shown = inputs[:-1].permute(1, 2, 0)
        logits = [
            self.network.call(weights, **attention(self.window, row), logits_to_keep=answer, use_cache=False).logits
            for weights, row in zip(self.network.weights(theta), shown, strict=True)
        ]
        return Categorical(self.choices(torch.stack(logits).permute(2, 0, 1, 3)))

    def choices(self, logits: Float[Tensor, "*batch V"]) -> Float[Tensor, "*batch V"]:
        """What tokens are chosen from, given a model's logits: over the temperature, and what no answer holds never."""
        unsaid = torch.tensor(self.window.unsaid, dtype=torch.int64, device=logits.device)
        return (logits / self.temperature).index_fill(-1, unsaid, NEVER)

    def evaluate(self, theta: Float[Tensor, "S P"], d: Decisions) -> Now:
        dist = self.distribution(theta, d.inputs)
        return Now(dist.logp(d.action), dist)

    @property
    def flop_per_decision(self) -> int:
        """Multiplications and additions of the matrix products of one forward pass, those of attention left out: two
        for each parameter."""
        return 2 * self.layout.parameters


def attention(window: Window, inputs: Int[Tensor, "B I"]) -> dict[str, Tensor]:
    """A model's arguments for these tokens: where prompts are of different lengths, each begins at position zero and
    sees nothing to its left."""
    seen = window.seen(inputs)
    if bool(seen.all()):
        return {"input_ids": inputs}
    positions = (seen.cumsum(-1) - 1).clamp_min(0)
    return {"input_ids": inputs, "attention_mask": seen.long(), "position_ids": positions}
