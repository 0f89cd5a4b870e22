"""What actions drawn by one policy say of another, and how many of them still count."""

from jaxtyping import Float
from torch import Tensor

from rlbench.algo import per_seed


def ratio(logp: Float[Tensor, "T S B"], behaviour_logp: Float[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
    """ρ = π(a|s) / μ(a|s): the mean of ρ x over actions of μ is the mean of x over actions of π.

    Precup, Sutton & Singh 2000, "Eligibility Traces for Off-Policy Policy Evaluation", ICML.
    """
    return (logp - behaviour_logp).exp()


def effective_sample_size(ratio: Float[Tensor, "T S B"], mask: Float[Tensor, "T S B"]) -> Float[Tensor, " S"]:
    """(Σρ)² / (n Σρ²) for each seed: one if all n decisions weigh the same, 1/n if one of them outweighs the rest.

    Kong 1992, "A Note on Importance Sampling using Standardized Weights", University of Chicago, Department of
    Statistics, technical report 348. NaN where a ratio is not finite or all are zero.
    """
    # Measured in the largest, so that no square is out of range.
    weight = ratio * mask
    weight = weight / weight.amax((0, 2), keepdim=True)
    return per_seed.count(weight).square() / (per_seed.count(mask) * per_seed.count(weight.square()))
