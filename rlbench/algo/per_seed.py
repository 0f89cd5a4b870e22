"""Reductions that never mix seeds: the only places where anything is summed over a batch."""

from jaxtyping import Float
from torch import Tensor

Batch = Float[Tensor, "T S B"]


def count(mask: Batch) -> Float[Tensor, " S"]:
    """How many decisions each seed took."""
    # Row by row over contiguous memory, so that the order of addition does not depend on how many seeds there are.
    return mask.transpose(0, 1).flatten(1).contiguous().sum(1)


def total(x: Batch, weight: Batch) -> Float[Tensor, " S"]:
    """Weighted sum for each seed."""
    return count(x * weight)


def episode_total(x: Batch, mask: Batch) -> Float[Tensor, "S B"]:
    """Sum over the decisions of each episode (or answer)."""
    # Along contiguous memory, as above.
    return (x * mask).permute(1, 2, 0).contiguous().sum(2)


def mean(x: Batch, mask: Batch) -> Float[Tensor, " S"]:
    """Mean over the decisions taken, for each seed."""
    return total(x, mask) / count(mask)


def whiten(x: Batch, mask: Batch, *, eps: float = 1e-8) -> Batch:
    """Shift and scale the decisions taken to mean zero and (population) variance one, for each seed."""
    centred = _centred(x, mask)
    variance = mean(centred.square(), mask)
    return centred * (variance + eps).rsqrt()[:, None]


def decision_mean(mask: Batch) -> Batch:
    """Weights by which every decision of a seed counts the same."""
    return mask / count(mask)[:, None]


def sequence_mean(mask: Batch) -> Batch:
    """Weights by which every episode (or answer) of a seed counts the same, however long: 1/|o| within it."""
    return mask / mask.sum(0, keepdim=True).clamp_min(1) / mask.shape[2]


def explained_variance(prediction: Batch, target: Batch, mask: Batch) -> Float[Tensor, " S"]:
    """1 - var(target - prediction) / var(target) for each seed; NaN where the target does not vary."""

    spread = _variance(target, mask)
    return (1 - _variance(target - prediction, mask) / spread).where(spread > 0, float("nan"))


def _variance(x: Batch, mask: Batch) -> Float[Tensor, " S"]:
    return mean(_centred(x, mask).square(), mask)


def _centred(x: Batch, mask: Batch) -> Batch:
    # Measured from one of its own values first, so that equal values are exactly zero whatever their size.
    shifted = x - x[:1, :, :1]
    return (shifted - mean(shifted, mask)[:, None]) * mask
