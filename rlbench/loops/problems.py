"""A batch of decisions as an update rule sees it: rows to take and an objective to raise."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.types import Credit, Decisions, Now


class Rows:
    """Tensors [T, S, B, *] cut into rows that can be taken for each seed by number.

    A row is one decision, or with `whole` one stream from first step to last: methods that treat an episode
    as one thing must not see it torn, and a draw of rows must not depend on how long a neighbour's episode was.
    """

    def __init__(self, tensors: list[Tensor], *, whole: bool):
        self._whole = whole
        self._batch = tensors if whole else [x.transpose(0, 1).flatten(1, 2)[None].contiguous() for x in tensors]
        _, self._seeds, self.rows = self._batch[0].shape[:3]
        self._flat = [x.flatten(1, 2) for x in self._batch]
        self._offset = (torch.arange(self._seeds, device=tensors[0].device) * self.rows)[:, None]

    def take(self, rows: Int[Tensor, "S M"] | None) -> tuple[Tensor, ...]:
        """The named rows of each seed as [T, S, M, *] (T = 1 where a row is one decision), or all of them."""
        if rows is None:
            return tuple(self._batch)
        index = (rows + self._offset).flatten()
        return tuple(x.index_select(1, index).unflatten(1, rows.shape) for x in self._flat)


@dataclass(frozen=True)
class PolicyBatch:
    """The order in which a policy problem's tensors travel."""

    inputs: Tensor
    action: Tensor
    logp: Tensor
    mask: Tensor
    advantage: Tensor
    weight: Tensor
    ref_logp: Tensor | None = None


class PolicyProblem:
    """Raise a method's objective over the parameters of its policy."""

    name = "policy"

    def __init__(
        self,
        evaluate: Callable[[Tensor, Decisions], Now],
        method: Any,
        decisions: Decisions,
        credit: Credit,
        *,
        whole: bool,
    ):
        self._evaluate, self._method = evaluate, method
        d, c = decisions, credit
        batch = PolicyBatch(d.inputs, d.action, d.logp, d.mask, c.advantage, c.weight, d.ref_logp)
        self._fields = [f.name for f in fields(PolicyBatch) if getattr(batch, f.name) is not None]
        self._table = Rows([getattr(batch, name) for name in self._fields], whole=whole)
        self.rows, self.take = self._table.rows, self._table.take
        self._hyper = [f.name for f in fields(method) if isinstance(getattr(method, f.name), float)]

    @property
    def hyper_values(self) -> tuple[float, ...]:
        return tuple(getattr(self._method, name) for name in self._hyper)

    def objective(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...], hyper: tuple) -> Float[Tensor, " S"]:
        b = PolicyBatch(**dict(zip(self._fields, batch, strict=True)))
        nothing = torch.zeros_like(b.mask)
        d = Decisions(b.inputs, b.action, b.logp, nothing, b.mask, nothing, nothing, ref_logp=b.ref_logp)
        c = Credit(b.advantage, b.weight)
        method = _with_hyper(self._method, dict(zip(self._hyper, hyper, strict=True)))
        objective = method.objective(self._evaluate(theta, d), d, c)
        share = self.rows / b.weight.shape[2]
        return per_seed.total(objective, b.weight) * share


class CriticProblem:
    """Bring a critic's values near their targets: maximise minus half the mean squared error."""

    name = "critic"
    hyper_values: tuple[float, ...] = ()

    def __init__(
        self,
        evaluate: Callable[[Tensor, Tensor], Float[Tensor, "T S B"]],
        decisions: Decisions,
        credit: Credit,
        *,
        whole: bool,
    ):
        assert credit.target is not None, "a method that needs a critic must say what the critic should learn"
        self._evaluate = evaluate
        weight = per_seed.decision_mean(decisions.mask)
        self._table = Rows([decisions.inputs, credit.target, weight], whole=whole)
        self.rows, self.take = self._table.rows, self._table.take

    def objective(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...], hyper: tuple) -> Float[Tensor, " S"]:
        del hyper
        inputs, target, weight = batch
        error = self._evaluate(theta, inputs) - target
        share = self.rows / weight.shape[2]
        return per_seed.total(-0.5 * error.square(), weight) * share


def _with_hyper(method: Any, values: dict[str, Tensor]) -> Any:
    """The method with tensors for its numbers: they become inputs of the graph, so that another clip range or
    coefficient needs no new compilation."""
    clone = copy.copy(method)
    for name, value in values.items():
        object.__setattr__(clone, name, value)
    return clone
