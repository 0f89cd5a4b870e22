"""Answers of last policies to one list of prompts, where every answer and so every mean is known."""

import numpy as np
import pytest
import torch

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Split
from rlbench.endings import prompts
from rlbench.endings.last import Last
from tests.language.begun import Begun, begun

SEEDS = (4, 9)


@pytest.fixture(scope="module")
def task(tmp_path_factory) -> Begun:
    return begun("enumerable", tmp_path_factory.mktemp("begun"))


def lasting(task: Begun, spread: float = 0.3, failed=(False, False)) -> Last:
    """Policies that have left the model, each its own way."""
    first = task.open(SEEDS).start()
    away = torch.from_numpy(np.random.default_rng(3).standard_normal(first.shape)).float()
    return Last(SEEDS, first + spread * away, failed, evaluations=2)


def asked(task: Begun, last: Last, count: int = 40, samples: int = 3):
    return prompts.measure(task.task, task.artefacts, last, prompts=count, samples=samples)


def test_means_are_those_of_the_policies(task):
    last = lasting(task)
    found = asked(task, last, count=300, samples=16)
    exact = task.open(SEEDS).evaluate(last.theta, 0, [0, 1])[Split.STOCHASTIC][AnswerMetric.EXACT_RETURN]
    assert abs(exact[0] - exact[1]) > 0.02, "each has its own"
    for seed, wanted in zip(SEEDS, exact, strict=True):
        own = found[found["seed"] == seed]
        by_prompt = own.groupby("text")["reward"].mean()
        assert len(by_prompt) == 3, "all prompts that there are"
        # Means of 16 answers to some hundred draws of each prompt: within four standard errors.
        error = np.sqrt((own["variance"] / own["samples"]).mean() / len(own))
        assert abs(by_prompt.mean() - wanted) < 4.5 * error


def test_prompts_are_the_same_for_every_seed_and_answers_are_not(task):
    last = lasting(task)
    found = asked(task, Last(SEEDS, last.theta[:1].repeat(2, 1), last.failed, last.evaluations))
    first, second = (found[found["seed"] == seed].reset_index(drop=True) for seed in SEEDS)
    assert (first["text"] == second["text"]).all()
    assert (first["prompt"] == np.arange(40)).all()
    assert not (first["reward"] == second["reward"]).all(), "the same policy, and other noise"
    assert found.equals(asked(task, Last(SEEDS, last.theta[:1].repeat(2, 1), last.failed, last.evaluations)))


def test_a_seed_is_asked_alike_alone_and_beside_another(task):
    last = lasting(task)
    both = asked(task, last)
    alone = asked(task, Last(SEEDS[1:], last.theta[1:], (False,), last.evaluations))
    assert both[both["seed"] == SEEDS[1]].reset_index(drop=True).equals(alone)


def test_a_run_that_failed_counts_with_the_model_and_its_numbers_are_not_looked_at(task):
    last = lasting(task, failed=(True, False))
    last.theta[0] = torch.nan
    model = asked(task, lasting(task, spread=0.0))
    found = asked(task, last)
    assert found[found["seed"] == SEEDS[0]].equals(model[model["seed"] == SEEDS[0]])
    assert not found.equals(model)


def test_the_variance_within_a_cell_is_that_of_its_answers(task):
    found = asked(task, lasting(task), count=200, samples=2)
    # Of two rewards the variance is half their squared difference: the mean and it give both rewards back.
    half = np.sqrt(found["variance"] / 2)
    pairs = np.concatenate([found["reward"] - half, found["reward"] + half])
    rewards = task.task.language.rewards()
    assert np.abs(pairs[:, None] - np.unique(rewards)).min(1).max() < 1e-9


def test_noise_is_that_of_no_evaluation_of_the_runs(task):
    last = lasting(task)
    assert last.unseen not in range(last.evaluations + 1)
