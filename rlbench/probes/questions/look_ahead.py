"""How much does a wrong critic mislead, and how much does the gradient vary, the further rewards are looked at?"""

import pandas as pd

from rlbench.algo.gae import gae
from rlbench.algo.n_step import n_step
from rlbench.methods.reinforce import Reinforce
from rlbench.probes.critic import CRITICS
from rlbench.probes.episodes import every_episode
from rlbench.probes.episodic import Episodic
from rlbench.probes.estimator import Estimator
from rlbench.probes.world import random_logits, random_world

WORLDS, STATES, ACTIONS, HORIZON = 100, 3, 2, 5
ERRORS = (0.0, 0.5, 1.0)
"""Of the critic, in sizes of the value."""
STEPS = range(1, HORIZON + 1)
LAMBDAS = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)


def ask() -> pd.DataFrame:
    """One line per world, critic, its error and estimator (`n_step` or `gae`, at `setting`): relative squared bias and
    variance of one episode's gradient."""
    return pd.DataFrame([line for number in range(WORLDS) for line in _lines(number)])


def _lines(number: int) -> list[dict[str, object]]:
    logits = random_logits(number, STATES, ACTIONS)
    policy = Episodic(random_world(number, STATES, ACTIONS), logits, HORIZON)
    estimator = Estimator(Reinforce(), every_episode(policy, policy.value), logits)
    lines = []
    for critic, wrong in CRITICS.items():
        for error in ERRORS:
            d = every_episode(policy, wrong(policy, number, error)).decisions
            judged = (d.reward, d.value, d.next_value, d.terminated, d.cut)
            found = {("n_step", n): n_step(*judged, gamma=1.0, n=n) for n in STEPS}
            found |= {("gae", lam): gae(*judged, gamma=1.0, lam=lam) for lam in LAMBDAS}
            lines += [
                {"world": number, "critic": critic, "error": error, "estimator": name, "setting": float(setting)}
                | vars(estimator.moments(advantage, policy.gradient))
                for (name, setting), advantage in found.items()
            ]
    return lines
