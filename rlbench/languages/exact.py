"""What can be known where every answer is listed: the optimum under a KL penalty, and how far a policy is from it.

Policies are natural logarithms of probabilities, [prompts, answers], each row summing to one over all its answers
(`mass` says whether it does); an answer that is never given has -inf. Rewards have the same shape. β (`beta`) is the
price of a nat of divergence from the reference. All results are for each prompt, [prompts], unless said otherwise.

The objective J(π) = E_π[r] - β KL(π || π_ref) is greatest, and equal to β log Z, for π* = π_ref exp(r / β) / Z, and
J(π) = β log Z - β KL(π || π*) for every π: Rafailov et al. 2023, "Direct Preference Optimization", arXiv:2305.18290,
appendix A.1.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mass(policy: Array) -> Array:
    """The probability of all listed answers together: one, if none is missing and none is there twice."""
    return np.exp(_log_sum(policy))


def log_partition(reference: Array, reward: Array, beta: float) -> Array:
    """log Z, where Z is the reference's mean of exp(r / β).

    Raises ValueError unless β is above 0.
    """
    return _log_sum(_tilted(reference, reward, beta))


def optimum(reference: Array, reward: Array, beta: float) -> Array:
    """π*, [prompts, answers]. Raises ValueError unless β is above 0."""
    tilted = _tilted(reference, reward, beta)
    return tilted - _log_sum(tilted)[..., None]


def value(reference: Array, reward: Array, beta: float) -> Array:
    """The objective of the optimum, β log Z. Raises ValueError unless β is above 0."""
    return beta * log_partition(reference, reward, beta)


def expected_reward(policy: Array, reward: Array) -> Array:
    """E_π[r]."""
    return (np.exp(policy) * reward).sum(-1)


def divergence(policy: Array, other: Array) -> Array:
    """KL(policy || other) in nats; infinite if the other never gives an answer that the policy does give."""
    probability = np.exp(policy)
    excess = np.subtract(policy, other, out=np.zeros(np.broadcast(policy, other).shape), where=probability > 0)
    return (probability * excess).sum(-1)


def total_variation(policy: Array, other: Array) -> Array:
    """The largest difference of the two probabilities of any set of answers: from 0 to 1."""
    return np.abs(np.exp(policy) - np.exp(other)).sum(-1) / 2


def objective(policy: Array, reference: Array, reward: Array, beta: float) -> Array:
    """J(π)."""
    return expected_reward(policy, reward) - beta * divergence(policy, reference)


def regret(policy: Array, reference: Array, reward: Array, beta: float) -> Array:
    """What is missing from the optimum's objective, β KL(π || π*). Raises ValueError unless β is above 0."""
    return beta * divergence(policy, optimum(reference, reward, beta))


def _tilted(reference: Array, reward: Array, beta: float) -> Array:
    """log π_ref + r / β, [prompts, answers]."""
    if not beta > 0:
        raise ValueError(f"beta: {beta} is not above 0")
    return reference + reward / beta


def _log_sum(logarithms: Array) -> Array:
    """log Σ exp over the last axis."""
    greatest = logarithms.max(-1, keepdims=True)
    return np.log(np.exp(logarithms - greatest).sum(-1)) + greatest[..., 0]
