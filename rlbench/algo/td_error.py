"""How far one reward and the next value disagree with the value of now."""

from jaxtyping import Float
from torch import Tensor


def td_error(
    reward: Float[Tensor, "T S B"],
    value: Float[Tensor, "T S B"],
    next_value: Float[Tensor, "T S B"],
    terminated: Float[Tensor, "T S B"],
    *,
    gamma: float,
) -> Float[Tensor, "T S B"]:
    """δ_t = r_t + γ V(s_{t+1}) - V(s_t), where V is zero after a terminated step.

    Sutton 1988, "Learning to Predict by the Methods of Temporal Differences", doi:10.1007/BF00115009.
    """
    return reward + gamma * next_value * (1 - terminated) - value
