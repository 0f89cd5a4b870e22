"""What a policy is shown of an observation."""

import numpy as np
import pytest

from rlbench.control.observation import Scaled, Standardised

S, D = 3, 2


@pytest.fixture
def seen():
    """Two batches [T, S, B, D] with a mask each."""
    g = np.random.default_rng(0)
    batches = [(g.normal(3, 2, (t, S, 4, D)).astype(np.float32), g.random((t, S, 4)) < 0.8) for t in (5, 7)]
    return [(observation, mask.astype(np.float32)) for observation, mask in batches]


def test_scaling_multiplies_and_learns_nothing(seen):
    shown = Scaled(by=(1.0, 0.5)).open(S, D)
    before = shown.apply(seen[0][0])
    shown.absorb(*seen[0], [0, 1, 2])
    np.testing.assert_array_equal(before, seen[0][0] * np.array([1.0, 0.5], np.float32))
    np.testing.assert_array_equal(before, shown.apply(seen[0][0]))


def test_statistics_are_those_of_everything_that_was_counted(seen):
    shown = Standardised(clip=1e9).open(S, D)
    for observation, mask in seen:
        shown.absorb(observation, mask, [0, 1, 2])
    x = seen[0][0]
    for seed in range(S):
        counted = np.concatenate([observation[:, seed][mask[:, seed] > 0] for observation, mask in seen]).astype(float)
        expected = (x[:, seed] - counted.mean(0)) / np.sqrt(counted.var(0) + 1e-8)
        np.testing.assert_allclose(shown.apply(x)[:, seed], expected, rtol=1e-4, atol=1e-5)


def test_showing_changes_no_statistics(seen):
    shown = Standardised().open(S, D)
    shown.absorb(*seen[0], [0, 1, 2])
    before = {name: value.copy() for name, value in shown.state().items()}
    shown.apply(seen[1][0])
    for name, value in shown.state().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_part_of_the_seeds_learns_and_shows_by_itself(seen):
    whole, part = Standardised().open(S, D), Standardised().open(S, D)
    observation, mask = seen[0]
    whole.absorb(observation, mask, [0, 1, 2])
    part.absorb(observation[:, [2, 0]], mask[:, [2, 0]], [2, 0])
    np.testing.assert_array_equal(whole.state()["mean"][[0, 2]], part.state()["mean"][[0, 2]])
    assert part.state()["count"][1] == 0
    x = seen[1][0]
    np.testing.assert_array_equal(whole.subset([2]).apply(x[:, [2]]), whole.apply(x)[:, [2]])


def test_statistics_survive_saving(seen):
    shown, other = Standardised().open(S, D), Standardised().open(S, D)
    shown.absorb(*seen[0], [0, 1, 2])
    other.restore(shown.state())
    np.testing.assert_array_equal(shown.apply(seen[1][0]), other.apply(seen[1][0]))


def test_what_is_shown_is_clipped():
    shown = Standardised(clip=2.0).open(1, 1)
    shown.absorb(np.array([0.0, 1.0], np.float32).reshape(2, 1, 1, 1), np.ones((2, 1, 1)), [0])
    np.testing.assert_array_equal(shown.apply(np.full((1, 1, 1), 100, np.float32)), 2.0)
