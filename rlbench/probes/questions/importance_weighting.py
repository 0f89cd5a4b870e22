"""What do an older policy's episodes say of a newer one, the further the two are apart?"""

import numpy as np
import pandas as pd
import torch
from scipy import optimize
from torch import Tensor

from rlbench.algo.importance import effective_sample_size, ratio
from rlbench.core.types import Decisions, each_tensor
from rlbench.distributions.categorical import Categorical
from rlbench.methods.off_policy_ac import OffPolicyActorCritic
from rlbench.methods.reinforce import Reinforce
from rlbench.probes.episodes import Episodes, every_episode, looked_up
from rlbench.probes.episodic import Episodic
from rlbench.probes.estimator import Estimator
from rlbench.probes.world import Use, generator, random_logits, random_world

WORLDS, STATES, ACTIONS, HORIZON = 100, 3, 2, 4
DISTANCES = (0.001, 0.01, 0.1, 0.3, 1.0)
"""KL(old || new) in nats per decision, mean over the states that the old policy visits."""
SAMPLE = 1000
"""Episodes of which the effective sample size is measured."""
FARTHEST = 200.0
"""Lengths of the direction that are tried."""


def ask() -> pd.DataFrame:
    """One line per world and distance: relative squared bias and variance with the ratio of actions alone and with
    that of whole episodes, the variance of the new policy's own episodes, and the effective sample size."""
    return pd.DataFrame([line for number in range(WORLDS) for line in _lines(number)])


def _lines(number: int) -> list[dict[str, float]]:
    world = random_world(number, STATES, ACTIONS)
    old = Episodic(world, random_logits(number, STATES, ACTIONS), HORIZON)
    direction = random_logits(number, STATES, ACTIONS, use=Use.DIRECTION)
    lines = []
    for distance in DISTANCES:
        new = Episodic(world, old.logits + _length(old, direction, distance) * direction, HORIZON)
        lines.append({"world": number, "kl": distance} | _line(old, new, number))
    return lines


def _length(old: Episodic, direction: Tensor, distance: float) -> float:
    """How far to go for this divergence."""
    found = optimize.root_scalar(lambda x: _kl(old, old.logits + x * direction) - distance, bracket=(0, FARTHEST))
    return float(found.root)


def _kl(old: Episodic, logits: Tensor) -> float:
    apart = Categorical(old.logits[None, None]).kl(Categorical(logits[None, None]))[0, 0]
    return float(old.visits.mean(0) @ apart)


def _line(old: Episodic, new: Episodic, number: int) -> dict[str, float]:
    # What an action is worth under the new policy is given, so that only the weights are on trial.
    theirs, own = every_episode(old, old.value), every_episode(new, new.value)
    d = theirs.decisions
    advantage = looked_up(new.advantage, d)
    rho = ratio(Categorical(new.logits[d.inputs]).logp(d.action), d.logp)
    earlier = torch.cat([torch.ones_like(rho[:1]), rho[:-1].cumprod(0)])
    estimator = Estimator(OffPolicyActorCritic(), theirs, new.logits)
    alone = estimator.moments(advantage, new.gradient)
    whole = estimator.moments(earlier * advantage, new.gradient)
    on_policy = Estimator(Reinforce(), own, new.logits).moments(looked_up(new.advantage, own.decisions), new.gradient)
    return {
        "squared_bias": alone.squared_bias,
        "variance": alone.variance,
        "squared_bias_whole": whole.squared_bias,
        "variance_whole": whole.variance,
        "variance_on_policy": on_policy.variance,
        "effective_sample_size": _effective(theirs, rho, number),
    }


def _effective(theirs: Episodes, rho: Tensor, number: int) -> float:
    """Of decisions in episodes drawn from the old policy."""
    g = generator(number, Use.SAMPLE)
    drawn = torch.from_numpy(np.searchsorted(theirs.probability.cumsum(0).numpy(), g.random(SAMPLE)))
    drawn = drawn.clamp_max(len(theirs.probability) - 1)
    sample: Decisions = each_tensor(theirs.decisions, lambda x: x[:, drawn].transpose(1, 2))
    return float(effective_sample_size(rho[:, drawn].transpose(1, 2), sample.mask))
