"""Small policies to improve, and the natural gradient's step for one of them worked out densely in float64."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.noise import Noise
from rlbench.core.types import Credit, Decisions, Now
from rlbench.engine.eager import Eager
from rlbench.loops.problems import PolicyProblem
from rlbench.nets.actor import Actor
from rlbench.nets.heads import CategoricalHead, GaussianHead

SEEDS = (3, 1, 4)
INPUTS, OUTPUTS, HIDDEN = 3, 2, 8
STEPS, STREAMS = 6, 4
KINDS = ("categorical", "gaussian")


@dataclass(frozen=True)
class Surrogate:
    """ρ A and, with a coefficient for each seed, the entropy."""

    share: float = 0.5
    needs = ()

    def objective(self, now: Now, d: Decisions, c: Credit) -> Tensor:
        assert c.beta is not None
        return (now.logp - d.logp).exp() * c.advantage + self.share * c.beta[:, None] * now.dist.entropy()


@dataclass(frozen=True)
class Policies:
    """Three seeds' policies with a batch of decisions that they took; `whole` streams end before others do."""

    actor: Actor
    theta: Tensor
    decisions: Decisions
    credit: Credit
    whole: bool

    @property
    def problem(self) -> PolicyProblem:
        return PolicyProblem(self.actor.evaluate, Surrogate(), self.decisions, self.credit, whole=self.whole)

    def of(self, seeds: list[int]) -> "Policies":
        """The same for some of the seeds."""
        d = {name: x[:, seeds] for name, x in vars(self.decisions).items() if x is not None}
        c, credit = self.credit, Credit(*(x[:, seeds] for x in (self.credit.advantage, self.credit.weight)))
        return Policies(
            self.actor, self.theta[seeds], Decisions(**d), replace(credit, beta=c.beta[seeds]), whole=self.whole
        )


def policies(kind: str, *, whole: bool = False) -> Policies:
    """Far enough from their first parameters that all layers matter."""
    g = torch.Generator().manual_seed(0)
    seeds = len(SEEDS)
    actor = Actor(
        INPUTS, (HIDDEN, HIDDEN), CategoricalHead(OUTPUTS) if kind == "categorical" else GaussianHead(OUTPUTS)
    )
    theta = actor.start(Noise(SEEDS))
    for weight in actor.layout.views(theta):
        weight += 0.3 * torch.randn(weight.shape, generator=g)
    inputs = torch.randn(STEPS, seeds, STREAMS, INPUTS, generator=g)
    dist = actor.distribution(theta, inputs)
    if kind == "categorical":
        action = torch.randint(0, OUTPUTS, (STEPS, seeds, STREAMS), generator=g)
    else:
        action = dist.mean + dist.log_std.exp() * torch.randn(dist.mean.shape, generator=g)
    mask = torch.ones(STEPS, seeds, STREAMS)
    if whole:
        mask[torch.arange(STEPS)[:, None, None] > torch.tensor([[5, 1, 3, 0], [2, 2, 5, 4], [5, 5, 5, 1]])] = 0
    nothing = torch.zeros_like(mask)
    d = Decisions(inputs, action, dist.logp(action), nothing, mask, nothing, nothing)
    advantage = torch.randn(mask.shape, generator=g) * mask
    beta = torch.tensor([0.2, 0.0, 0.7])
    return Policies(actor, theta, d, Credit(advantage, per_seed.decision_mean(mask), beta=beta), whole)


def take_step(
    rule, problem, theta: Tensor, *, alive: Tensor | None = None, engine=None, seeds=SEEDS, iteration: int = 0
):
    """New parameters and what the rule says of its step."""
    theta = theta.clone()
    alive = torch.ones(len(theta), dtype=torch.bool) if alive is None else alive
    step = rule.step(
        problem, theta, rule.start(theta), alive, iteration=iteration, noise=Noise(seeds), engine=engine or Eager()
    )
    return theta, step


class Dense:
    """One seed's policy in float64: its gradient, its Fisher information from a Jacobian for each decision, its KL."""

    def __init__(self, p: Policies, seed: int):
        self._actor, self._seed = p.actor, seed
        self.theta = p.theta[seed].double()
        taken = p.decisions.mask[:, seed].bool()
        self._inputs, self._action = (x[:, seed][taken].double() for x in (p.decisions.inputs, p.decisions.action))
        self._advantage, self._beta = p.credit.advantage[:, seed][taken].double(), float(p.credit.beta[seed])
        self._stream = torch.arange(STREAMS).expand(STEPS, STREAMS)[taken].numpy()
        self._number = torch.arange(STEPS * STREAMS).unflatten(0, (STEPS, STREAMS))[taken].numpy()

    def chosen(self, rows: np.ndarray, *, whole: bool) -> np.ndarray:
        """Which decisions lie in these rows: streams, or decisions counted along the streams and then in time."""
        return np.isin(self._stream if whole else self._number, rows)

    def step(self, max_kl: float, damping: float, chosen: np.ndarray | None = None) -> np.ndarray:
        """√(2δ / xᵀHx) x with H x = g."""
        h = self.fisher(chosen) + damping * np.eye(len(self.theta))
        x = np.linalg.solve(h, self.gradient())
        return np.sqrt(2 * max_kl / (x @ h @ x)) * x

    def gradient(self) -> np.ndarray:
        theta = self.theta.clone().requires_grad_()
        first = self._logp(self.theta)
        objective = ((self._logp(theta) - first).exp() * self._advantage).mean()
        objective = objective + 0.5 * self._beta * self._entropy(theta).mean()
        return torch.autograd.grad(objective, theta)[0].numpy()

    def fisher(self, chosen: np.ndarray | None = None) -> np.ndarray:
        total = np.zeros((len(self.theta), len(self.theta)))
        rows = np.arange(len(self._inputs)) if chosen is None else np.nonzero(chosen)[0]
        for row in rows:
            jacobian, metric = self._jacobian(row), self._metric(row)
            total += jacobian.T @ metric @ jacobian
        return total / len(rows)

    def kl(self, new: Tensor) -> float:
        """KL(at theta || at new), mean over the decisions taken."""
        old, new = self._outputs(self.theta), self._outputs(new.double())
        if self._categorical:
            p, q = (x.softmax(-1) for x in (old, new))
            return float((p * (p / q).log()).sum(-1).mean())
        (m, s), (n, t) = (x.chunk(2, -1) for x in (old, new))
        return float((t - s + (s.exp() ** 2 + (m - n) ** 2) / (2 * t.exp() ** 2) - 0.5).sum(-1).mean())

    @property
    def _categorical(self) -> bool:
        return isinstance(self._actor.head, CategoricalHead)

    def _outputs(self, theta: Tensor) -> Tensor:
        """What the distribution is made of, [rows, *]: logits, or means and log standard deviations."""
        w1, b1, w2, b2, w3, b3, *more = (x[0] for x in self._actor.layout.views(theta[None]))
        hidden = torch.tanh(torch.tanh(self._inputs @ w1 + b1) @ w2 + b2)
        out = hidden @ w3.T + b3.T
        return torch.cat((out, more[0].expand_as(out)), -1) if more else out

    def _logp(self, theta: Tensor) -> Tensor:
        out = self._outputs(theta)
        if self._categorical:
            return out.log_softmax(-1)[torch.arange(len(out)), self._action.long()]
        mean, log_std = out.chunk(2, -1)
        return torch.distributions.Normal(mean, log_std.exp()).log_prob(self._action).sum(-1)

    def _entropy(self, theta: Tensor) -> Tensor:
        out = self._outputs(theta)
        if self._categorical:
            return torch.distributions.Categorical(logits=out).entropy()
        return (out.chunk(2, -1)[1] + 0.5 * math.log(2 * math.pi * math.e)).sum(-1)

    def _jacobian(self, row: int) -> np.ndarray:
        theta = self.theta.clone().requires_grad_()
        out = self._outputs(theta)[row]
        return np.stack([torch.autograd.grad(x, theta, retain_graph=True)[0].numpy() for x in out])

    def _metric(self, row: int) -> np.ndarray:
        out = self._outputs(self.theta)[row].numpy()
        if self._categorical:
            p = np.exp(out) / np.exp(out).sum()
            return np.diag(p) - np.outer(p, p)
        return np.diag(np.concatenate((np.exp(-2 * out[OUTPUTS:]), np.full(OUTPUTS, 2.0))))
