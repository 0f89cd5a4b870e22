"""Siblings as a baseline: how much better than the others of its group was each?"""

from jaxtyping import Float
from torch import Tensor

from rlbench.algo.group_centred import group_centred


def group_relative(score: Float[Tensor, "S B"], *, group: int, eps: float) -> Float[Tensor, "S B"]:
    """(r - mean) / (std + eps) within each run of `group` siblings, std with n - 1.

    Shao et al. 2024, "DeepSeekMath", arXiv:2402.03300, section 4.1.2. Equal scores, and a group of one, give zero.
    """
    centred = group_centred(score, group=group).unflatten(1, (-1, group))
    variance = centred.square().sum(2, keepdim=True) / max(group - 1, 1)
    return (centred / (variance.sqrt() + eps)).flatten(1)
