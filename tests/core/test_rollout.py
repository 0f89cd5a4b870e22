"""How much experience an update sees: columns to gather it in, rows to divide it by."""

import dataclasses

import pytest

from rlbench.core.rollout import Comparisons, Episodes, Replay, Steps, rollout_of


@pytest.mark.parametrize(
    ("rollout", "columns", "rows"),
    [
        (Steps(streams=4, steps=8), 4, 32),
        (Steps(streams=1, steps=2048), 1, 2048),
        (Episodes(episodes=6), 6, 6),
        (Episodes(episodes=6, group=3), 6, 6),
        (Replay(streams=4, steps=8, capacity=1000, samples=16), 4, 16),
        (Replay(streams=2, steps=8, capacity=16, samples=64), 2, 64),
        (Comparisons(prompts=5), 10, 5),
        (Comparisons(prompts=5, answers=4), 20, 5),
    ],
    ids=str,
)
def test_columns_stand_side_by_side_and_rows_are_what_minibatches_divide(rollout, columns, rows):
    assert (rollout.columns, rollout.rows) == (columns, rows)


@pytest.mark.parametrize(
    "rollout",
    [
        Steps(streams=4, steps=8),
        Episodes(episodes=6, group=3),
        Replay(streams=4, steps=8, capacity=1000, samples=16),
        Comparisons(prompts=5, answers=4),
    ],
    ids=str,
)
def test_settings_say_which_rollout_they_are_of(rollout):
    assert rollout_of(dataclasses.asdict(rollout)) == rollout


@pytest.mark.parametrize("group", [2, 3, 6])
def test_groups_divide_the_episodes(group):
    assert Episodes(episodes=6, group=group).group == group


@pytest.mark.parametrize(("episodes", "group"), [(6, 4), (6, 7), (1, 2)])
def test_a_group_that_would_not_be_whole_is_refused(episodes, group):
    with pytest.raises(ValueError, match=f"group: {group} does not divide {episodes} episodes"):
        Episodes(episodes=episodes, group=group)


def test_a_memory_that_one_rollout_would_overflow_is_refused():
    with pytest.raises(ValueError, match="capacity: 31 holds less than 32 new steps"):
        Replay(streams=4, steps=8, capacity=31, samples=16)
