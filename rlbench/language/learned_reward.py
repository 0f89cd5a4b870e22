"""What answers are worth to a reward model: all that is asked of one, whoever pays by it."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.language.value_model import LanguageReward

AT_ONCE = 64
"""Answers that a reward model reads side by side."""


@dataclass(frozen=True)
class LearnedReward:
    """A reward model with its parameters, the same for every seed."""

    model: LanguageReward
    phi: Float[Tensor, " P"]

    @torch.no_grad()
    def score(self, inputs: Int[Tensor, "I S B"]) -> np.ndarray:
        """Of each answer, [S, B]."""
        phi = self.phi.to(inputs.device).expand(inputs.shape[1], -1)
        parts = [self.model.score(phi, part) for part in inputs.split(AT_ONCE, 2)]
        return torch.cat(parts, 1).double().cpu().numpy()
