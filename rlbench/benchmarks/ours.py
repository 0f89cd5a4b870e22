"""Train PPO with rlbench and print what it took: `python -m rlbench.benchmarks.ours TASK ENGINE SEEDS ROLLOUTS`."""

import json
import sys
import time

from rlbench.benchmarks.settings import SETTINGS
from rlbench.control.observation import Scaled, Standardised
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.core.noise import Noise
from rlbench.core.rollout import Steps
from rlbench.engine.choose import open_engine
from rlbench.envs import dynamics_of
from rlbench.loops.learner import Learner
from rlbench.methods.ppo_clip import PPOClip
from rlbench.updates.minibatch_adam import MinibatchAdam

WARM_UP = 1
"""Rollouts before the clock starts: compilation is timed by itself."""


def main(env_id: str, engine_name: str, seeds: int, rollouts: int) -> dict[str, float | str]:
    """Environment steps, CPU-seconds and how these divide, after the warm-up."""
    s = SETTINGS[env_id]
    rule = MinibatchAdam(lr=s.lr, epochs=s.epochs, minibatches=s.minibatches, max_norm=s.max_norm)
    method = PPOClip(clip=s.clip, lam=s.lam, rollout=Steps(streams=s.streams, steps=s.steps), update=rule, critic=rule)
    batched = dynamics_of(env_id)
    task = ControlTask(
        env_id=env_id,
        dynamics=batched,
        anchors=Anchors(random=0.0, solved=1.0),
        gamma=s.gamma,
        observation=Scaled() if batched else Standardised(),
    )
    noise, engine = Noise(range(seeds)), open_engine(engine_name)
    session = task.open(noise, method.rollout, episodes=2)
    learner = Learner(method, session, noise, engine, "cpu")
    positions, acting, learning = list(range(seeds)), 0.0, 0.0
    for iteration in range(WARM_UP + rollouts):
        if iteration == WARM_UP:
            acting = learning = 0.0
        start = time.process_time()
        experience = session.collect(learner.theta, iteration, positions)
        middle = time.process_time()
        learner.learn(experience.decisions, positions, s.gamma, iteration)
        acting += middle - start
        learning += time.process_time() - middle
    return {
        "engine": engine.name,
        "steps": s.rollout * seeds * rollouts,
        "cpu_s": acting + learning,
        "rollout_share": acting / (acting + learning),
        "compile_s": engine.compile_s,
    }


if __name__ == "__main__":
    task_name, engine_wanted, *numbers = sys.argv[1:]
    print(json.dumps(main(task_name, engine_wanted, *map(int, numbers))))
