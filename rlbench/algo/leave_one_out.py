"""The other siblings as a baseline: an estimate that the answer itself had no part in."""

from jaxtyping import Float
from torch import Tensor

from rlbench.algo.group_centred import group_centred


def leave_one_out(score: Float[Tensor, "S B"], *, group: int) -> Float[Tensor, "S B"]:
    """r_i - mean of r_j over the siblings j ≠ i, within each run of `group` siblings.

    Kool et al. 2019, "Buy 4 REINFORCE Samples, Get a Baseline for Free!", ICLR workshop; Ahmadian et al. 2024,
    "Back to Basics", arXiv:2402.14740. A group of one gives zero.
    """
    # Leaving r_i out of its own mean stretches its distance from the mean of all by G / (G - 1).
    return group_centred(score, group=group) * (group / max(group - 1, 1))
