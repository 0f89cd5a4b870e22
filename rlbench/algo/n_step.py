"""A few rewards, and from there on what the critic says."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import pad


def n_step(
    reward: Float[Tensor, "T S B"],
    value: Float[Tensor, "T S B"],
    next_value: Float[Tensor, "T S B"],
    terminated: Float[Tensor, "T S B"],
    cut: Float[Tensor, "T S B"],
    *,
    gamma: float,
    n: int,
) -> Float[Tensor, "T S B"]:
    """A_t = r_t + γ r_{t+1} + … + γ^{n-1} r_{t+n-1} + γ^n V(s_{t+n}) - V(s_t).

    Sutton & Barto 2018, section 7.1, equation 7.1; Mnih et al. 2016, arXiv:1602.01783, section 4. After a cut and at
    the end of the batch the sum stops early, with the value of the state beyond unless the last step terminated.
    """
    one_step = reward + gamma * next_value * (1 - terminated)
    ends = torch.cat([cut[:-1], torch.ones_like(cut[-1:])])
    # What the next `span` steps pay, and the weight with which the sum goes on after them: of one step, then of two,
    # four, eight. The binary digits of n - 1 say which of them to put before the last step, so that log n passes do.
    pays, carry, span = torch.where(ends > 0, one_step, reward), gamma * (1 - ends), 1
    total, left = one_step, min(n, len(reward)) - 1
    while left > 0:
        if left % 2:
            total = pays + carry * _later(total, span)
        pays, carry = pays + carry * _later(pays, span), carry * _later(carry, span)
        span, left = 2 * span, left // 2
    return total - value


def _later(x: Float[Tensor, "T S B"], steps: int) -> Float[Tensor, "T S B"]:
    """What stands so many steps further on; zero beyond the end of the batch, where nothing is carried to."""
    return pad(x[steps:], (0, 0, 0, 0, 0, steps))
