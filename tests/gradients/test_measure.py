"""The policies that gradients are measured at, the critics fitted there, and a whole measurement at a small scale."""

from pathlib import Path

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise
from rlbench.core.registry import load_task
from rlbench.core.rollout import Episodes
from rlbench.gradients import critic, measure
from rlbench.gradients.critic import judged
from rlbench.gradients.estimators import estimators
from rlbench.gradients.frozen import Frozen, freeze
from rlbench.preferences.reference import write_reference

TASKS = {"cartpole": "untrained", "pendulum": "untrained", "cartpole_preferences": "half-trained"}


def frozen(stem: str, folder: Path) -> Frozen:
    """With parameters of its own where a task begins from a reference."""
    task = load_task(stem)
    session = getattr(task, "control", task).open(Noise([7]), Episodes(), 1, frozenset())
    path = folder / "reference.npz"
    write_reference(path, 2 * session.start()[0])
    return freeze(task, {"reference": path} if hasattr(task, "control") else {})


@pytest.fixture(params=TASKS)
def policy(request, tmp_path: Path) -> Frozen:
    made = frozen(request.param, tmp_path)
    assert made.words == TASKS[request.param]
    return made


def test_it_took_the_decisions_itself_and_is_paid_by_the_task(policy):
    session = policy.open(Noise([3, 4]), Episodes(episodes=4))
    d = policy.collect(session, 2, 0)
    now = session.actor.evaluate(policy.theta.repeat(2, 1), d)
    torch.testing.assert_close(now.logp * d.mask, d.logp * d.mask, atol=1e-5, rtol=1e-5)
    assert d.mask[-1].any(), "cut after the longest episode"
    if policy.gamma == 0.99:
        assert (d.reward == d.mask).all(), "CartPole pays one for each step that the pole stands"


def test_what_it_begins_with_is_what_was_trained(tmp_path):
    session = load_task("cartpole").open(Noise([7]), Episodes(), 1, frozenset())
    torch.testing.assert_close(frozen("cartpole_preferences", tmp_path).theta, 2 * session.start()[0])


@pytest.mark.parametrize("stem", ["cartpole", "pendulum"])
def test_a_critic_is_asked_of_the_state_after_each_decision(stem, tmp_path):
    policy = frozen(stem, tmp_path)
    session = policy.open(Noise([3, 4]), Episodes(episodes=4))
    d, phi = policy.collect(session, 2, 0), session.critic.start(Noise([5]))[0]
    seen = judged(session, phi, d)
    directly = session.critic.evaluate(phi.expand(2, -1), d.next_inputs)
    asked = (d.mask > 0) & (d.terminated == 0)
    torch.testing.assert_close(seen.next_value[asked], directly[asked], atol=1e-5, rtol=1e-5)
    assert (d.cut > d.terminated).any() == (stem == "pendulum"), "a time limit is among what is asked of, or not"


def test_siblings_begin_alike_and_others_do_not(tmp_path):
    policy = frozen("pendulum", tmp_path)
    first = [policy.collect(policy.open(Noise([3]), Episodes(episodes=8, group=g)), 1, 0).inputs[0, 0] for g in (4, 1)]
    assert [len(torch.unique(states, dim=0)) for states in first] == [2, 8]


def test_a_measurement_says_all_of_every_estimator_and_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "REFERENCE_BATCHES", 40)
    monkeypatch.setattr(critic, "STEPS", ((3e-3, 4),))
    policy = frozen("cartpole", tmp_path)
    found = measure.measure(policy, 40)
    names = [one.name for one in estimators(policy.gamma)]
    lines = found[found["quantity"] == "cosine"].set_index("estimator")
    assert lines.index.tolist() == names
    assert found[found["quantity"] == "explained_variance"]["estimator"].tolist() == ["critic", "discounting critic"]
    assert found.groupby("quantity")["estimator"].nunique().drop("explained_variance").eq(len(names)).all()
    assert lines["estimate"].between(-1, 1).all()
    ratio = found[(found["quantity"] == "log_variance_ratio") & (found["estimator"] == "reward-to-go")]
    assert ratio[["estimate", "low", "high"]].to_numpy().tolist() == [[0, 0, 0]]
    assert found.equals(measure.measure(policy, 40))
    by_name = found.pivot(index="estimator", columns="quantity", values="estimate")
    assert by_name.loc["total return", "variance"] > by_name.loc["reward-to-go", "variance"]
    assert np.allclose(by_name["squared_error"].dropna(), (by_name["squared_bias"] + by_name["variance"]).dropna())
