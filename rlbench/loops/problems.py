"""A batch of decisions as an update rule sees it: rows to take and an objective to raise."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.types import Credit, Curved, Decisions, Now
from rlbench.loops.hyper import Hyper
from rlbench.loops.rows import Rows


@dataclass(frozen=True)
class PolicyBatch:
    """The order in which a policy problem's tensors travel; the parts of the old distribution come after them."""

    inputs: Tensor
    action: Tensor
    logp: Tensor
    mask: Tensor
    advantage: Tensor
    weight: Tensor
    ref_logp: Tensor | None = None
    target: Tensor | None = None


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
        self._evaluate, self._hyper = evaluate, Hyper(method)
        d, c = decisions, credit
        target = c.target if "action_values" in method.needs else None
        batch = PolicyBatch(d.inputs, d.action, d.logp, d.mask, c.advantage, c.weight, d.ref_logp, target)
        self._fields = [f.name for f in fields(PolicyBatch) if getattr(batch, f.name) is not None]
        old = d.old if "old_policy" in method.needs else None
        self._old_kind: Any = type(old)
        self._old_parts = len(old.parts) if old is not None else 0
        parts = old.parts if old is not None else ()
        self._beta = () if c.beta is None else (c.beta,)
        self._table = Rows([*(getattr(batch, name) for name in self._fields), *parts], whole=whole)
        self.rows = self._table.rows

    @property
    def hyper_values(self) -> tuple[float, ...]:
        return self._hyper.values

    def take(self, rows: Int[Tensor, "S M"] | None) -> tuple[Tensor, ...]:
        return (*self._table.take(rows), *self._beta)

    def objective(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...], hyper: tuple) -> Float[Tensor, " S"]:
        d, c = self._unpack(batch)
        objective = self._hyper.put(hyper).objective(self._evaluate(theta, d), d, c)
        share = self.rows / c.weight.shape[2]
        return per_seed.total(objective, c.weight) * share

    def divergence(
        self, theta: Float[Tensor, "S P"], new: Float[Tensor, "S P"], batch: tuple[Tensor, ...]
    ) -> Float[Tensor, " S"]:
        d, _ = self._unpack(batch)
        return per_seed.mean(self._evaluate(theta, d).dist.kl(self._evaluate(new, d).dist), d.mask)

    def fisher(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...]) -> Callable[[Tensor], Tensor]:
        """J'MJ: from parameters to the distributions' parts, the Fisher information there, and back.

        The product with J is the derivative of u -> J'u, which is linear: no second pass forward, no Hessian of
        the divergence (Schraudolph 2002, "Fast Curvature Matrix-Vector Products", doi:10.1162/08997660260028683).
        """
        d, _ = self._unpack(batch)
        share = per_seed.decision_mean(d.mask)[..., None]
        with torch.enable_grad():
            x = theta.detach().requires_grad_()
            here = self._evaluate(x, d).dist
            cotangent = [torch.zeros_like(part).requires_grad_() for part in here.parts]
            (pulled,) = torch.autograd.grad(here.parts, x, cotangent, create_graph=True)
        fixed = type(here)(*(part.detach() for part in here.parts))
        assert isinstance(fixed, Curved), f"{type(here).__name__} has no Fisher information"

        def product(vector: Tensor) -> Tensor:
            tangent = torch.autograd.grad(pulled, cotangent, vector, retain_graph=True)
            curved = [share * part for part in fixed.fisher(tangent)]
            return torch.autograd.grad(here.parts, x, curved, retain_graph=True)[0]

        return product

    def _unpack(self, batch: tuple[Tensor, ...]) -> tuple[Decisions, Credit]:
        """Decisions and credit of some rows, as far as an objective may ask for them."""
        count = len(self._fields)
        b = PolicyBatch(**dict(zip(self._fields, batch[:count], strict=True)))
        nothing = torch.zeros_like(b.mask)
        parts = batch[count : count + self._old_parts]
        old = self._old_kind(*parts) if parts else None
        d = Decisions(b.inputs, b.action, b.logp, nothing, b.mask, nothing, nothing, old=old, ref_logp=b.ref_logp)
        return d, Credit(b.advantage, b.weight, b.target, batch[-1] if self._beta else None)


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
