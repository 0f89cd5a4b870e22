"""How far last policies are from first ones, where that is known: every number by hand."""

import math

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise
from rlbench.core.registry import load_task
from rlbench.core.rollout import Episodes
from rlbench.endings import kl_initial
from rlbench.endings.last import Last

SEEDS = (3, 8)
STEPS = 200
"""Of an episode of Pendulum-v1, which nothing ends before its time."""


def opened(stem: str):
    return load_task(stem).open(Noise(SEEDS), Episodes(), 4)


def measured(stem: str, theta: torch.Tensor, failed=(False, False)):
    return kl_initial.measure(load_task(stem), Last(SEEDS, theta, failed, evaluations=2), episodes=4)


@pytest.mark.parametrize("stem", ["cartpole", "pendulum"])
def test_a_policy_that_never_moved_is_nowhere_else(stem):
    found = measured(stem, opened(stem).start())
    assert found["seed"].tolist() == list(SEEDS)
    assert found[["kl_initial", "kl_initial_episode"]].to_numpy() == pytest.approx(0, abs=1e-6)


def test_a_gaussian_that_only_became_narrower_has_the_known_divergence_in_this_direction():
    session = opened("pendulum")
    theta = session.start()
    session.actor.layout.views(theta)[6][1] -= 1.5  # log σ of the second seed
    found = measured("pendulum", theta)
    ratio = math.exp(-1.5)
    wanted = 1.5 + ratio**2 / 2 - 0.5  # KL(narrow || wide); the other way it is 7.54
    assert found["kl_initial"].tolist() == pytest.approx([0, wanted], abs=1e-5)
    assert found["kl_initial_episode"].tolist() == pytest.approx([0, STEPS * wanted], abs=2e-3)


def test_states_are_those_that_the_last_policy_visits():
    """Always to one side: so an episode is as short as those of the last policy, and not as those of the first."""
    session = opened("cartpole")
    theta = session.start()
    session.actor.layout.views(theta)[5][:] = torch.tensor([[4.0], [-4.0]])  # hardly anything but the first action
    found = measured("cartpole", theta)
    p = 1 / (1 + math.exp(-8))
    wanted = math.log(2) + p * math.log(p) + (1 - p) * math.log(1 - p)  # against a policy that is nearly uniform
    assert found["kl_initial"].tolist() == pytest.approx([wanted] * 2, rel=0.02)
    # The pole falls in nine or ten steps where the cart is always pushed to one side.
    assert (found["kl_initial_episode"] / found["kl_initial"]).between(8, 11).all()


def test_a_run_that_failed_has_gone_nowhere_and_its_numbers_are_not_looked_at():
    theta = opened("pendulum").start()
    theta[0] = torch.nan
    found = measured("pendulum", theta, failed=(True, False))
    assert found["kl_initial"].to_numpy() == pytest.approx(0, abs=1e-6)


def test_a_seed_is_measured_alike_in_another_place():
    theta = opened("pendulum").start()
    theta += 0.1 * torch.from_numpy(np.random.default_rng(0).standard_normal(theta.shape)).float()
    found = measured("pendulum", theta)
    turned = kl_initial.measure(load_task("pendulum"), Last(SEEDS[::-1], theta.flip(0), (False, False), 2), episodes=4)
    assert found.sort_values("seed").to_numpy().tolist() == turned.sort_values("seed").to_numpy().tolist()


def test_where_observations_are_standardised_parameters_are_not_the_whole_policy():
    with pytest.raises(TypeError, match="fixed scales"):
        measured("hopper", torch.zeros(2, 1))
