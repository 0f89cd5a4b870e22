"""Steps, episodes and returns are counted once each, whatever is done to them for learning."""

import numpy as np
import pytest

from rlbench.core import catalog
from rlbench.core.schema import Metric, Split
from rlbench.loops.recorder import METRICS, SPLITS
from tests.training import finish, small, task, training

METHODS = sorted(catalog.methods())


def rows(run, split: Split, metric: Metric, position: int) -> tuple[np.ndarray, np.ndarray]:
    columns = run._recorder.columns()
    chosen = (columns["split"] == SPLITS.index(split)) & (columns["metric"] == METRICS.index(metric))
    chosen &= columns["position"] == position
    return columns["step"][chosen], columns["value"][chosen]


@pytest.mark.parametrize("method", METHODS)
def test_every_training_episode_is_accounted_for(tmp_path, method):
    """On CartPole the return is the length; lengths add up to the steps used, but for episodes still running."""
    run = finish(training(tmp_path, small(method), task(reward_scale=0.01), budget=2000))
    for position in range(3):
        _, returns = rows(run, Split.TRAIN, Metric.EPISODE_RETURN, position)
        _, lengths = rows(run, Split.TRAIN, Metric.EPISODE_LENGTH, position)
        assert np.array_equal(returns, lengths)
        running = 0 if run._session._running is None else run._session._running.tally.lengths[position].sum()
        assert lengths.sum() + running == run._used[position]


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_stops_in_the_rollout_that_passes_its_budget(tmp_path, method):
    run = finish(training(tmp_path, small(method), task(), budget=1000))
    rollout = run.learner.method.rollout
    largest = getattr(rollout, "streams", 0) * getattr(rollout, "steps", 0) or rollout.episodes * 500
    assert (run._used >= 1000).all()
    assert (run._used < 1000 + largest).all()


@pytest.mark.parametrize("method", METHODS)
def test_evaluations_lie_at_the_start_at_the_end_and_evenly_between(tmp_path, method):
    run = finish(training(tmp_path, small(method), task(), budget=4000, evaluations=4))
    for position in range(3):
        for split in (Split.DETERMINISTIC, Split.STOCHASTIC):
            steps, _ = rows(run, split, Metric.RETURN_MEAN, position)
            assert steps[0] == 0
            assert steps[-1] == run._used[position]
            assert len(set(np.minimum(steps * 4 // 4000, 4))) == len(steps)


def test_evaluation_changes_nothing_in_training(tmp_path):
    often = finish(training(tmp_path, small("ppo_clip"), task(), budget=400, evaluations=10))
    seldom = finish(training(tmp_path, small("ppo_clip"), task(), budget=400, evaluations=1))
    assert np.array_equal(often.learner.theta, seldom.learner.theta)


@pytest.mark.parametrize("method", METHODS)
def test_counted_work_follows_from_the_settings(tmp_path, method):
    run = finish(training(tmp_path, small(method), task(), budget=500))
    costs, rollout = run._costs(), run.learner.method.rollout
    rules = [getattr(run.learner.method, name) for name in ("update", "critic") if hasattr(run.learner.method, name)]
    passes = sum(rule.epochs for rule in rules)
    assert np.array_equal(costs[Metric.GRADIENT_SAMPLES], run._used * passes)
    if hasattr(rollout, "steps"):
        rollouts = run._used // (rollout.streams * rollout.steps)
        assert np.array_equal(costs[Metric.UPDATES], rollouts * sum(r.epochs * r.minibatches for r in rules))
