"""Siblings as a baseline: how much better than the others of its group was each?"""

from jaxtyping import Float
from torch import Tensor


def group_relative(score: Float[Tensor, "S B"], *, group: int, eps: float) -> Float[Tensor, "S B"]:
    """(r - mean) / (std + eps) within each run of `group` siblings, std with n - 1.

    Shao et al. 2024, "DeepSeekMath", arXiv:2402.03300, section 4.1.2. Equal scores, and a group of one, give zero.
    """
    siblings = score.unflatten(1, (-1, group))
    # Measured from the first sibling, so that equal scores are exactly equal to their mean.
    siblings = siblings - siblings[..., :1]
    centred = siblings - siblings.mean(2, keepdim=True)
    variance = centred.square().sum(2, keepdim=True) / max(group - 1, 1)
    return (centred / (variance.sqrt() + eps)).flatten(1)
