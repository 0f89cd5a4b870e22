"""What a policy thinks of recorded answers, some of them at a time."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.language.policy import LanguagePolicy

AT_ONCE = 32
"""Answers. Each token has as many logits as there are words, and attention to each token before it."""


@torch.no_grad()
def recorded_logp(
    policy: LanguagePolicy, theta: Float[Tensor, "1 P"], inputs: Int[Tensor, "I N"]
) -> Float[Tensor, "T N"]:
    """Log-probability of each token of the answers, also of those after an end."""
    said = []
    for part in inputs[:, None].split(AT_ONCE, 2):
        shown = part.to(theta.device)
        said.append(policy.distribution(theta, shown).logp(shown[policy.window.prompt :])[:, 0].cpu())
    return torch.cat(said, 1)
