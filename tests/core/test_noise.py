"""Noise is a function of seed, purpose and step, and of nothing else."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.core.noise import Noise, Purpose

seeds = st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=5, unique=True)
purposes = st.sampled_from(list(Purpose))
steps = st.integers(0, 2**40)


@given(seeds, purposes, steps)
def test_a_seeds_numbers_do_not_depend_on_its_neighbours(block, purpose, step):
    together = Noise(block)
    for position, seed in enumerate(block):
        alone = Noise([seed])
        for draw in (
            lambda n: n.uniform(purpose, step, (3, 2)),
            lambda n: n.normal(purpose, step, (5,)),
            lambda n: n.permutation(purpose, step, 9),
        ):
            np.testing.assert_array_equal(draw(together)[position], draw(alone)[0])


@given(seeds, purposes, steps)
def test_asking_again_or_asking_for_something_else_meanwhile_changes_nothing(block, purpose, step):
    noise = Noise(block)
    first = noise.uniform(purpose, step, (4,))
    noise.normal(purpose, step, (100,))
    noise.permutation(purpose, step + 1, 10)
    np.testing.assert_array_equal(noise.uniform(purpose, step, (4,)), first)


def test_no_two_keys_share_their_numbers():
    noise = Noise([0, 1, 2, 2**32, 2**32 + 1])
    draws = {
        noise.generator(seed, purpose, step).integers(0, 2**63, 4).tobytes()
        for seed in noise.seeds
        for purpose in Purpose
        for step in (0, 1, 2, 2**32, 2**40)
    }
    assert len(draws) == 5 * len(Purpose) * 5


def test_a_longer_draw_of_one_step_does_not_run_into_the_next():
    noise = Noise([0])
    outputs = [noise.generator(0, Purpose.ACTION, step).integers(0, 2**64, 50_000, np.uint64) for step in (0, 1, 2)]
    assert len(np.unique(np.concatenate(outputs))) == 150_000


@pytest.mark.parametrize("purpose", Purpose)
def test_neighbouring_seeds_have_no_number_in_common(purpose):
    # Of 20,000 independent 64-bit numbers two are the same with probability 1e-11.
    noise = Noise(range(100, 104))
    outputs = [g.integers(0, 2**64, 10_000, np.uint64) for g in noise.generators(purpose, 0)]
    for one, other in pairwise(outputs):
        assert len(np.intersect1d(one, other)) == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_uniform_numbers_fill_zero_to_one_and_never_reach_one(dtype):
    numbers = Noise([5, 6]).uniform(Purpose.ACTION, 3, (100, 500), dtype)
    assert (numbers.shape, numbers.dtype) == ((2, 100, 500), dtype)
    assert numbers.min() >= 0
    assert numbers.max() < 1
    # Each of ten bins expects 10,000 of 100,000 with a standard deviation of 95.
    assert np.abs(np.histogram(numbers, 10, (0, 1))[0] - 10_000).max() < 5 * 95


def test_normal_numbers_have_mean_zero_and_deviation_one():
    numbers = Noise([5, 6]).normal(Purpose.ACTION, 3, (50_000,))
    assert (numbers.shape, numbers.dtype) == ((2, 50_000), np.float32)
    assert abs(numbers.mean()) < 5 / 100_000**0.5
    assert abs(numbers.std() - 1) < 5 / 200_000**0.5


@given(seeds, st.integers(1, 20))
def test_a_permutation_has_each_number_once_for_every_seed(block, size):
    orders = Noise(block).permutation(Purpose.MINIBATCH, 0, size)
    assert [sorted(order) for order in orders.tolist()] == [list(range(size))] * len(block)


def test_a_subset_is_the_seeds_at_those_positions():
    noise = Noise([10, 20, 30])
    part = noise.subset([2, 0])
    assert (part.seeds, len(part)) == ((30, 10), 2)
    whole = noise.uniform(Purpose.DATA, 1, (3,))
    np.testing.assert_array_equal(part.uniform(Purpose.DATA, 1, (3,)), whole[[2, 0]])


def test_no_global_generator_is_touched_or_listened_to():
    def draw() -> np.ndarray:
        noise = Noise([0, 1])
        noise.permutation(Purpose.MINIBATCH, 0, 5)
        return np.concatenate([noise.uniform(Purpose.ACTION, 0, (4,)), noise.normal(Purpose.ACTION, 0, (4,))])

    numpy_before, torch_before = np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    first = draw()
    numpy_after = np.random.get_state()  # noqa: NPY002
    np.testing.assert_array_equal(numpy_before[1], numpy_after[1])
    assert numpy_before[2:] == numpy_after[2:]
    assert torch.equal(torch.get_rng_state(), torch_before)
    np.random.random()  # noqa: NPY002
    try:
        np.testing.assert_array_equal(draw(), first)
    finally:
        np.random.set_state(numpy_before)  # noqa: NPY002


def test_the_numbers_are_those_of_every_published_result():
    # Purposes are never renumbered and keys never derived anew: results on disk would mean other noise.
    assert {purpose.name: purpose.value for purpose in Purpose}.items() >= {
        "INITIALISATION": 0,
        "ENVIRONMENT": 1,
        "ACTION": 2,
        "MINIBATCH": 3,
        "EVALUATION_ENVIRONMENT": 4,
        "EVALUATION_ACTION": 5,
        "DATA": 6,
    }.items()
    key = np.random.SeedSequence(int.from_bytes(b"rlbench", "big"), spawn_key=(7, 2)).generate_state(2, np.uint64)
    philox = np.random.Generator(np.random.Philox(key=key, counter=11 << 192))
    np.testing.assert_array_equal(Noise([7]).uniform(Purpose.ACTION, 11, (6,))[0], philox.random(6, np.float32))
