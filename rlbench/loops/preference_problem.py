"""Recorded answers as an update rule sees them: a row is a prompt with all its answers."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.types import Answers, Decisions, Now
from rlbench.loops.hyper import Hyper
from rlbench.loops.rows import Rows


class PreferenceProblem:
    """Raise a preference method's objective. The decisions' columns are the answers, those to one prompt side by
    side, best first; they hold the reference's log-probabilities."""

    name = "preference"

    def __init__(
        self, evaluate: Callable[[Tensor, Decisions], Now], method: Any, decisions: Decisions, *, answers: int
    ):
        self._evaluate, self._hyper = evaluate, Hyper(method)
        d = decisions
        tensors = [x.unflatten(2, (-1, answers)) for x in (d.inputs, d.action, d.mask, d.ref_logp)]
        self._table = Rows(tensors, whole=True)
        self.rows, self.take = self._table.rows, self._table.take

    @property
    def hyper_values(self) -> tuple[float, ...]:
        return self._hyper.values

    def objective(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...], hyper: tuple) -> Float[Tensor, " S"]:
        answers = batch[2].shape[3]
        inputs, action, mask, ref_logp = (x.flatten(2, 3) for x in batch)
        nothing = torch.zeros_like(mask)
        d = Decisions(inputs, action, nothing, nothing, mask, nothing, nothing)
        policy = _answers(self._evaluate(theta, d).logp, mask, answers)
        reference = _answers(ref_logp, mask, answers)
        objective = self._hyper.put(hyper).objective(policy, reference)[None]
        return per_seed.mean(objective, torch.ones_like(objective))


def _answers(logp: Float[Tensor, "T S B"], mask: Float[Tensor, "T S B"], answers: int) -> Answers:
    """Sums over the decisions of each answer, [K, S, N]."""
    summed, length = (
        per_seed.episode_total(x, mask).unflatten(1, (-1, answers)) for x in (logp, torch.ones_like(mask))
    )
    return Answers(summed.permute(2, 0, 1), length.permute(2, 0, 1))
