"""How far is one draw's estimate of KL off the KL itself, by mean and by standard deviation?

k1, k2 and k3 of Schulman 2020, "Approximating KL Divergence", http://joschu.net/blog/kl-approx.html. Its examples are
unit normal distributions, which stand here as a choice among points so close that sums are integrals.
"""

from collections.abc import Iterator, Mapping

import pandas as pd
import torch
from scipy import optimize
from torch import Tensor

from rlbench.algo.kl_estimate import k1, k2, k3
from rlbench.distributions.categorical import Categorical
from rlbench.probes.world import Use, random_logits

WORLDS, ACTIONS = 100, 32
"""As many actions as a generated language has tokens, about."""
DISTANCES = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0)
"""KL(policy || reference) in nats."""
FARTHEST = 200.0
"""Lengths of the direction that are tried."""
REACH, POINTS = 20.0, 4_001
"""Standard deviations to either side of the policy, and points: what is left out or in between is below 1e-12."""
ESTIMATORS = {"k1": k1, "k2": k2, "k3": k3}


def ask() -> pd.DataFrame:
    """One line per pair of policies, distance and estimator: bias and standard deviation of one draw from the policy,
    both in units of the KL. `pair` is `normal` (world 0) or `random`."""
    lines = [line for kl in DISTANCES for line in _lines("normal", 0, kl, *normal_pair(kl))]
    return pd.DataFrame(lines + [line for number in range(WORLDS) for line in _random_lines(number)])


def normal_pair(kl: float) -> tuple[Tensor, Tensor]:
    """Logits [A] of a standard normal policy and of a unit normal reference so far away: its mean is the root of
    2 KL."""
    x = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)
    return -0.5 * x.square(), -0.5 * (x - (2 * kl) ** 0.5).square()


def random_pair(number: int, kl: float) -> tuple[Tensor, Tensor]:
    """Logits [A] of a policy and a reference that went opposite ways from a random one until they are so far apart."""
    middle, direction = (random_logits(number, 1, ACTIONS, use=use)[0] for use in (Use.POLICY, Use.DIRECTION))

    def apart(length: float) -> tuple[Tensor, Tensor]:
        return middle + length * direction, middle - length * direction

    found = optimize.root_scalar(lambda length: float(_kl(*apart(length))) - kl, bracket=(0, FARTHEST))
    return apart(float(found.root))


def moments(policy: Tensor, reference: Tensor) -> dict[str, tuple[float, float]]:
    """Expectation and standard deviation of each estimator under the policy, both as logits [A], by all actions."""
    action = torch.arange(len(policy))[None, None]
    logp, ref_logp = (_spread(logits).logp(action) for logits in (policy, reference))
    found = {}
    for name, estimate in ESTIMATORS.items():
        value = estimate(logp, ref_logp)
        mean = (logp.exp() * value).sum()
        variance = (logp.exp() * (value - mean).square()).sum()
        found[name] = (float(mean), float(variance.sqrt()))
    return found


def _random_lines(number: int) -> Iterator[Mapping[str, object]]:
    for kl in DISTANCES:
        yield from _lines("random", number, kl, *random_pair(number, kl))


def _lines(pair: str, number: int, kl: float, policy: Tensor, reference: Tensor) -> Iterator[Mapping[str, object]]:
    exact = float(_kl(policy, reference))
    for name, (mean, deviation) in moments(policy, reference).items():
        own = {"pair": pair, "world": number, "kl": kl, "estimator": name}
        yield own | {"bias": mean / exact - 1, "deviation": deviation / exact}


def _kl(policy: Tensor, reference: Tensor) -> Tensor:
    return Categorical(policy[None, None, None]).kl(Categorical(reference[None, None, None]))


def _spread(logits: Tensor) -> Categorical:
    """The same choice, once for each action."""
    return Categorical(logits.expand(1, 1, len(logits), -1))
