"""The same quantities one decision at a time, in plain Python and NumPy: nothing here is shared with what it checks."""

from math import exp, log, pi, tanh

import numpy as np
from torch import Tensor

from rlbench.nets.layout import Layout


def weights(layout: Layout, parameters: Tensor) -> list[np.ndarray]:
    """One seed's weights in double precision, last layer [outputs, hidden]."""
    return [view[0].double().numpy().copy() for view in layout.views(parameters[None])]


def network(w: list[np.ndarray], x) -> list[float]:
    """Two hidden layers of tanh units, unit by unit."""
    for matrix, bias in ((w[0], w[1]), (w[2], w[3])):
        x = [tanh(sum(a * matrix[i, j] for i, a in enumerate(x)) + bias[0, j]) for j in range(matrix.shape[1])]
    return [sum(a * row[j] for j, a in enumerate(x)) + w[5][k, 0] for k, row in enumerate(w[4])]


def choice_logp(logits: list[float], action: int) -> float:
    return logits[action] - log(sum(exp(one) for one in logits))


def choice_kl(p: list[float], q: list[float]) -> float:
    """KL(p || q) of two choices given by their logits."""
    return sum(exp(choice_logp(p, a)) * (choice_logp(p, a) - choice_logp(q, a)) for a in range(len(p)))


def normal_logp(mean: float, log_std: float, action: float) -> float:
    return -0.5 * ((action - mean) / exp(log_std)) ** 2 - log_std - 0.5 * log(2 * pi)


def normal_kl(mean: float, log_std: float, other_mean: float, other_log_std: float) -> float:
    """KL of the first normal distribution from the second, by Simpson's rule over ten standard deviations."""
    points, reach = 4001, 10 * exp(log_std)
    x = np.linspace(mean - reach, mean + reach, points)
    f = np.array(
        [
            exp(normal_logp(mean, log_std, one))
            * (normal_logp(mean, log_std, one) - normal_logp(other_mean, other_log_std, one))
            for one in x
        ]
    )
    simpson = np.where(np.arange(points) % 2, 4.0, 2.0)
    simpson[[0, -1]] = 1
    return float((simpson * f).sum() * (x[1] - x[0]) / 3)
