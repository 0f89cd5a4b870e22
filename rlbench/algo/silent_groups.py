"""Groups from which nothing can be learnt."""

from jaxtyping import Float
from torch import Tensor


def silent_groups(score: Float[Tensor, "S B"], *, group: int) -> Float[Tensor, " S"]:
    """Share of each seed's groups, runs of `group` siblings, whose scores are all equal.

    Measured from their own mean such siblings are worth exactly nothing (Yu et al. 2025, "DAPO", arXiv:2503.14476,
    section 3.2).
    """
    siblings = score.unflatten(1, (-1, group))
    return (siblings == siblings[..., :1]).all(2).to(score.dtype).mean(1)
