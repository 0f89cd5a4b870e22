"""Every method finds the known answers of the probe environments."""

import pytest
import torch

from rlbench.control import collect
from rlbench.core.rollout import Episodes
from rlbench.core.schema import Metric, Split
from rlbench.core.types import Decisions
from tests.probes.environments import (
    ActionReward,
    ConstantReward,
    EndlessReward,
    LateReward,
    MatchingReward,
    ShownReward,
    TwoSteps,
)
from tests.training import can_run, finish, learners, probe, rows, small, training

METHODS = learners()
EXPECTING = [name for name in METHODS if small(name).needs & {"critic", "action_values"}]
"""Those that learn what to expect, of a state or of its best action."""
BOOTSTRAPPING = [name for name in EXPECTING if not isinstance(small(name).rollout, Episodes)]
"""Those that ask what will come after the last step that they see."""
VALUED = [name for name in METHODS if "action_values" in small(name).needs]
SEEDS = (0, 1)
STEP = {"epochs": 1, "minibatches": 1, "lr": 3e-2, "max_kl": 0.005, "damping": 0.01}
"""Fewer and longer steps than in other tests: these runs are the long ones."""
SETTINGS = {"update": STEP, "critic": STEP | {"epochs": 4}, "rollout": {"samples": 128}}


def expected(run, inputs: list[float]) -> torch.Tensor:
    """The return that each seed expects from some observations on, [S, N]."""
    x = torch.tensor(inputs).view(1, 1, -1, 1).expand(1, len(SEEDS), -1, 1)
    kept = run.learner.kept
    if kept.value is not None:
        return run._session.critic.evaluate(kept.value.parameters, x)[0]
    return run._session.actor.distribution(kept.policy.parameters, x).largest_value()[0]


def second_action(run, shown: float) -> torch.Tensor:
    """The probability of the second action at an observation, [S]."""
    inputs = torch.full((1, len(SEEDS), 1, 1), shown)
    zero = torch.zeros(inputs.shape[:3])
    ones = torch.ones(inputs.shape[:3], dtype=torch.int64)
    d = Decisions(inputs, ones, zero, zero, zero, zero, zero)
    return run._session.actor.evaluate(run.learner.theta, d).logp.exp()[0, :, 0]


def prepared(method: str):
    """A small method with those of SETTINGS that it has; what expects something takes four steps at a time."""
    chosen, changes = small(method), {}
    for part, settings in SETTINGS.items():
        if hasattr(chosen, part):
            changes[part] = {name: x for name, x in settings.items() if hasattr(getattr(chosen, part), name)}
    if method in VALUED:
        changes["update"]["epochs"] = 4
    return small(method, **changes)


def begun(tmp_path, method: str, dynamics, gamma: float = 0.9, updates: int = 60):
    """A run with the budget for so many updates, at its beginning."""
    chosen = prepared(method)
    # An episode of a method that plays whole ones has one step at least, and four at most.
    steps = getattr(chosen.rollout, "steps", 1) * chosen.rollout.columns
    return training(tmp_path, chosen, probe(dynamics, gamma), seeds=SEEDS, budget=steps * updates, evaluations=1)


def train(tmp_path, method: str, dynamics, gamma: float = 0.9, updates: int = 60):
    return finish(begun(tmp_path, method, dynamics, gamma, updates))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "dynamics", [ConstantReward, ShownReward, LateReward, ActionReward, MatchingReward, EndlessReward]
)
def test_two_updates_leave_every_number_finite_and_change_parameters_where_there_is_something_to_learn(
    tmp_path, method, dynamics
):
    """Where all members of every group are paid alike, nothing can be learnt from them, and nothing must be."""
    run = training(tmp_path, prepared(method), probe(dynamics()), seeds=SEEDS, budget=10**6)
    first = run.learner.theta.clone()
    for _ in range(2):
        run._iterate()
    assert run.learner.alive.all()
    assert all(x.isfinite().all() for x in run.learner.kept.tensors().values())
    for position in range(len(SEEDS)):
        _, silent = rows(run, Split.UPDATE, Metric.SILENT_GROUPS, position)
        learnt = run.learner.theta[position]
        assert torch.equal(learnt, first[position]) == (len(silent) > 0 and all(silent == 1))


@pytest.mark.parametrize("method", METHODS)
def test_two_steps_are_learnt(tmp_path, method):
    """To act on what is shown, and what to expect: of what is shown at once, of what comes later, discounted once.

    A batch holds eight episodes of each kind: what is expected follows the last ones, and is averaged over twenty.
    """
    run, gamma, late = begun(tmp_path, method, TwoSteps(), gamma=0.5, updates=200), 0.5, []
    for update in range(80):
        run._iterate()
        if method in EXPECTING and update >= 60:
            late.append((expected(run, [-1.0, 1.0]), expected(run, [-2.0, 2.0])))
    right = torch.stack((1 - second_action(run, -1.0), second_action(run, 1.0)), 1)
    assert (right > 0.9).all()
    if method in EXPECTING:
        shown = torch.tensor([-1.0, 1.0])
        first = shown * gamma + (1 if method in VALUED else 2 * right - 1)
        before, after = (torch.stack(one).mean(0) for one in zip(*late, strict=True))
        assert torch.allclose(before, first, atol=0.1)
        assert torch.allclose(after, shown, atol=0.1)


@pytest.mark.parametrize("method", VALUED)
def test_each_action_is_worth_what_it_pays(tmp_path, method):
    run = train(tmp_path, method, MatchingReward())
    x = torch.tensor([-1.0, 1.0]).view(1, 1, -1, 1).expand(1, len(SEEDS), -1, 1)
    values = run._session.actor.distribution(run.learner.theta, x).action_values[0]
    assert torch.allclose(values, torch.tensor([[1.0, -1.0], [-1.0, 1.0]]), atol=0.15)


def endless(tmp_path, method: str) -> torch.Tensor:
    """What is expected where every step pays one and nothing but the time limit ends."""
    return expected(train(tmp_path, method, EndlessReward(), gamma=0.75, updates=40), [-1.0, 1.0])


@pytest.mark.parametrize("method", BOOTSTRAPPING)
def test_a_time_limit_is_not_an_end(tmp_path, method):
    assert torch.allclose(endless(tmp_path, method), torch.tensor(1 / (1 - 0.75)), atol=0.1)


@pytest.mark.parametrize("method", [name for name in EXPECTING if name not in BOOTSTRAPPING])
def test_what_learns_from_returns_alone_expects_no_more_than_they_are(tmp_path, method):
    """Of four ages that all show the same the returns are 1, 1 + γ, 1 + γ + γ² and 1 + γ + γ² + γ³."""
    returns = [sum(0.75**k for k in range(left)) for left in (1, 2, 3, 4)]
    assert torch.allclose(endless(tmp_path, method), torch.tensor(sum(returns) / 4), atol=0.15)


@pytest.mark.parametrize("method", ["a2c", "dqn"])
def test_taking_a_time_limit_for_an_end_would_be_seen(tmp_path, method, monkeypatch):
    """The control of the test above: with every cut recorded as an end the same values stay far below."""

    def confused(trace, t, before, after, outputs, action, reward, terminated, done):
        honest(trace, t, before, after, outputs, action, reward, done, done)

    honest = collect._write
    monkeypatch.setattr(collect, "_write", confused)
    assert (endless(tmp_path, method) < 3).all()


def test_probes_ask_for_nothing_that_a_task_of_counted_actions_does_not_give():
    assert all(can_run(name, probe(ActionReward())) for name in METHODS)
