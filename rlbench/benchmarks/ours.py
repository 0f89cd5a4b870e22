"""Train with rlbench and print what it took: `python -m rlbench.benchmarks.ours METHOD TASK ENGINE SEEDS ROLLOUTS`."""

import json
import sys
from typing import Any

from rlbench.benchmarks.clock import watch
from rlbench.benchmarks.settings import PPO, SETTINGS, TRPO
from rlbench.control.observation import Scaled, Standardised
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.core.noise import Noise
from rlbench.engine.choose import open_engine
from rlbench.envs import dynamics_of
from rlbench.loops.cost import Meter
from rlbench.loops.learner import Learner
from rlbench.methods import ppo_clip, trpo
from rlbench.updates.minibatch_adam import MinibatchAdam
from rlbench.updates.trust_region import TrustRegion

WARM_UP = 1
"""Rollouts before the clock starts: compilation is timed by itself."""
NO_CLIPPING = 1e9


def main(method: str, env_id: str, engine_name: str, seeds: int, rollouts: int) -> dict[str, Any]:
    """Environment steps, the CPU-seconds that they took after the warm-up by phase, and the process's memory."""
    s = SETTINGS[method, env_id]
    meter, noise, engine = Meter(), Noise(range(seeds)), open_engine(engine_name)
    session = _task(env_id, s.gamma).open(noise, s.rollout, episodes=2)
    learner = Learner(_method(s), session, noise, engine, "cpu")
    clock, positions = watch(learner), list(range(seeds))
    for iteration in range(WARM_UP + rollouts):
        if iteration == WARM_UP:
            clock.reset()
        with clock.phase("rollout"):
            experience = session.collect(learner.theta, iteration, positions)
        with clock.phase("learning"):
            learner.learn(experience.decisions, positions, s.gamma, iteration)
    phases = clock.seconds()
    return {
        "engine": engine.name,
        "steps": s.rollout.rows * seeds * rollouts,
        "cpu_s": sum(phases.values()),
        "phases": phases,
        "compile_s": engine.compile_s,
        "peak_rss_mb": meter.record()["peak_rss_mb"],
    }


def _task(env_id: str, gamma: float) -> ControlTask:
    batched = dynamics_of(env_id)
    return ControlTask(
        env_id=env_id,
        dynamics=batched,
        anchors=Anchors(random=0.0, solved=1.0),
        gamma=gamma,
        observation=Scaled() if batched else Standardised(),
    )


def _method(s: PPO | TRPO) -> Any:
    match s:
        case PPO():
            rule = MinibatchAdam(lr=s.lr, epochs=s.epochs, minibatches=s.minibatches, max_norm=s.max_norm)
            return ppo_clip.PPOClip(clip=s.clip, lam=s.lam, rollout=s.rollout, update=rule, critic=rule)
        case TRPO():
            region = TrustRegion(
                max_kl=s.max_kl,
                damping=s.damping,
                iterations=s.iterations,
                backtracks=s.backtracks,
                shrink=s.shrink,
            )
            critic = MinibatchAdam(lr=s.lr, epochs=s.epochs, minibatches=s.minibatches, max_norm=NO_CLIPPING)
            return trpo.TRPO(lam=s.lam, rollout=s.rollout, update=region, critic=critic)


if __name__ == "__main__":
    method_name, task_name, engine_wanted, *numbers = sys.argv[1:]
    print(json.dumps(main(method_name, task_name, engine_wanted, *map(int, numbers))))
