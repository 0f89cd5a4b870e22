"""A point in A dimensions, each independent and normal."""

import math
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class Gaussian:
    """Diagonal normal distribution. Actions are real vectors [T, S, B, A], not clipped: log-probabilities
    and divergences are of what the policy drew, whatever the environment makes of it."""

    mean: Float[Tensor, "T S B A"]
    log_std: Float[Tensor, "T S B A"]

    @property
    def parts(self) -> tuple[Tensor, ...]:
        return (self.mean, self.log_std)

    def logp(self, action: Float[Tensor, "T S B A"]) -> Float[Tensor, "T S B"]:
        z = (action - self.mean) * (-self.log_std).exp()
        return (-0.5 * z * z - self.log_std - 0.5 * math.log(2 * math.pi)).sum(-1)

    def entropy(self) -> Float[Tensor, "T S B"]:
        return (self.log_std + 0.5 * math.log(2 * math.pi * math.e)).sum(-1)

    def kl(self, new: "Gaussian") -> Float[Tensor, "T S B"]:
        variance = (2 * self.log_std).exp()
        squared = variance + (self.mean - new.mean).square()
        return (new.log_std - self.log_std + 0.5 * squared * (-2 * new.log_std).exp() - 0.5).sum(-1)

    def fisher(self, tangent: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """The Fisher information of each decision, applied to a tangent of the parts: 1/σ² for the mean, 2 for log σ.

        It is the Hessian of KL(self || new) in the parts of new, where new is self (Amari 1998, "Natural Gradient
        Works Efficiently in Learning", doi:10.1162/089976698300017746).
        """
        mean, log_std = tangent
        return mean * (-2 * self.log_std).exp(), 2 * log_std
