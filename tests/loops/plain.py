"""Policies of one seed in plain NumPy and double precision, to hold what learning recorded against."""

from typing import Any

import numpy as np
from torch import Tensor

Parts = tuple[np.ndarray, ...]


def network(layout: Any, parameters: Tensor, inputs: np.ndarray) -> np.ndarray:
    """Outputs [N, outputs] of the network with one seed's parameters for inputs [N, D]."""
    w1, b1, w2, b2, w3, b3 = (w[0].double().numpy() for w in layout.views(parameters[None])[:6])
    return np.tanh(np.tanh(inputs @ w1 + b1) @ w2 + b2) @ w3.T + b3.T


def parts(actor: Any, theta: Tensor, inputs: np.ndarray) -> Parts:
    """What the seed's distributions are made of, each [N, *]."""
    extra = [w[0].double().numpy() for w in actor.layout.views(theta[None])[6:]]
    return network(actor.layout, theta, inputs), *(np.repeat(x, len(inputs), 0) for x in extra)


def divergence(kind: str, old: Parts, new: Parts) -> np.ndarray:
    """KL(old || new) of each decision."""
    if kind == "Gaussian":
        (mean, log_std), (new_mean, new_log_std) = old, new
        squares = np.exp(2 * log_std) + (mean - new_mean) ** 2
        return (new_log_std - log_std + squares / (2 * np.exp(2 * new_log_std)) - 0.5).sum(-1)
    p, q = probabilities(kind, old), probabilities(kind, new)
    return (p * np.log(p / q)).sum(-1)


def entropy(kind: str, of: Parts) -> np.ndarray:
    if kind == "Gaussian":
        return (of[1] + 0.5 * np.log(2 * np.pi * np.e)).sum(-1)
    p = probabilities(kind, of)
    return -(p * np.log(p)).sum(-1)


def probabilities(kind: str, of: Parts) -> np.ndarray:
    """Of each action, [N, A]."""
    if kind == "Categorical":
        weights = np.exp(of[0] - of[0].max(-1, keepdims=True))
        return weights / weights.sum(-1, keepdims=True)
    values, epsilon = of
    greedy = np.eye(values.shape[1])[values.argmax(-1)]
    return epsilon / values.shape[1] + (1 - epsilon) * greedy
