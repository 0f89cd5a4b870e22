"""Train the policy that a preference task starts from: PPO on the environment's own reward, stopped half-way.

It is trained once, from one key that no experiment can use, and shared by all methods and seeds: the data-generating
policy of the recorded comparisons, the first policy of every method, and what divergence is measured from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.rollout import Steps
from rlbench.core.schema import Metric, Split
from rlbench.engine.eager import Eager
from rlbench.loops.learner import Learner
from rlbench.methods.ppo_clip import PPOClip
from rlbench.preferences.reference import write_reference
from rlbench.updates.minibatch_adam import MinibatchAdam

SEED = 2**31
"""A configuration's seeds lie below this."""
METHOD: Any = PPOClip(
    rollout=Steps(streams=8, steps=128),
    update=MinibatchAdam(lr=2e-4, epochs=10, minibatches=8),
    critic=MinibatchAdam(lr=1e-3, epochs=10, minibatches=8),
)
EPISODES = 100
"""In each evaluation, of which there is one after each update."""
FRESH_EPISODES = 2_000
MOST_UPDATES = 1_000


@dataclass(frozen=True)
class Trained:
    """A reference policy and what it is worth."""

    theta: Float[Tensor, " P"]
    level: float
    """Mean return, actions sampled, of the evaluation that ended its training."""
    gold_return: float
    """The same on fresh episodes."""
    gold_return_se: float
    """Its standard error."""
    env_steps: int

    def summary(self) -> dict[str, float]:
        """All but the parameters."""
        return {name: value for name, value in vars(self).items() if name != "theta"}


def make(task: Any, path: Path, ingredients: Mapping[str, Path]) -> dict[str, Any]:
    """Train the reference of a task into the file `path`; returns what it has become."""
    assert not ingredients
    trained = train_reference(task)
    write_reference(path, trained.theta)
    return {"asked_level": task.reference_level} | trained.summary()


def train_reference(task: Any) -> Trained:
    """Stop at the first evaluation that reaches the task's `reference_level`. Raises RuntimeError where none does."""
    noise, engine = Noise([SEED]), Eager()
    session = task.control.open(noise, METHOD.rollout, EPISODES, METHOD.needs)
    learner = Learner(METHOD, session, noise, engine, "cpu")
    used = 0
    for iteration in range(MOST_UPDATES):
        level, _ = _returns(session, learner.theta, iteration)
        if level >= task.reference_level:
            fresh = task.control.open(Noise([SEED + 1]), METHOD.rollout, FRESH_EPISODES, METHOD.needs)
            mean, spread = _returns(fresh, learner.theta, 0)
            return Trained(learner.theta[0], level, mean, spread / FRESH_EPISODES**0.5, used)
        experience = session.collect(learner.theta, iteration, [0])
        learner.learn(experience.decisions, [0], task.gamma, iteration)
        used += int(experience.used[0])
    raise RuntimeError(f"{task.name}: {used} steps did not bring the reference to {task.reference_level}")


def _returns(session: Any, theta: torch.Tensor, index: int) -> tuple[float, float]:
    """Mean and standard deviation over one evaluation's episodes, actions sampled."""
    measured = session.evaluate(theta, index, [0])[Split.STOCHASTIC]
    return float(measured[Metric.RETURN_MEAN][0]), float(measured[Metric.RETURN_SD][0])
