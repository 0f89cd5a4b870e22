"""The return from each decision to the end of its episode."""

import torch
from jaxtyping import Float
from torch import Tensor


def reward_to_go(
    reward: Float[Tensor, "T S B"], cut: Float[Tensor, "T S B"], *, gamma: float
) -> Float[Tensor, "T S B"]:
    """Discounted sum of rewards from each step on: R_t = r_t + γ R_{t+1}, stopping where an episode ends.

    A policy's past rewards do not depend on its present action, so leaving them out of the score-function
    estimator keeps its mean and lowers its variance (Sutton & Barto 2018, section 13.3).
    """
    carry = gamma * (1 - cut)
    total = torch.empty_like(reward)
    running = torch.zeros_like(reward[0])
    for t in reversed(range(len(reward))):
        running = torch.addcmul(reward[t], carry[t], running, out=total[t])
    return total
