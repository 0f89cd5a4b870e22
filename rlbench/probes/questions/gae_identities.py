"""Is GAE(0) the TD error, GAE(1) the return less the value, and the recursion the sum that it stands for?"""

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from rlbench.algo.gae import gae
from rlbench.algo.n_step import n_step
from rlbench.algo.reward_to_go import reward_to_go
from rlbench.algo.td_error import td_error
from rlbench.probes.world import Use, generator

BATCHES, STEPS, STREAMS = 20, 40, 16
ENDS, LAMBDAS, GAMMA = 0.05, (0.0, 0.5, 0.9, 0.95, 1.0), 0.99
"""Chance that an episode ends at a step."""


def ask() -> pd.DataFrame:
    """One line per batch and identity: the largest difference of both sides, in advantages of about one to ten."""
    return pd.DataFrame([line for number in range(BATCHES) for line in _lines(number)])


def _lines(number: int) -> list[dict[str, object]]:
    g = generator(number, Use.WORLD)
    shape = (STEPS, 1, STREAMS)
    reward, value, following = (torch.from_numpy(g.standard_normal(shape)) for _ in range(3))
    terminated = torch.from_numpy((g.random(shape) < ENDS).astype(float))
    terminated[-1] = 1  # so that a return is a sum of rewards and of nothing else
    following = torch.where(terminated > 0, following, torch.cat([value[1:], value[:1]]))
    judged = (reward, value, following, terminated, terminated)
    error = td_error(*judged[:4], gamma=GAMMA)
    above = reward_to_go(reward, terminated, gamma=GAMMA) - value
    sums = max(_apart(gae(*judged, gamma=GAMMA, lam=lam), _summed(error, terminated, lam)) for lam in LAMBDAS)
    found = {
        "lambda_0_is_td": _apart(gae(*judged, gamma=GAMMA, lam=0.0), error),
        "lambda_1_is_monte_carlo": _apart(gae(*judged, gamma=GAMMA, lam=1.0), above),
        "n_1_is_td": _apart(n_step(*judged, gamma=GAMMA, n=1), error),
        "n_all_is_monte_carlo": _apart(n_step(*judged, gamma=GAMMA, n=STEPS), above),
        "recursion_is_sum": sums,
    }
    return [{"batch": number, "identity": name, "difference": difference} for name, difference in found.items()]


def _summed(error: Tensor, cut: Tensor, lam: float) -> Tensor:
    """Σ_l (γλ)^l δ_{t+l} up to the end of the episode, term by term and not by the recursion."""
    ends, total = np.cumsum(cut.numpy(), 0), np.zeros(error.shape)
    before = ends - cut.numpy()  # ends before a step: a later step is of the same episode if it has as many
    for t in range(STEPS):
        for later in range(t, STEPS):
            same = before[later] == before[t]
            total[t] += same * (GAMMA * lam) ** (later - t) * error[later].numpy()
    return torch.from_numpy(total)


def _apart(x: Tensor, y: Tensor) -> float:
    return float((x - y).abs().max())
