"""What a method is told of its decisions is what the policy, the critic and the reference say of them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from rlbench.core.types import Decisions
from tests.loops import plain
from tests.training import CASES, BriefCartPole, Watched, learners, runs, small, task, training, watch

each = pytest.mark.parametrize(("method", "case"), runs())


@each
def test_what_acts_is_the_policy_that_has_learnt_from_all_before(finished, method, case):
    """Recorded distributions and log-probabilities are those of the parameters as they are when acting begins."""
    watched = finished(method, case)
    actor = watched.run.learner.actor
    kind = actor.kind.__name__
    thetas = [theta for theta, _ in watched.seen]
    assert len(thetas) > 1
    assert all(not torch.equal(one, other) for one, other in pairwise(thetas))
    for theta, experience in watched.seen:
        d = experience.decisions
        if d.old is None:
            continue
        for index, position in enumerate(experience.positions):
            taken = d.mask[:, index] > 0
            inputs, action = (x[:, index][taken].double().numpy() for x in (d.inputs, d.action))
            expected = plain.parts(actor, theta[position], inputs)
            for part, right in zip(d.old.parts, expected, strict=True):
                np.testing.assert_allclose(part[:, index][taken], right, rtol=0, atol=1e-5)
            np.testing.assert_allclose(d.logp[:, index][taken], logp(kind, expected, action), rtol=1e-5, atol=1e-5)


def logp(kind: str, parts: plain.Parts, action: np.ndarray) -> np.ndarray:
    """Of the actions as they were drawn."""
    if kind == "Gaussian":
        mean, log_std = parts
        z = (action - mean) / np.exp(log_std)
        return (-0.5 * z**2 - log_std - 0.5 * np.log(2 * np.pi)).sum(-1)
    return np.log(plain.probabilities(kind, parts)[np.arange(len(action)), action.astype(int)])


def test_actions_beyond_their_bounds_are_among_those_whose_density_is_recorded(finished):
    drawn = finished("a2c", "gymnasium").seen[0][1].decisions.action
    assert (drawn.abs() > 1).any()


@dataclass(frozen=True, kw_only=True)
class HurriedCartPole(BriefCartPole):
    """Cut off before most poles have fallen."""

    time_limit: ClassVar[int] = 12


HURRIED = {"batched": task(dynamics=HurriedCartPole()), "gymnasium": CASES["gymnasium"]()}


def told(monkeypatch, tmp_path, method: str, case: str) -> tuple[Watched, list[Decisions], list[Tensor]]:
    """The run, with the decisions that `credit` was shown at each update and the critics' parameters at that time."""
    chosen = small(method)
    shown, critics = [], []
    honest = type(chosen).credit

    def credit(self, d: Decisions, gamma: float):
        shown.append(d)
        critics.append(run.learner.kept.value.parameters.clone() if run.learner.kept.value else None)
        return honest(self, d, gamma)

    monkeypatch.setattr(type(chosen), "credit", credit)
    run = training(tmp_path, chosen, HURRIED[case], seeds=(4, 0, 7), budget=120)
    watched = watch(run)
    # The first call of all is the one that counts floating-point operations, on a copy.
    return watched, shown[1:], critics[1:]


CRITICS = {type(small(name).rollout): name for name in learners() if "critic" in small(name).needs}.values()
"""One for each way of gathering experience: they all ask their critics in the same place."""


@pytest.mark.parametrize("case", HURRIED)
@pytest.mark.parametrize("method", CRITICS)
def test_values_are_the_critics_of_each_state_and_of_the_one_that_followed_it(monkeypatch, tmp_path, method, case):
    """Also where an episode was cut off: there the one that followed is not the next row's."""
    watched, shown, critics = told(monkeypatch, tmp_path, method, case)
    layout, cut_off = watched.run.learner.critic.layout, 0
    assert len(shown) > 0
    for d, phi in zip(shown, critics, strict=True):
        if d.mask.shape[1] != len(phi):
            continue  # whole episodes, and not every seed's are as long
        for seed in range(len(phi)):
            counted = (d.mask[:, seed] > 0) & (d.terminated[:, seed] == 0)
            cut_off += int((d.cut[:, seed][counted] > 0).sum())
            for values, inputs, where in (
                (d.value, d.inputs, d.mask[:, seed] > 0),
                (d.next_value, d.next_inputs, counted),
            ):
                expected = plain.network(layout, phi[seed], inputs[:, seed][where].double().numpy())[:, 0]
                np.testing.assert_allclose(values[:, seed][where], expected, rtol=0, atol=1e-5)
    assert cut_off > 0


REFERRING = [name for name in learners() if "reference" in small(name).needs]


@pytest.mark.parametrize("method", REFERRING)
def test_the_reference_is_the_first_policy_for_as_long_as_there_is_one(monkeypatch, tmp_path, method):
    watched, shown, _ = told(monkeypatch, tmp_path, method, "gymnasium")
    actor, first = watched.run.learner.actor, watched.run._session.start()
    assert not torch.equal(first, watched.run.learner.theta)
    for d in shown[-1:]:
        assert d.mask.shape[1] == 3, "all episodes of this task are as long"
        for seed in range(3):
            taken = d.mask[:, seed] > 0
            inputs, action = (x[:, seed][taken].double().numpy() for x in (d.inputs, d.action))
            right = logp(actor.kind.__name__, plain.parts(actor, first[seed], inputs), action)
            np.testing.assert_allclose(d.ref_logp[:, seed][taken], right, rtol=0, atol=1e-5)


def test_there_are_critics_and_references_to_ask():
    assert CRITICS
    assert REFERRING
