"""How many floating-point operations learning takes, counted by torch on a copy of the learner."""

from dataclasses import replace

from torch.utils.flop_counter import FlopCounterMode

from rlbench.core.types import Decisions, each_tensor
from rlbench.engine.eager import Eager
from rlbench.loops.learner import Learner


def flop_per_row(learner: Learner, decisions: Decisions, positions: list[int], gamma: float) -> float:
    """Operations of the matrix products, forward and backward, in learning from one row [t, seed, stream] of a batch.

    Element-wise operations are not counted, nor are the values asked for beyond a time limit: how often these
    are needed depends on all the seeds that learn together.
    """
    # Two of the same seed, so that one seed alone is counted like one of many.
    two = each_tensor(replace(decisions, cut=decisions.terminated), lambda x: x[:, :1].expand(-1, 2, *x.shape[2:]))
    with FlopCounterMode(display=False) as counter:
        learner.twin(Eager()).learn(two, positions[:1] * 2, gamma, 0)
    length, seeds, columns = two.mask.shape
    return counter.get_total_flops() / (length * seeds * columns)
