"""The memory of steps: what is in it, what is written over, and what is drawn from it."""

import numpy as np
import pytest
from scipy import stats

from rlbench.control.collect import Trace
from rlbench.control.memory import KEPT, Memory
from rlbench.core.noise import Noise, Purpose

S, T, B = 2, 3, 2
STEPS = T * B


def trace(number: int) -> Trace:
    """Rollout `number`: a step's reward is its serial number and a thousand for each seed before; the rest follows."""
    serial = number * STEPS + np.arange(STEPS, dtype=np.float32).reshape(T, 1, B)
    reward = (serial + 1000 * np.arange(S, dtype=np.float32)[None, :, None]).astype(np.float32)
    return Trace(
        observation=np.stack([reward, -reward], -1),
        next_observation=np.stack([reward + 0.5, -reward], -1),
        outputs=np.zeros((T, S, B, 2), np.float32),
        action=(serial % 3).astype(np.int64).repeat(S, 1),
        reward=reward,
        terminated=(reward % 4 == 0).astype(np.float32),
        cut=(reward % 2 == 0).astype(np.float32),
        mask=np.ones((T, S, B), np.float32),
    )


def filled(rollouts: int, capacity: int) -> Memory:
    memory = Memory(S, capacity)
    for number in range(rollouts):
        memory.add(trace(number))
    return memory


def drawn(memory: Memory, iteration: int = 0, samples: int = 500, seeds=(3, 8)) -> dict[str, np.ndarray]:
    return dict(memory.draw(Noise(seeds), iteration, samples))


@pytest.mark.parametrize(("rollouts", "capacity"), [(1, 6), (1, 100), (3, 100), (3, 18), (4, 16), (7, 8), (9, 6)])
def test_what_can_be_drawn_is_what_was_written_last(rollouts, capacity):
    """Before the ring is full nothing but what was written, afterwards the newest `capacity`; for each seed its own."""
    found = drawn(filled(rollouts, capacity), samples=2000)["reward"]
    newest = range(max(0, rollouts * STEPS - capacity), rollouts * STEPS)
    for seed in range(S):
        # Of at most 18 steps one is missed by 2000 draws with probability 18 (17/18)^2000 < 1e-48.
        assert set(found[0, seed].tolist()) == {float(1000 * seed + serial) for serial in newest}


def test_a_steps_parts_stay_together():
    found = drawn(filled(5, 16))
    reward = found["reward"]
    assert set(found) == set(KEPT)
    np.testing.assert_array_equal(found["observation"], np.stack([reward, -reward], -1))
    np.testing.assert_array_equal(found["next_observation"], np.stack([reward + 0.5, -reward], -1))
    np.testing.assert_array_equal(found["action"], reward % 1000 % 3)
    np.testing.assert_array_equal(found["terminated"], reward % 4 == 0)
    np.testing.assert_array_equal(found["cut"], reward % 2 == 0)
    assert found["action"].dtype == np.int64


def test_every_step_is_drawn_as_often_as_every_other():
    # Sixteen steps, so 15 degrees of freedom; the right sampler exceeds the bound once in a million streams of noise.
    found = drawn(filled(5, 16), samples=20_000)["reward"]
    for seed in range(S):
        counts = np.unique(found[0, seed], return_counts=True)[1]
        assert ((counts - 1250) ** 2 / 1250).sum() < stats.chi2(15).isf(1e-6)


def test_a_draw_is_the_seeds_own_and_the_iterations():
    memory = filled(3, 18)
    one = drawn(memory)["reward"] % 1000
    np.testing.assert_array_equal(one, drawn(memory)["reward"] % 1000)
    assert not np.array_equal(one, drawn(memory, iteration=1)["reward"] % 1000)
    assert not np.array_equal(one[0, 0], one[0, 1])
    swapped = drawn(memory, seeds=(8, 3))["reward"] % 1000
    np.testing.assert_array_equal(one[0, ::-1], swapped[0])
    expected = Noise((3, 8)).generators(Purpose.REPLAY, 0)[0].integers(18, size=500)
    np.testing.assert_array_equal(one[0, 0], expected)


def test_a_memory_survives_saving():
    memory, other = filled(4, 16), Memory(S, 16)
    state = memory.state()
    # As a checkpoint keeps it: arrays are made contiguous, numbers stay numbers.
    other.restore({name: np.ascontiguousarray(x) if isinstance(x, np.ndarray) else x for name, x in state.items()})
    for m in (memory, other):
        m.add(trace(4))
    for name, x in drawn(memory).items():
        np.testing.assert_array_equal(x, drawn(other)[name])


def test_an_empty_memory_survives_saving():
    memory, other = Memory(S, 16), Memory(S, 16)
    other.restore(memory.state())
    other.add(trace(0))
    assert set(drawn(other)["reward"][0, 0].tolist()) == set(map(float, range(STEPS)))
