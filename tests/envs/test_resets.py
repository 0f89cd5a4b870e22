"""Where `BatchedVectorEnv` starts its episodes: seeds, and the mask that says which copies to reset."""

import numpy as np
import pytest

from rlbench.envs import BatchedVectorEnv, CartPole


def test_an_integer_seeds_each_sub_environment_with_the_next_integer(dynamics):
    env = BatchedVectorEnv(dynamics, 3)
    first, _ = env.reset(seed=40)
    assert env.np_random_seed == (40, 41, 42)
    second, _ = env.reset(seed=[40, 41, 42])
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first, axis=0)) == 3


def test_without_a_seed_a_sub_environment_goes_on_with_its_generator(dynamics):
    env = BatchedVectorEnv(dynamics, 2)
    env.reset(seed=0)
    following, _ = env.reset()
    env.reset(seed=0)
    again, _ = env.reset(seed=[None, 1])
    np.testing.assert_array_equal(following[0], again[0])
    assert (following[1] != again[1]).any()


def test_a_masked_reset_leaves_the_others_alone(dynamics):
    env = BatchedVectorEnv(dynamics, 3)
    env.reset(seed=0)
    env.step(np.zeros(env.action_space.shape, np.int64))
    before, mask = env.state, np.array([False, True, False])
    options = {"reset_mask": mask}
    observation, _ = env.reset(seed=9, options=options)
    np.testing.assert_array_equal(env.state[~mask], before[~mask])
    np.testing.assert_array_equal(observation, dynamics.observe(env.state))
    assert (env.state[mask] != before[mask]).any()
    assert env.np_random_seed == (0, 10, 2)
    assert options == {"reset_mask": mask}


@pytest.mark.parametrize("mask", [[True, False], np.array([1, 0]), np.array([True]), np.array([False, False])])
def test_a_mask_that_is_none_is_refused(mask):
    with pytest.raises(ValueError, match="reset_mask"):
        BatchedVectorEnv(CartPole(), 2).reset(options={"reset_mask": mask})


def test_a_wrong_number_of_seeds_is_refused():
    with pytest.raises(ValueError, match="3 seeds for 2"):
        BatchedVectorEnv(CartPole(), 2).reset(seed=[1, 2, 3])
