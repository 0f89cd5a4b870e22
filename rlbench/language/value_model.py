"""One number for each token: a language model's body with a single output, as a critic or as a reward model."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rlbench.core.noise import Noise
from rlbench.language.flat_module import FlatModule
from rlbench.language.policy import attention
from rlbench.language.window import Window
from rlbench.nets.layout import Layout


class Scalar(nn.Module):
    """The last hidden state of each token times one vector. It begins as zero: no token is worth more than another."""

    def __init__(self, body: nn.Module, width: int):
        super().__init__()
        self.body = body
        # Without numbers at first: a layer that is made draws them from torch's global generator.
        self.head = nn.Linear(width, 1, device="meta").to_empty(device="cpu")
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, **arguments: object) -> Float[Tensor, "B I"]:
        return self.head(self.body(**arguments, use_cache=False).last_hidden_state)[..., 0]


@dataclass(frozen=True)
class LanguageCritic:
    """What is still to be earned, before each token of an answer. It shares no weights with the policy."""

    network: FlatModule
    """A `Scalar`."""
    window: Window

    @property
    def layout(self) -> Layout:
        return self.network.layout

    def start(self, noise: Noise) -> Float[Tensor, "S P"]:
        """The network's own parameters, for every seed: nothing is drawn."""
        return self.network.read().repeat(len(noise), 1)

    def evaluate(self, phi: Float[Tensor, "S P"], inputs: Int[Tensor, "I S B"]) -> Float[Tensor, "T S B"]:
        values = _outputs(self.network, self.window, phi, inputs[:-1])
        return values[self.window.prompt - 1 :]


@dataclass(frozen=True)
class LanguageReward:
    """What an answer is worth as a whole: the output at its last token, which has seen all of it."""

    network: FlatModule
    """A `Scalar`."""
    window: Window

    @property
    def layout(self) -> Layout:
        return self.network.layout

    def score(self, phi: Float[Tensor, "S P"], inputs: Int[Tensor, "I S B"]) -> Float[Tensor, "S B"]:
        """Of each answer; it makes no difference what lies beyond its end."""
        outputs = _outputs(self.network, self.window, phi, inputs)[self.window.prompt :]
        last = self.window.mask(inputs[self.window.prompt :]).sum(0, keepdim=True).long() - 1
        return outputs.gather(0, last)[0]


def _outputs(
    network: FlatModule, window: Window, phi: Float[Tensor, "S P"], inputs: Int[Tensor, "I S B"]
) -> Float[Tensor, "I S B"]:
    rows = inputs.permute(1, 2, 0)
    outputs = [network.call(w, **attention(window, row)) for w, row in zip(network.weights(phi), rows, strict=True)]
    return torch.stack(outputs).permute(2, 0, 1)
