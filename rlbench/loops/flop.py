"""How many floating-point operations one update takes, counted by torch on a copy of the learner."""

from dataclasses import replace

import torch
from torch.utils.flop_counter import FlopCounterMode

from rlbench.core.types import Decisions
from rlbench.engine.eager import Eager
from rlbench.loops.learner import Learner


def update_flop(learner: Learner, decisions: Decisions, gamma: float) -> int:
    """Operations of the matrix products in one rollout's learning, forward and backward, for one seed.

    Element-wise operations are not counted, nor are the values asked for beyond a time limit: how often these
    are needed depends on all the seeds that learn together.
    """
    seeds = decisions.mask.shape[1]
    everyone = torch.ones(seeds, dtype=torch.bool, device=decisions.mask.device)
    with FlopCounterMode(display=False) as counter:
        learner.twin(Eager()).learn(replace(decisions, cut=decisions.terminated), everyone, gamma, 0)
    return counter.get_total_flops() // seeds
