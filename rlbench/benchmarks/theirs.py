"""Train with Stable-Baselines3 and print what it took: `python -m rlbench.benchmarks.theirs METHOD TASK ROLLOUTS`."""

import json
import sys
import time
from typing import Any

# The peers are no dependency: type checks must pass where they are missing.
# pyright: reportMissingImports=false
import sb3_contrib
import stable_baselines3
import torch
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from rlbench.benchmarks.settings import PPO, SETTINGS, TRPO
from rlbench.envs import dynamics_of


def main(method: str, env_id: str, rollouts: int) -> dict[str, float]:
    """Environment steps and CPU-seconds of one seed, after one rollout of warm-up."""
    s = SETTINGS[method, env_id]
    torch.set_num_threads(1)
    envs = make_vec_env(env_id, s.rollout.streams, seed=0)
    if dynamics_of(env_id) is None:
        envs = VecNormalize(envs, norm_reward=False)
    model = _model(envs, s)
    model.learn(s.rollout.rows)
    start = time.process_time()
    model.learn(s.rollout.rows * rollouts, reset_num_timesteps=False)
    return {"steps": s.rollout.rows * rollouts, "cpu_s": time.process_time() - start}


def _model(envs: Any, s: PPO | TRPO) -> Any:
    shared = {
        "policy": "MlpPolicy",
        "env": envs,
        "learning_rate": s.lr,
        "n_steps": s.rollout.steps,
        "batch_size": s.rollout.rows // s.minibatches,
        "gamma": s.gamma,
        "gae_lambda": s.lam,
        "device": "cpu",
    }
    match s:
        case PPO():
            return stable_baselines3.PPO(n_epochs=s.epochs, clip_range=s.clip, max_grad_norm=s.max_norm, **shared)
        case TRPO():
            return sb3_contrib.TRPO(
                n_critic_updates=s.epochs,
                target_kl=s.max_kl,
                cg_damping=s.damping,
                cg_max_steps=s.iterations,
                line_search_max_iter=s.backtracks,
                line_search_shrinking_factor=s.shrink,
                **shared,
            )


if __name__ == "__main__":
    method_name, task_name, number = sys.argv[1:]
    print(json.dumps(main(method_name, task_name, int(number))))
