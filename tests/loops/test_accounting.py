"""Steps, episodes and returns are counted once each, whatever is done to them for learning."""

import dataclasses

import numpy as np
import pytest

from rlbench.core.rollout import Episodes
from rlbench.core.schema import Metric, Split
from tests.training import CASES, RUN, Watched, finish, learners, runs, small, training

each = pytest.mark.parametrize(("method", "case"), runs())
POSITIONS = range(len(RUN["seeds"]))


def check_episodes(watched: Watched, *, by_length: bool) -> None:
    """Lengths add up to the steps used, but for episodes still running; with a reward of one, so do returns."""
    run = watched.run
    for position in POSITIONS:
        _, returns = watched.rows(Split.TRAIN, Metric.EPISODE_RETURN, position)
        _, lengths = watched.rows(Split.TRAIN, Metric.EPISODE_LENGTH, position)
        assert len(returns) == len(lengths) > 1
        assert np.array_equal(returns, lengths) == by_length
        running = 0 if run._session._running is None else run._session._running.tally.lengths[position].sum()
        assert lengths.sum() + running == run._used[position]


@each
def test_every_training_episode_is_accounted_for(finished, method, case):
    check_episodes(finished(method, case), by_length=CASES[case]().env_id.endswith(("CartPole-v0", "CartPole-v1")))


def test_returns_are_in_the_environments_own_unit(tmp_path):
    """Rewards are scaled for learning: on CartPole the return is the length all the same."""
    for method in ("a2c", "reinforce"):
        scaled = dataclasses.replace(CASES["batched"](), reward_scale=0.01)
        run = finish(training(tmp_path, small(method), scaled, **RUN))
        check_episodes(Watched(run, [], b"", untouched=True), by_length=True)


@each
def test_a_seed_stops_in_the_rollout_that_passes_its_own_budget(finished, method, case):
    watched = finished(method, case)
    run, rollout = watched.run, watched.run.learner.method.rollout
    limit = CASES[case]().open(run._session._noise, Episodes(episodes=1), 1)._environment.streams(1, 1).time_limit
    largest = rollout.episodes * limit if isinstance(rollout, Episodes) else rollout.streams * rollout.steps
    assert (run._used >= RUN["budget"]).all()
    assert (run._used < RUN["budget"] + largest).all()
    assert [watched.learnt(position)[-1][2] for position in POSITIONS] == run._used.tolist()


@each
def test_evaluations_lie_at_the_start_at_the_end_and_evenly_between(finished, method, case):
    watched, due = finished(method, case), RUN["evaluations"]
    for position in POSITIONS:
        for split in (Split.DETERMINISTIC, Split.STOCHASTIC):
            steps, _ = watched.rows(split, Metric.RETURN_MEAN, position)
            assert steps[0] == 0
            assert steps[-1] == watched.run._used[position]
            assert len(set(np.minimum(steps * due // RUN["budget"], due))) == len(steps)


@pytest.mark.parametrize("method", ["ppo_clip", "grpo"])
@pytest.mark.parametrize("case", ["batched", "gymnasium"])
def test_evaluation_changes_nothing_in_training(tmp_path, method, case):
    """Streams that run on, and whole episodes on streams that are opened anew; statistics of what was seen too."""
    arguments = {"method": small(method), "on": CASES[case](), "seeds": (4, 0, 7), "budget": 200}
    often, seldom = (finish(training(tmp_path, **arguments, evaluations=count)) for count in (10, 1))
    for name, tensor in often.learner.kept.tensors().items():
        assert np.array_equal(tensor, seldom.learner.kept.tensors()[name])


def gradients(rule, rows: int) -> tuple[int, int]:
    """Times that a rule of any kind changes parameters in one step, and that it goes through the whole batch."""
    if hasattr(rule, "epochs"):
        return rule.epochs * rule.minibatches, rule.epochs
    products = rule.iterations + 1 if hasattr(rule, "iterations") else rows
    return 1, 1 + int(np.ceil(products * rule.fisher_share))


@each
def test_counted_work_follows_from_the_settings(finished, method, case):
    watched = finished(method, case)
    run, costs = watched.run, watched.run._costs()
    chosen, count = run.learner.method, np.array([len(watched.learnt(position)) for position in POSITIONS])
    rules = [getattr(chosen, name) for name in ("update", "critic") if hasattr(chosen, name)]
    work = [gradients(rule, run.learner.actor.layout.size) for rule in rules]
    batches = count * chosen.rollout.samples if hasattr(chosen.rollout, "samples") else run._used
    assert np.array_equal(costs[Metric.UPDATES], count * sum(updates for updates, _ in work))
    assert np.array_equal(costs[Metric.GRADIENT_SAMPLES], batches * sum(passes for _, passes in work))
    assert np.array_equal(costs[Metric.ENV_STEPS], run._used)


def test_there_are_methods_to_train():
    assert len(learners()) >= 15
