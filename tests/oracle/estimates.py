"""Gradients as the benchmark's methods estimate them, batch by batch, and how far they lie from the exact one."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from scipy import stats
from torch import Tensor

from rlbench.core.types import Credit, Decisions
from rlbench.loops.problems import PolicyProblem
from tests.oracle.tables import Table, theta_of


def gradients(method: Any, d: Decisions, credit: Credit, logits: np.ndarray, actor: Any = None) -> np.ndarray:
    """The gradient of a method's objective for each seed, [S, P]: each seed is a batch of its own."""
    theta = theta_of(logits, d.reward.shape[1]).clone().requires_grad_()
    actor = actor or Table(logits.shape[1])
    problem = PolicyProblem(actor.evaluate, method, d, credit, whole=True)
    hyper = torch.tensor(problem.hyper_values, dtype=torch.float64).unbind()
    objective = problem.objective(theta, problem.take(None), hyper)
    return torch.autograd.grad(objective.sum(), theta)[0].numpy()


def as_used(method: Any, d: Decisions, gamma: float = 1.0) -> Credit:
    """A method's own credit, with a coefficient for those that keep one for each seed."""
    return replace(method.credit(d, gamma), beta=torch.ones(d.reward.shape[1], dtype=torch.float64))


def isolated(method: Any, d: Decisions, gamma: float = 1.0) -> Credit:
    """The same before it is whitened: by how much what the critic should have said exceeds what it said."""
    credit = as_used(method, d, gamma)
    assert credit.target is not None
    return replace(credit, advantage=credit.target - d.value)


def paid(advantage: Tensor, d: Decisions) -> Credit:
    """Any advantages, every decision of a batch counted alike."""
    return Credit(advantage, d.mask / d.mask.sum((0, 2), keepdim=True))


@dataclass(frozen=True)
class Sample:
    """K independent gradients [K, P], and what can be said of their expectation."""

    gradients: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        return self.gradients.mean(0)

    @property
    def covariance(self) -> np.ndarray:
        return np.cov(self.gradients.T)

    @property
    def variance(self) -> float:
        """The trace of the covariance."""
        return float(np.trace(self.covariance))

    def squared_bias(self, exact: np.ndarray) -> float:
        """|E g - exact|² without bias of its own: |mean - exact|² less what the mean's noise adds to it."""
        return float(((self.mean - exact.ravel()) ** 2).sum()) - self.variance / len(self.gradients)

    def squared_bias_error(self, exact: np.ndarray) -> float:
        """Its standard error: √(4 bᵀΣb / K + 2 tr Σ² / K²) with b the bias."""
        bias, cov, count = self.mean - exact.ravel(), self.covariance, len(self.gradients)
        return float(np.sqrt(4 * bias @ cov @ bias / count + 2 * (cov * cov).sum() / count**2))

    def probability(self, exact: np.ndarray) -> float:
        """How probable so large a distance is by chance if the expectation is `exact`: Hotelling's T² test.

        Softmax logits move in fewer directions than there are: only in those does the mean vary.
        """
        values, directions = np.linalg.eigh(self.covariance)
        varies = values > 1e-10 * values[-1]
        count, rank = len(self.gradients), int(varies.sum())
        apart = self.mean - exact.ravel()
        assert np.abs(apart @ directions[:, ~varies]).max(initial=0) < 1e-6 * np.sqrt(values[-1])
        squared = count * ((apart @ directions[:, varies]) ** 2 / values[varies]).sum()
        return float(stats.f.sf(squared * (count - rank) / (rank * (count - 1)), rank, count - rank))


@dataclass(frozen=True)
class Exhaustive:
    """Gradients [S, P] with the probability of each [S]: expectation and variance by addition."""

    gradients: np.ndarray
    probability: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        return self.probability @ self.gradients

    @property
    def variance(self) -> float:
        """The trace of the covariance."""
        return float(self.probability @ (self.gradients**2).sum(1) - (self.mean**2).sum())

    def squared_bias(self, exact: np.ndarray) -> float:
        return float(((self.mean - exact.ravel()) ** 2).sum())
