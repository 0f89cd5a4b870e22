"""What task files state about their environments is so."""

import numpy as np
import pytest

from rlbench.control.batched_streams import BatchedStreams
from rlbench.control.gymnasium_streams import GymnasiumStreams
from rlbench.control.streams import head_for
from rlbench.core import catalog
from rlbench.core.noise import Noise, Purpose
from rlbench.core.registry import load_task
from rlbench.nets.heads import CategoricalHead

TASKS = sorted(catalog.tasks())
EPISODES = 1000


@pytest.mark.parametrize("name", TASKS)
def test_the_random_anchor_is_what_random_actions_get(name):
    task = load_task(catalog.tasks()[name].path.stem)
    streams = BatchedStreams(task.dynamics, 1, EPISODES)
    noise = Noise([12345])
    begin = noise.uniform(Purpose.EVALUATION_ENVIRONMENT, 0, (EPISODES, streams.noise_size), np.float64)
    streams.restart(np.ones((1, EPISODES), bool), begin)
    head = head_for(task.dynamics.single_action_space)
    shape = (streams.time_limit, EPISODES)
    uniform = noise.uniform(Purpose.EVALUATION_ACTION, 0, (*shape, 1))
    returns, alive = np.zeros((1, EPISODES)), np.ones((1, EPISODES), bool)
    for t in range(streams.time_limit):
        number = uniform[:, t]
        action = (number[..., 0] * head.outputs).astype(int) if isinstance(head, CategoricalHead) else 2 * number - 1
        reward, terminated, _ = streams.step(action)
        returns += reward * alive
        alive &= ~terminated
    error = returns.std(ddof=1) / EPISODES**0.5
    assert abs(returns.mean() - task.anchors.random) < 4 * error + 0.05


@pytest.mark.parametrize("name", TASKS)
def test_a_task_says_what_its_environment_says(name):
    card = catalog.tasks()[name]
    task = load_task(card.path.stem)
    assert task.env_id == name
    assert task.unit == card.unit
    assert set(task.gives) == card.gives
    assert task.dynamics.env_id == name


@pytest.mark.parametrize("name", TASKS)
def test_batched_streams_are_gymnasiums_own(name):
    """The same starts and actions through arrays of our own and through Gymnasium's vector API."""
    task = load_task(catalog.tasks()[name].path.stem)
    ours, theirs = BatchedStreams(task.dynamics, 2, 3), GymnasiumStreams(name, 2, 3)
    everywhere = np.ones((2, 3), bool)
    theirs.restart(everywhere, np.linspace(0.1, 0.9, 6).reshape(2, 3, 1))
    ours._state = np.stack([e.unwrapped.state for e in theirs._guards]).reshape(2, 3, -1).astype(np.float32)
    ours._age[:] = 0
    head = head_for(task.dynamics.single_action_space)
    generator = np.random.default_rng(0)
    for _ in range(20):
        shape = (2, 3) if isinstance(head, CategoricalHead) else (2, 3, head.outputs)
        action = generator.integers(0, head.outputs, shape) if len(shape) == 2 else generator.uniform(-1.5, 1.5, shape)
        mine, yours = ours.step(action), theirs.step(action)
        np.testing.assert_allclose(ours.observation, theirs.observation, atol=2e-3)
        np.testing.assert_allclose(mine[0], yours[0], atol=2e-2)
        np.testing.assert_array_equal(mine[1], yours[1])
        if yours[1].any():
            break
