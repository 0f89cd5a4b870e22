"""KL divergence from samples, where only the log-probabilities of what was drawn are known."""

from jaxtyping import Float
from torch import Tensor


def k1(logp: Float[Tensor, "T S B"], ref_logp: Float[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
    """-log r with r = π_ref / π: unbiased for KL(π || π_ref) on samples of π, but of either sign.

    Schulman 2020, "Approximating KL Divergence", http://joschu.net/blog/kl-approx.html. As a loss its gradient is
    the score function, whose mean is zero: it may shape a reward, but it holds nothing back as a term of its own.
    """
    return logp - ref_logp


def k2(logp: Float[Tensor, "T S B"], ref_logp: Float[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
    """(log r)² / 2: never negative and biased, but right to second order where the policies are close.

    Schulman 2020, as above. As a loss its gradient on samples of π is unbiased for the KL's: (log π / π_ref) ∇ log π.
    """
    return 0.5 * (logp - ref_logp).square()


def k3(logp: Float[Tensor, "T S B"], ref_logp: Float[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
    """r - 1 - log r with r = π_ref / π: never negative, unbiased for KL(π || π_ref) on samples of π.

    Schulman 2020, "Approximating KL Divergence", http://joschu.net/blog/kl-approx.html; Shao et al. 2024,
    arXiv:2402.03300, equation 4. As a loss its gradient is only a first-order surrogate of the KL's.
    """
    log_ratio = ref_logp - logp
    return log_ratio.expm1() - log_ratio
