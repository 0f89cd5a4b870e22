"""A reward model fitted to rankings: what it is asked, what it may not depend on, and what becomes of its numbers."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from rlbench.language import reward_fitting
from rlbench.language.pretrained import Pretrained
from rlbench.language.reward_fitting import AnswerRanking, RewardFitting, fresh_scores, read_reward
from rlbench.updates.minibatch_adam import MinibatchAdam
from tests.language import plain
from tests.language.begun import Begun
from tests.training import generators


@pytest.fixture
def begins(compared: Begun):
    """The model that fitting begins with, so far from zero that scores differ, and the comparisons."""
    session = compared.open((4,))
    model = session._learned.model
    return model, plain.apart(model.network.read()[None]), session._comparisons


@dataclass(frozen=True)
class Shifted:
    """A model that likes some prompts better than others."""

    model: Any

    def score(self, phi: Tensor, inputs: Tensor) -> Tensor:
        return self.model.score(phi, inputs) + 10.0 * inputs[0]


@pytest.mark.parametrize("answers", [2, 4])
def test_the_likelihood_is_that_of_each_choice_and_no_prompts_own_level_changes_it(begins, answers):
    model, phi, comparisons = begins
    problem = AnswerRanking(model, comparisons, answers)
    found = problem.objective(phi, problem.take(None), ())
    score, total = model.score(phi, comparisons.inputs[:, None])[0].tolist(), 0.0
    for ranking in comparisons.ranked(answers).tolist():
        for place, chosen in enumerate(ranking):
            total += score[chosen] - math.log(sum(math.exp(score[n]) for n in ranking[place:]))
    assert found.item() == pytest.approx(total / problem.rows, abs=1e-5)
    shifted = AnswerRanking(Shifted(model), comparisons, answers)
    torch.testing.assert_close(shifted.objective(phi, shifted.take(None), ()), found, atol=1e-5, rtol=0)


def test_minibatches_of_all_rankings_add_up_to_the_whole_gradient(begins):
    model, phi, comparisons = begins
    problem = AnswerRanking(model, comparisons, 4)
    x = phi.clone().requires_grad_()

    def gradient(rows: Tensor | None) -> Tensor:
        return torch.autograd.grad(problem.objective(x, problem.take(rows), ()).sum(), x)[0]

    parts = [gradient(rows) for rows in torch.arange(16).view(1, 4, 4).unbind(1)]
    torch.testing.assert_close(sum(parts) / 4, gradient(None), atol=1e-6, rtol=1e-4)


def test_fitting_makes_the_rankings_likelier_than_chance(compared: Begun):
    session = compared.open((4,))
    comparisons = session._comparisons
    asked = RewardFitting(rule=MinibatchAdam(lr=1e-2, epochs=15, minibatches=4))
    model = session._learned.model
    base = Pretrained(compared.artefacts["model"]).scalar()
    model = replace(model, network=base)
    phi = reward_fitting.fit(model, comparisons, asked)
    problem = AnswerRanking(model, comparisons, 2)
    first, last = (problem.objective(one, problem.take(None), ()).item() for one in (base.read()[None], phi))
    assert first == pytest.approx(-math.log(2), abs=1e-6)  # the head begins as zero
    assert last > first + 0.1


def test_fresh_answers_have_mean_zero_and_what_is_read_back_is_what_was_fitted(compared: Begun):
    session = compared.open((4,))
    learned = session._learned
    scores = fresh_scores(learned.model, learned.phi[None], session._comparisons)
    assert abs(scores.mean()) < 1e-5
    assert scores.std() > 1e-3
    prepared = session.prepared()
    assert all(len(values) == 1 for values in prepared.values())
    window, base = session._answering.speech.window, Pretrained(compared.artefacts["model"])
    model, phi = read_reward(compared.artefacts["reward"], base, window)
    assert torch.equal(phi, learned.phi)
    np.testing.assert_array_equal(fresh_scores(model, phi[None], session._comparisons), scores)


def test_fitting_again_gives_the_same_bytes_and_leaves_the_generators_alone(compared: Begun, tmp_path):
    before, path = generators(), tmp_path / "again.safetensors"
    about = reward_fitting.make(compared.task, path, compared.artefacts)
    assert path.read_bytes() == compared.artefacts["reward"].read_bytes()
    assert generators() == before
    session = compared.open((4,))
    assert about["accuracy"] == pytest.approx(float(session.prepared()["reward_model_accuracy"][0]))
