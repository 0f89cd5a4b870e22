"""KL divergence from samples, where only the log-probabilities of what was drawn are known."""

from jaxtyping import Float
from torch import Tensor


def k3(logp: Float[Tensor, "T S B"], ref_logp: Float[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
    """r - 1 - log r with r = π_ref / π: never negative, unbiased for KL(π || π_ref) on samples of π.

    Schulman 2020, "Approximating KL Divergence", http://joschu.net/blog/kl-approx.html; Shao et al. 2024,
    arXiv:2402.03300, equation 4. As a loss its gradient is only a first-order surrogate of the KL's.
    """
    log_ratio = ref_logp - logp
    return log_ratio.expm1() - log_ratio
