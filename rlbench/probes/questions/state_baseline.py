"""What does a baseline that only knows the state do to the mean and to the variance of the gradient?"""

import pandas as pd
import torch

from rlbench.methods.reinforce import Reinforce
from rlbench.methods.reinforce_baseline import ReinforceBaseline
from rlbench.probes.critic import noisy
from rlbench.probes.episodes import every_episode
from rlbench.probes.episodic import Episodic
from rlbench.probes.estimator import Estimator
from rlbench.probes.world import random_logits, random_world

WORLDS, STATES, ACTIONS, HORIZON = 100, 3, 2, 4
ERRORS = (0.0, 0.5, 1.0, 3.0)
"""Of the baseline, in sizes of the value: with none it is the value itself."""


def ask() -> pd.DataFrame:
    """One line per world and baseline: `error` (NaN: none), relative squared bias, relative variance."""
    return pd.DataFrame([line for number in range(WORLDS) for line in _lines(number)])


def _lines(number: int) -> list[dict[str, float]]:
    logits = random_logits(number, STATES, ACTIONS)
    policy = Episodic(random_world(number, STATES, ACTIONS), logits, HORIZON)
    bare = every_episode(policy, torch.zeros_like(policy.value))
    estimator = Estimator(Reinforce(), bare, logits)
    found = {float("nan"): Reinforce().credit(bare.decisions, 1.0).advantage}
    for error in ERRORS:
        judged = every_episode(policy, noisy(policy, number, error)).decisions
        found[error] = ReinforceBaseline().credit(judged, 1.0).advantage
    return [
        {"world": number, "error": error} | vars(estimator.moments(advantage, policy.gradient))
        for error, advantage in found.items()
    ]
