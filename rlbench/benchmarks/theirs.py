"""Train PPO with Stable-Baselines3 and print what it took: `python -m rlbench.benchmarks.theirs TASK N`."""

import json
import sys
import time

# The peer is no dependency: type checks must pass where it is missing.
# pyright: reportMissingImports=false
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from rlbench.benchmarks.settings import SETTINGS
from rlbench.envs import dynamics_of


def main(env_id: str, rollouts: int) -> dict[str, float]:
    """Environment steps and CPU-seconds of one seed, after one rollout of warm-up."""
    s = SETTINGS[env_id]
    torch.set_num_threads(1)
    envs = make_vec_env(env_id, s.streams, seed=0)
    if dynamics_of(env_id) is None:
        envs = VecNormalize(envs, norm_reward=False)
    model = PPO(
        "MlpPolicy",
        envs,
        learning_rate=s.lr,
        n_steps=s.steps,
        batch_size=s.rollout // s.minibatches,
        n_epochs=s.epochs,
        gamma=s.gamma,
        gae_lambda=s.lam,
        clip_range=s.clip,
        max_grad_norm=s.max_norm,
        device="cpu",
    )
    model.learn(s.rollout)
    start = time.process_time()
    model.learn(s.rollout * rollouts, reset_num_timesteps=False)
    return {"steps": s.rollout * rollouts, "cpu_s": time.process_time() - start}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
