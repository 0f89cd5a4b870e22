"""How much does one token count in an answer of a given length?"""

import pandas as pd
import torch

from rlbench.core.rollout import Episodes
from rlbench.core.types import Decisions
from rlbench.methods.dr_grpo import DrGRPO
from rlbench.methods.grpo import GRPO
from rlbench.methods.rloo import RLOO

LENGTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
METHODS = {"GRPO": GRPO, "Dr. GRPO": DrGRPO, "RLOO": RLOO}


def ask() -> pd.DataFrame:
    """One line per method and length: `pull`, the size of advantage times weight of one token of an answer.

    One group holds an answer of every length twice, one right and one wrong, so that all have advantages of one size.
    """
    return pd.DataFrame([line for name in METHODS for line in _lines(name)])


def _lines(name: str) -> list[dict[str, object]]:
    length = torch.tensor(LENGTHS * 2)
    steps = torch.arange(max(LENGTHS))[:, None, None]
    mask = (steps < length).to(torch.float64)
    last = (steps == length - 1).to(torch.float64)
    right = torch.arange(len(length)) < len(LENGTHS)
    d = Decisions(mask, mask, mask, last * right, mask, last, last)
    credit = METHODS[name](rollout=Episodes(episodes=len(length), group=len(length))).credit(d, 1.0)
    pull = (credit.advantage * credit.weight).abs()[0, 0]
    return [{"method": name, "length": n, "pull": float(one)} for n, one in zip(LENGTHS, pull, strict=False)]
