"""The surrogate that stops paying once the policy has moved far enough."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor


def clipped_ratio(
    logp: Float[Tensor, "T S B"],
    old_logp: Float[Tensor, "T S B"],
    advantage: Float[Tensor, "T S B"],
    *,
    clip: Any,
) -> Float[Tensor, "T S B"]:
    """min(ρA, clip(ρ, 1 - ε, 1 + ε)A) with ρ = π(a|s) / π_old(a|s).

    Schulman et al. 2017, "Proximal Policy Optimization Algorithms", arXiv:1707.06347, equation 7.
    """
    ratio = (logp - old_logp).exp()
    return torch.minimum(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage)
