"""A decision process of two steps that fits on a page, and eight episodes that are all there is to it.

    in state 0   action 0 pays 1 and leads to state 1       action 1 pays 0 and leads to state 2
    in state 1   action 0 pays 0                            action 1 pays 2
    in state 2   action 0 pays 4                            action 1 pays 0

The policy takes action 0 with probability 1/2, 1/4 and 3/4 there. So of eight episodes one is (0, 0), three are
(0, 1), three (1, 0) and one (1, 1): a batch of these is no sample but the whole distribution.

Without discount V = (2.75, 1.5, 3): in state 0 action 0 is worth 1 + 1.5 and action 1 is worth 3. A logit's gradient
is d(x) π(a|x) A(x, a), where d = (1, 1/2, 1/2).
"""

from dataclasses import replace

import numpy as np
import torch

from rlbench.core.types import Decisions, each_tensor
from tests.oracle.episodes import Histories, decisions
from tests.oracle.tabular import MDP

WORLD = MDP(
    start=np.array([1.0, 0, 0]),
    moves=np.array([[[0.0, 1, 0], [0, 0, 1]], [[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]]]),
    pays=np.array([[1.0, 0], [0, 2], [4, 0]]),
)
LOGITS = np.log([[1.0, 1], [1, 3], [3, 1]])
VALUE = [2.75, 1.5, 3.0]
GRADIENT = [[-0.125, 0.125], [-0.1875, 0.1875], [0.375, -0.375]]

EPISODES = [(0, 0), (0, 1), (0, 1), (0, 1), (1, 0), (1, 0), (1, 0), (1, 1)]


def census(critic: list[float] | None = None) -> Decisions:
    """The eight episodes as one batch of one seed, [2, 1, 8], judged by a critic of three numbers."""
    action = np.array(EPISODES).T[:, None]
    state = np.stack([np.zeros_like(action[0]), 1 + action[0], np.full_like(action[0], 3)])
    return _judged(decisions(WORLD, LOGITS, Histories(state, action)), critic or VALUE)


def one_by_one(critic: list[float] | None = None) -> Decisions:
    """The eight episodes as eight equally probable seeds, [2, 8, 1]."""
    return each_tensor(census(critic), lambda x: x.transpose(1, 2))


def _judged(d: Decisions, critic: list[float]) -> Decisions:
    value = torch.tensor(critic, dtype=torch.float64)
    return replace(d, value=value[d.inputs], next_value=value[d.next_inputs])
