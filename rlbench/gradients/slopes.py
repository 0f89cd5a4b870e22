"""The gradients that estimators take of the same decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.types import Credit, Decisions


def slopes(
    actor: Any, theta: Float[Tensor, " P"], d: Decisions, paid: Sequence[tuple[Any, Credit]]
) -> Iterator[Float[Tensor, "S P"]]:
    """Of each method's objective with its credit, one gradient for each seed: a seed is a batch.

    The policy at theta took the decisions, and is its own reference.
    """
    own = replace(d, ref_logp=d.logp)
    x = theta.repeat(d.mask.shape[1], 1).requires_grad_()
    now = actor.evaluate(x, own)
    for method, credit in paid:
        objective = per_seed.total(method.objective(now, own, credit), credit.weight)
        yield torch.autograd.grad(objective.sum(), x, retain_graph=True)[0]
