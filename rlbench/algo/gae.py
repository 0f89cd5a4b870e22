"""Generalised advantage estimation."""

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.algo.td_error import td_error


def gae(
    reward: Float[Tensor, "T S B"],
    value: Float[Tensor, "T S B"],
    next_value: Float[Tensor, "T S B"],
    terminated: Float[Tensor, "T S B"],
    cut: Float[Tensor, "T S B"],
    *,
    gamma: float,
    lam: float,
) -> Float[Tensor, "T S B"]:
    """Exponentially weighted sum of temporal-difference errors, backwards in time.

    Schulman et al. 2016, "High-Dimensional Continuous Control Using Generalized Advantage Estimation",
    arXiv:1506.02438, equation 16: A_t = δ_t + γλ A_{t+1}, δ_t = r_t + γ V(s_{t+1}) - V(s_t).
    After a terminated step V is zero; after a cut the sum stops, but a step that was only cut off
    by a time limit still counts the value of the state it would have gone on from.
    """
    error = td_error(reward, value, next_value, terminated, gamma=gamma)
    carry = gamma * lam * (1 - cut)
    advantage = torch.empty_like(error)
    running = torch.zeros_like(error[0])
    for t in reversed(range(len(error))):
        running = torch.addcmul(error[t], carry[t], running, out=advantage[t])
    return advantage
