"""A choice among A actions."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor


@dataclass(frozen=True)
class Categorical:
    """Unnormalised log-probabilities over the last axis. Actions are integers [T, S, B]."""

    logits: Float[Tensor, "T S B A"]

    @property
    def parts(self) -> tuple[Tensor, ...]:
        return (self.logits,)

    def logp(self, action: Int[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
        return self._log_probabilities().gather(-1, action[..., None])[..., 0]

    def entropy(self) -> Float[Tensor, "T S B"]:
        log_p = self._log_probabilities()
        return -(log_p.exp() * log_p).sum(-1)

    def kl(self, new: "Categorical") -> Float[Tensor, "T S B"]:
        log_p = self._log_probabilities()
        return (log_p.exp() * (log_p - new._log_probabilities())).sum(-1)

    def fisher(self, tangent: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """The Fisher information of each decision, applied to a tangent of the parts: (diag p - p pᵀ) t.

        It is the Hessian of KL(self || new) in the parts of new, where new is self (Amari 1998, "Natural Gradient
        Works Efficiently in Learning", doi:10.1162/089976698300017746).
        """
        (t,) = tangent
        p = self._log_probabilities().exp()
        return (p * (t - (p * t).sum(-1, keepdim=True)),)

    def _log_probabilities(self) -> Float[Tensor, "T S B A"]:
        return torch.log_softmax(self.logits, -1)
