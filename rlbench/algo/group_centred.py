"""Siblings as a baseline: how much more than the mean of its group did each get?"""

from jaxtyping import Float
from torch import Tensor


def group_centred(score: Float[Tensor, "S B"], *, group: int) -> Float[Tensor, "S B"]:
    """r - mean within each run of `group` siblings.

    Liu et al. 2025, "Understanding R1-Zero-Like Training: A Critical Perspective", arXiv:2503.20783: no division by
    the standard deviation, which would weigh up the questions that are answered nearly always alike.
    """
    # Group by group over contiguous memory, so that the order of addition does not depend on how many seeds there are;
    # and measured from the first sibling, so that equal scores are exactly equal to their mean.
    siblings = score.contiguous().unflatten(1, (-1, group))
    siblings = siblings - siblings[..., :1]
    return (siblings - siblings.mean(2, keepdim=True)).flatten(1)
