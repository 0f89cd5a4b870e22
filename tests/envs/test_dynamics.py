"""What every `Dynamics` promises, whichever environment it is."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rlbench.envs import Acrobot, CartPole

INITIAL_RANGE = {
    "CartPole-v1": ([-0.05] * 4, [0.05] * 4),
    "Acrobot-v1": ([-0.1] * 4, [0.1] * 4),
    "Pendulum-v1": ([-np.pi, -1], [np.pi, 1]),
    "MountainCarContinuous-v0": ([-0.6, 0], [-0.4, 0]),
}
FLOAT32_BOUND = {"CartPole-v1": 1e-6, "Acrobot-v1": 1e-4, "Pendulum-v1": 1e-5, "MountainCarContinuous-v0": 1e-5}
"""Largest difference of one float32 step from the float64 one, in any observed number or reward.

MountainCarContinuous pays 100 at its goal, where float32's last place is 8e-6.
"""

both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_noise_below_one_gives_an_initial_state_in_gymnasiums_range(dynamics, data):
    unit = st.floats(0, 1, exclude_max=True, width=32)
    noise = data.draw(arrays.arrays(np.float32, (5, dynamics.noise_size), elements=unit))
    low, high = np.array(INITIAL_RANGE[dynamics.env_id])
    rounding = np.finfo(np.float32).eps * np.abs(low)
    narrow, wide = dynamics.initial(noise), dynamics.initial(noise.astype(np.float64))
    assert ((low - rounding <= narrow) & (narrow <= high + rounding)).all()
    assert ((low <= wide) & (wide <= high)).all()


def test_noise_reaches_both_ends_of_gymnasiums_range(dynamics):
    ends = np.stack([np.zeros(dynamics.noise_size), np.ones(dynamics.noise_size)])
    np.testing.assert_allclose(dynamics.initial(ends), INITIAL_RANGE[dynamics.env_id])


@both_dtypes
@pytest.mark.parametrize("shape", [(), (6,), (3, 2), (1, 3, 2)])
def test_any_leading_shape_and_either_dtype_are_kept(dynamics, draw_actions, dtype, shape):
    rng = np.random.default_rng(0)
    count = int(np.prod(shape))
    actions = draw_actions(rng, count)
    actions = actions.reshape(shape + actions.shape[1:])
    state = dynamics.initial(rng.random((*shape, dynamics.noise_size), dtype))
    following, reward, terminated = dynamics.step(state, actions)
    assert state.shape == following.shape == (*shape, dynamics.state_size)
    assert reward.shape == terminated.shape == shape
    assert dynamics.observe(state).shape == shape + dynamics.single_observation_space.shape
    assert {state.dtype, following.dtype, reward.dtype, dynamics.observe(state).dtype} == {np.dtype(dtype)}
    assert terminated.dtype == np.bool_


@pytest.mark.parametrize("dynamics", [CartPole(), Acrobot()], indirect=True, ids=lambda one: one.env_id)
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64])
def test_any_integer_dtype_of_a_discrete_action_is_the_same_action(dynamics, draw_states, draw_actions, dtype):
    rng = np.random.default_rng(0)
    states, actions = draw_states(rng, 50), draw_actions(rng, 50)
    for one, other in zip(dynamics.step(states, actions), dynamics.step(states, actions.astype(dtype)), strict=True):
        np.testing.assert_array_equal(one, other)


@both_dtypes
def test_arguments_are_left_as_they_were_and_results_share_nothing_with_them(
    dynamics, draw_states, draw_actions, dtype
):
    rng = np.random.default_rng(0)
    states, actions = draw_states(rng, 9).astype(dtype), draw_actions(rng, 9).astype(dtype)
    noise = rng.random((9, dynamics.noise_size), dtype)
    for array in (states, actions, noise):
        array.flags.writeable = False
    for result in (*dynamics.step(states, actions), dynamics.observe(states), dynamics.initial(noise)):
        assert not any(np.shares_memory(result, array) for array in (states, actions, noise))


def test_a_float32_step_is_within_the_bound_of_the_float64_step(dynamics, draw_states, draw_actions):
    rng = np.random.default_rng(0)
    states, actions = draw_states(rng, 20_000).astype(np.float32), draw_actions(rng, 20_000)
    narrow, narrow_reward, narrow_end = dynamics.step(states, actions)
    wide, wide_reward, wide_end = dynamics.step(states.astype(np.float64), actions)
    same = narrow_end == wide_end
    assert same.mean() > 0.999  # rounding decides only within a hair of a limit
    # Observed rather than raw numbers: an angle may wrap to pi in one and to -pi in the other.
    observed = np.abs(dynamics.observe(narrow) - dynamics.observe(wide))
    assert observed.max() < FLOAT32_BOUND[dynamics.env_id], observed.max()
    reward = np.abs(narrow_reward - wide_reward)[same]
    assert reward.max() < FLOAT32_BOUND[dynamics.env_id], reward.max()


@both_dtypes
def test_nan_in_one_element_warns_nowhere_and_changes_no_other_bit(dynamics, draw_states, draw_actions, dtype):
    rng = np.random.default_rng(0)
    states, actions = draw_states(rng, 35).astype(dtype), draw_actions(rng, 35)
    sick_states, sick_actions = states.copy(), actions.copy()
    sick_states[::4] = np.nan
    if actions.dtype.kind == "f":
        sick_actions[::6] = np.nan
    healthy = np.ones(35, np.bool_)
    healthy[::4] = healthy[::6] = False
    expected = (*dynamics.step(states, actions), dynamics.observe(states))
    got = (*dynamics.step(sick_states, sick_actions), dynamics.observe(sick_states))
    for one, other in zip(expected, got, strict=True):
        assert one[healthy].tobytes() == other[healthy].tobytes()
    assert np.isnan(got[0][::4]).any(axis=-1).all()


@both_dtypes
def test_an_element_alone_gives_the_bits_it_gives_among_others(dynamics, draw_states, draw_actions, dtype):
    rng = np.random.default_rng(0)
    states, actions = draw_states(rng, 35).astype(dtype), draw_actions(rng, 35)
    together = (*dynamics.step(states, actions), dynamics.observe(states))
    for i in range(35):
        one = slice(i, i + 1)
        alone = (*dynamics.step(states[one], actions[one]), dynamics.observe(states[one]))
        for each, among in zip(alone, together, strict=True):
            assert each.tobytes() == among[one].tobytes()
