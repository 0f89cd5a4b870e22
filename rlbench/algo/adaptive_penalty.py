"""A price on moving that finds its own level."""

import torch
from jaxtyping import Float
from torch import Tensor


def adapt(
    beta: Float[Tensor, " S"],
    kl: Float[Tensor, " S"],
    *,
    target: float,
    tolerance: float = 1.5,
    factor: float = 2.0,
    lowest: float = 1e-4,
    highest: float = 1e4,
) -> Float[Tensor, " S"]:
    """The next β of each seed: β / 2 after a KL below target / 1.5, 2 β after one above 1.5 target, else β.

    Schulman et al. 2017, "Proximal Policy Optimization Algorithms", arXiv:1707.06347, section 4; the limits are ours.
    A KL that is not finite was too large. A factor of one keeps β as it is.
    """
    too_far = (kl > target * tolerance) | ~kl.isfinite()
    relaxed = torch.where(kl < target / tolerance, beta / factor, beta)
    changed = torch.where(too_far, beta * factor, relaxed)
    return changed.clamp(lowest, highest)
