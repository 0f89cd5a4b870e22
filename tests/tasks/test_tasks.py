"""What task files state about their environments and languages is so."""

from dataclasses import replace

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Discrete

from rlbench.control.batched_streams import BatchedStreams
from rlbench.control.environment import Environment
from rlbench.control.gymnasium_streams import GymnasiumStreams
from rlbench.core import catalog
from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.noise import Noise, Purpose
from rlbench.core.registry import load_task
from rlbench.envs import dynamics_of
from rlbench.language.given_preference_task import GivenPreferenceTask
from rlbench.languages.enumerable import Enumerable

CONTROL = {name: card for name, card in catalog.tasks().items() if card.side == "control"}
SPOKEN = sorted(catalog.tasks().keys() - CONTROL.keys())
GIVEN = [name for name in SPOKEN if "corpus" in catalog.tasks()[name].constants]
GENERATED = [name for name in SPOKEN if name not in GIVEN]
MADE_OF_ANOTHER = sorted(name for name, card in CONTROL.items() if name != card.constants["env_id"])
TASKS = sorted(CONTROL.keys() - set(MADE_OF_ANOTHER))
BATCHED = [name for name in TASKS if dynamics_of(name)]
STEPPED = [name for name in TASKS if not dynamics_of(name)]


def task_of(name):
    return load_task(catalog.tasks()[name].path.stem)


def draw(space, generator, shape):
    """Actions as a policy gives them: a choice, or numbers of which -1 and 1 stand for the space's bounds."""
    if isinstance(space, Discrete):
        return generator.integers(0, space.n, shape)
    return generator.uniform(-1, 1, (*shape, *space.shape))


@pytest.mark.parametrize("name", TASKS)
def test_the_random_anchor_is_what_random_actions_get(name):
    # Mountain car's goal is met in one episode of 400 and pays three times what the others lose: some must meet it.
    episodes = 4000 if name in BATCHED else 30  # those that are stepped one by one take their time
    environment, noise = Environment(name, task_of(name).dynamics), Noise([12345])
    streams, (_, actions) = environment.streams(1, episodes), environment.spaces()
    begin = noise.uniform(Purpose.EVALUATION_ENVIRONMENT, 0, (episodes, streams.noise_size), np.float64)
    streams.restart(np.ones((1, episodes), bool), begin)
    [generator] = noise.generators(Purpose.EVALUATION_ACTION, 0)
    returns, alive = np.zeros((1, episodes)), np.ones((1, episodes), bool)
    while alive.any():
        reward, terminated, truncated = streams.step(draw(actions, generator, (1, episodes)))
        returns += reward * alive
        alive &= ~(terminated | truncated)
    error = returns.std(ddof=1) / episodes**0.5
    assert abs(returns.mean() - task_of(name).anchors.random) < 4 * error + 0.05


@pytest.mark.parametrize("name", TASKS)
def test_a_task_says_what_its_environment_says(name):
    card, task = catalog.tasks()[name], task_of(name)
    assert task.env_id == name
    assert task.unit == card.unit
    assert {*task.gives, *task.offers} == card.gives
    assert task.dynamics == dynamics_of(name)
    assert gymnasium.spec(name).reward_threshold in (None, task.anchors.solved)
    countable = isinstance(Environment(name, task.dynamics).spaces()[1], Discrete)
    assert ("action_values" in task.offers) == countable


@pytest.mark.parametrize("name", MADE_OF_ANOTHER)
def test_a_task_made_of_another_leaves_that_one_as_it_is(name):
    inner = task_of(name).control
    assert inner == replace(task_of(inner.env_id), offers=inner.offers)


@pytest.mark.parametrize("name", TASKS)
def test_a_policy_is_shown_numbers_of_size_one(name):
    """Within a factor of ten, on the average over a random episode; statistics learn theirs from the same numbers."""
    task = task_of(name)
    environment = Environment(name, task.dynamics)
    streams, generator = environment.streams(1, 8), np.random.default_rng(0)
    streams.restart(np.ones((1, 8), bool), generator.random((1, 8, streams.noise_size)))
    seen = []
    for _ in range(50):
        seen.append(streams.observation)
        streams.step(draw(environment.spaces()[1], generator, (1, 8)))
    shown = task.observation.open(1, streams.observation.shape[-1])
    shown.absorb(np.stack(seen), np.ones((50, 1, 8), np.float32), [0])
    assert 0.1 < np.abs(shown.apply(np.stack(seen))).mean() < 10


@pytest.mark.parametrize("name", BATCHED)
def test_batched_streams_are_gymnasiums_own(name):
    """The same starts and actions through arrays of our own and through Gymnasium's vector API."""
    task = task_of(name)
    ours, theirs = BatchedStreams(task.dynamics, 2, 3), GymnasiumStreams(name, 2, 3)
    everywhere = np.ones((2, 3), bool)
    theirs.restart(everywhere, np.linspace(0.1, 0.9, 6).reshape(2, 3, 1))
    ours._state = np.stack([e.unwrapped.state for e in theirs._guards]).reshape(2, 3, -1).astype(np.float32)
    ours._age[:] = 0
    generator = np.random.default_rng(0)
    for _ in range(20):
        action = draw(task.dynamics.single_action_space, generator, (2, 3))
        mine, yours = ours.step(action), theirs.step(action)
        np.testing.assert_allclose(ours.observation, theirs.observation, atol=2e-3)
        np.testing.assert_allclose(mine[0], yours[0], atol=2e-2)
        np.testing.assert_array_equal(mine[1], yours[1])
        if yours[1].any():
            break


@pytest.mark.parametrize("name", STEPPED)
def test_a_simulator_plays_an_episode_again_bit_for_bit(name):
    """Checkpoints hold seeds and actions, so that a physics engine must have no other memory than these."""
    environment, generator = Environment(name), np.random.default_rng(0)
    streams, (_, actions) = environment.streams(1, 3), environment.spaces()
    ended = np.ones((1, 3), bool)
    for _ in range(250):
        if ended.any():
            streams.restart(ended, generator.random((1, 3, 1)))
        _, terminated, truncated = streams.step(draw(actions, generator, (1, 3)))
        ended = terminated | truncated
    again = environment.streams(1, 3)
    again.restore(streams.state())
    for _ in range(5):
        action = draw(actions, generator, (1, 3))
        for one, other in zip(streams.step(action), again.step(action), strict=True):
            np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(streams.observation, again.observation)


@pytest.mark.parametrize("name", GENERATED)
def test_a_language_task_says_what_its_language_pays(name):
    """Answers that are right earn the solved anchor, a tale that is right by half less; where all are listed none earns
    more."""
    task = task_of(name)
    judged = task.language.judge(*zip(*task.language.corpus(np.random.default_rng(0), 5_000), strict=True))
    right, wrong = judged.reward[judged.right == 1], judged.reward[judged.right == 0]
    assert np.isclose(right, task.anchors.solved, atol=0.005).any()
    assert task.anchors.random < judged.reward.mean() < task.anchors.solved
    assert wrong.mean() < right.min()
    assert {*judged.rates} <= {*AnswerMetric}
    if isinstance(task.language, Enumerable):
        rewards = task.language.rewards()
        assert rewards.max() == task.anchors.solved
        assert task.language.judge(["a"], [""]).reward == task.anchors.random


@pytest.mark.parametrize("name", GIVEN)
def test_a_task_on_given_data_says_what_its_data_set_pays(name):
    """Where that judges answers, worthless ones earn the random anchor, and the best there are earn the solved one;
    where it does not, it pays none, and the anchors are those of a learned reward: its zero and its unit."""
    task = task_of(name)
    answers = ["", "xyzzy", "#### 3", " happy" * 200, " sad" * 200]
    judged = task.corpus.judge(answers, ["3"] * len(answers))
    assert {*judged.rates} <= {*AnswerMetric}
    assert judged.reward[:2].tolist() == [task.anchors.random] * 2
    if judged.rates:
        assert judged.reward.max() == pytest.approx(task.anchors.solved, abs=0.005)
        assert (judged.right == (judged.reward > 0)).all()
    else:
        assert not judged.reward.any()
        assert (task.anchors.random, task.anchors.solved) == (0, 1)
        assert isinstance(task, GivenPreferenceTask)


@pytest.mark.parametrize("name", SPOKEN)
def test_a_language_task_is_counted_in_tokens_and_gives_what_its_card_says(name):
    card, task = catalog.tasks()[name], task_of(name)
    assert card.unit == "tokens"
    assert {*task.gives} == card.gives
    assert ("preferences" in task.gives) == ("reward" in task.begins_from)


@pytest.mark.parametrize("name", GENERATED)
def test_a_language_task_has_a_price_in_the_judges_unit(name):
    """A learned reward is the judge's over the temperature of comparisons, and so is what a nat costs in it. Tasks on
    given data have no such price: no answers of theirs can be listed, and who prefers there has no temperature."""
    task = task_of(name)
    unit = task.recording.temperature if "preferences" in task.gives else 1.0
    assert task.price == task.kl_coef * unit
