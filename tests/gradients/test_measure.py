"""The policies that gradients are measured at, the critics fitted there, and a whole measurement at a small scale."""

from pathlib import Path

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
    # All batches, then without each of five blocks, then without each of five of the reference's.
    sizes = found.groupby("estimator", sort=False).size()
    assert sizes.to_dict() == {one.name: 1 + 5 + 5 for one in estimators(policy.gamma)}
    assert found[
        ["blocks", "reference_blocks", "batches", "reference_batches"]
    ].drop_duplicates().to_numpy().tolist() == [[5, 5, 40, 40]]
    assert found["cosine"].between(-1, 1).all()
    assert found["explained_without_discount"].nunique() == found["explained_with_discount"].nunique() == 1
    assert found.equals(measure.measure(policy, 40))
    whole = found.drop_duplicates("estimator").set_index("estimator")
    assert whole.loc["total return", "variance"] > whole.loc["reward-to-go", "variance"]
    assert whole["true_squared_length"].nunique() == 1, "all are held against the same gradient"
