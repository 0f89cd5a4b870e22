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
BASELINES = {"value": 0.0, "value, 0.5 off": 0.5, "value, 1 off": 1.0, "value, 3 off": 3.0}
"""How far off the value each is, in sizes of the value."""


def ask() -> pd.DataFrame:
    """One line per world and `baseline`: relative squared bias and variance of one episode's gradient."""
    return pd.DataFrame([line for number in range(WORLDS) for line in _lines(number)])


def _lines(number: int) -> list[dict[str, object]]:
    logits = random_logits(number, STATES, ACTIONS)
    policy = Episodic(random_world(number, STATES, ACTIONS), logits, HORIZON)
    bare = every_episode(policy, torch.zeros_like(policy.value))
    estimator = Estimator(Reinforce(), bare, logits)
    found = {"none": Reinforce().credit(bare.decisions, 1.0).advantage}
    for name, error in BASELINES.items():
        judged = every_episode(policy, noisy(policy, number, error)).decisions
        found[name] = ReinforceBaseline().credit(judged, 1.0).advantage
    return [
        {"world": number, "baseline": name} | vars(estimator.moments(advantage, policy.gradient))
        for name, advantage in found.items()
    ]
