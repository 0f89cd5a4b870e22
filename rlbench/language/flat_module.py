"""A module of torch as a pure function of flat parameters, for one seed after another.

Small models leave nothing to gain from doing the seeds' products together (on a CPU a stacked language model was as
fast as one after the other), and one seed's bits then cannot depend on its neighbours.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call

from rlbench.nets.layout import Layout


class FlatModule:
    """What a module computes, apart from the numbers that it computes with."""

    def __init__(self, module: nn.Module):
        self.module = module.eval().requires_grad_(False)  # no dropout: what acted is what learns
        self._named = dict(module.named_parameters())
        self._device = torch.device("cpu")

    @property
    def layout(self) -> Layout:
        """Where each parameter lies; one that is used twice is there once."""
        return Layout(tuple(tuple(x.shape) for x in self._named.values()))

    def read(self) -> Float[Tensor, " P"]:
        """The module's own parameters."""
        theta = torch.zeros(1, self.layout.size)
        for view, own in zip(self.layout.views(theta), self._named.values(), strict=True):
            view[0] = own
        return theta[0]

    def write(self, theta: Float[Tensor, " P"]) -> None:
        """Make these the module's own, to save it for instance."""
        for view, own in zip(self.layout.views(theta[None]), self._named.values(), strict=True):
            own.copy_(view[0])

    def weights(self, theta: Float[Tensor, "S P"]) -> list[dict[str, Tensor]]:
        """For each seed, its parameters by name, sharing theta's memory."""
        views = dict(zip(self._named, self.layout.views(theta), strict=True))
        return [{name: view[seed] for name, view in views.items()} for seed in range(len(theta))]

    def _follow(self, device: torch.device) -> None:
        if device != self._device:
            self.module.to(device)
            self._device = device

    def call(self, weights: Mapping[str, Tensor], **arguments: object):
        """The module's answer with these parameters, on the device that they are on: its buffers follow them."""
        self._follow(next(iter(weights.values())).device)
        return functional_call(self.module, dict(weights), kwargs=arguments)

    @contextmanager
    def holding(self, weights: Mapping[str, Tensor]) -> Iterator[nn.Module]:
        """The module with these numbers inside, where call follows on call and nobody asks for a gradient: `call` puts
        them there anew each time."""
        self._follow(next(iter(weights.values())).device)
        own = {name: parameter.data for name, parameter in self._named.items()}
        try:
            for name, parameter in self._named.items():
                parameter.data = weights[name]
            yield self.module
        finally:
            for name, parameter in self._named.items():
                parameter.data = own[name]

    def hidden(self, weights: Mapping[str, Tensor], **arguments: object) -> Float[Tensor, "B I D"]:
        """What the head of a Hugging Face model would make logits of."""
        self._follow(next(iter(weights.values())).device)
        name: Any = self.module.base_model_prefix
        own = {full.removeprefix(f"{name}."): x for full, x in weights.items() if full.startswith(f"{name}.")}
        return functional_call(getattr(self.module, name), own, kwargs=arguments).last_hidden_state

    def head(self, weights: Mapping[str, Tensor]) -> Float[Tensor, "V D"]:
        """The matrix of a Hugging Face model's head, which may be that of its input embeddings."""
        module: Any = self.module
        matrix = module.get_output_embeddings().weight
        return next(weights[name] for name, own in self._named.items() if own is matrix)
