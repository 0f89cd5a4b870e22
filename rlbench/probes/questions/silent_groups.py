"""What does a group learn from whose rewards are all equal, and how often is it so? Every outcome of every group."""

from itertools import product

import pandas as pd
import torch

from rlbench.algo.silent_groups import silent_groups
from rlbench.core.rollout import Episodes
from rlbench.core.types import Decisions
from rlbench.methods.dr_grpo import DrGRPO
from rlbench.methods.grpo import GRPO
from rlbench.methods.rloo import RLOO

GROUPS = (2, 4, 8, 16)
CHANCES = (0.0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
"""Probabilities of an answer to be right, which pays one."""
METHODS = {"GRPO": GRPO, "Dr. GRPO": DrGRPO, "RLOO": RLOO}


def ask() -> pd.DataFrame:
    """One line per method, group size and chance: `silent`, the share of groups that the benchmark calls so,
    `expected` p^G + (1 - p)^G, and the largest advantage (absolute) in a silent group and the least in another one."""
    return pd.DataFrame([line for group in GROUPS for name in METHODS for line in _lines(name, group)])


def _lines(name: str, group: int) -> list[dict[str, object]]:
    outcomes = torch.tensor(list(product((0.0, 1.0), repeat=group)), dtype=torch.float64)
    right = outcomes.sum(1)
    # Each outcome is a seed with one group of answers of one token each.
    reward = outcomes[None]
    nothing, one = torch.zeros_like(reward), torch.ones_like(reward)
    d = Decisions(nothing, nothing, nothing, reward, one, one, one)
    credit = METHODS[name](rollout=Episodes(episodes=group, group=group)).credit(d, 1.0)
    size, silent = credit.advantage[0].abs(), silent_groups(outcomes, group=group)
    lines = []
    for p in CHANCES:
        chance = p**right * (1 - p) ** (group - right)
        lines.append(
            {"method": name, "group": group, "chance": p, "silent": float(chance @ silent)}
            | {"expected": p**group + (1 - p) ** group}
            | {
                "largest_in_silent": float(size[silent > 0].max()),
                "least_elsewhere": float(size[silent == 0].max(1).values.min()),
            }
        )
    return lines
