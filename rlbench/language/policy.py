"""A causal language model as a policy: a decision is a token, and what it is shown are the tokens before."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.core.types import Decisions, Now
from rlbench.distributions.categorical import Categorical
from rlbench.distributions.vocabulary import Vocabulary
from rlbench.language.flat_module import FlatModule
from rlbench.language.window import Window
from rlbench.nets.layout import Layout

NEVER = -1e9
"""A logit whose probability is zero, while its logarithm stays a number: nothing divided by it or subtracted from it
is undefined."""
LARGE = 8_192
"""Tokens of a vocabulary from which on logits are not kept: 32 KB for each decision."""


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
    def kind(self) -> Callable[..., Categorical | Vocabulary]:
        """The type of its distributions, made from their parts."""
        return Vocabulary if self.in_pieces else Categorical

    @cached_property
    def in_pieces(self) -> bool:
        """Whether logits are made for some decisions at a time: where there are many, and where they are nothing but
        hidden states times a matrix, which some models go on to scale or to bound."""
        module: Any = self.network.module
        if module.get_output_embeddings().weight.shape[0] < LARGE or bounded(module):
            return False
        with torch.no_grad():
            [weights] = self.network.weights(self.network.read()[None])
            some = {"input_ids": torch.arange(8)[None], "use_cache": False}
            product = self.network.hidden(weights, **some) @ self.network.head(weights).T
            return torch.allclose(product, self.network.call(weights, **some).logits, rtol=1e-4, atol=1e-5)

    def distribution(self, theta: Float[Tensor, "S P"], inputs: Int[Tensor, "I S B"]) -> Categorical | Vocabulary:
        """What each token of the answers was to be chosen from, [T, S, B]: the logits of a prompt are not asked for."""
        answer = len(inputs) - self.window.prompt
        shown = [attention(self.window, row) | {"use_cache": False} for row in inputs[:-1].permute(1, 2, 0)]
        each = list(zip(self.network.weights(theta), shown, strict=True))
        if self.in_pieces:
            hidden = torch.stack([self.network.hidden(weights, **tokens)[:, -answer:] for weights, tokens in each])
            head = torch.stack([self.network.head(weights) for weights, _ in each])[None, :, None]  # no view of theta
            return Vocabulary(*self._choices_in_pieces(hidden.permute(2, 0, 1, 3), head))
        logits = [self.network.call(weights, **tokens, logits_to_keep=answer).logits for weights, tokens in each]
        return Categorical(self.choices(torch.stack(logits).permute(2, 0, 1, 3)))

    def choices(self, logits: Float[Tensor, "*batch V"]) -> Float[Tensor, "*batch V"]:
        """What tokens are chosen from, given a model's logits: over the temperature, and what no answer holds never."""
        unsaid = torch.tensor(self.window.unsaid, dtype=torch.int64, device=logits.device)
        return (logits / self.temperature).index_fill(-1, unsaid, NEVER)

    def _choices_in_pieces(
        self, hidden: Float[Tensor, "T S B H"], head: Float[Tensor, "1 S 1 V H"]
    ) -> tuple[Float[Tensor, "T S B G"], Float[Tensor, "1 S 1 V G"]]:
        """The same before logits are made: one more hidden state, always one, weighs what no answer holds down."""
        unsaid = torch.tensor(self.window.unsaid, dtype=torch.int64, device=head.device)
        down = torch.zeros_like(head[..., :1]).index_fill(-2, unsaid, NEVER)
        one = torch.ones_like(hidden[..., :1])
        return torch.cat((hidden / self.temperature, one), -1), torch.cat((head, down), -1)

    def evaluate(self, theta: Float[Tensor, "S P"], d: Decisions) -> Now:
        dist = self.distribution(theta, d.inputs)
        return Now(dist.logp(d.action), dist)

    @property
    def flop_per_decision(self) -> int:
        """Multiplications and additions of the matrix products of one forward pass, those of attention left out: two
        for each parameter."""
        return 2 * self.layout.parameters


def bounded(module: Any) -> bool:
    """Whether logits are bent towards a largest one, which small logits do not show."""
    return bool(getattr(module.config, "final_logit_softcapping", None))


def attention(window: Window, inputs: Int[Tensor, "B I"]) -> dict[str, Tensor]:
    """A model's arguments for these tokens: where prompts are of different lengths, each begins at position zero and
    sees nothing to its left."""
    seen = window.seen(inputs)
    if bool(seen.all()):
        return {"input_ids": inputs}
    positions = (seen.cumsum(-1) - 1).clamp_min(0)
    return {"input_ids": inputs, "attention_mask": seen.long(), "position_ids": positions}
