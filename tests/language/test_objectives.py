"""What methods maximise on whole answers: their parts add up, and what lies beyond an answer's end is not in them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from rlbench.core.types import Adaptive, Decisions, Method, each_tensor
from rlbench.loops.preference_problem import PreferenceProblem
from rlbench.loops.problems import PolicyProblem
from tests.language import plain
from tests.language.begun import GROUPS, Begun, speakers, spoken

METHODS = speakers("enumerable_preferences")
CREDITED = [name for name in METHODS if isinstance(spoken(name), Method)]
RANKED = [name for name in METHODS if name not in CREDITED]


@pytest.fixture(scope="module")
def answered(paid: Begun) -> tuple[object, Tensor, Decisions]:
    """A policy, its parameters a step later, and answers with all that any method is told of them."""
    session = paid.open()
    theta = plain.apart(session.start())
    d = session.collect(theta, 0, [0, 1]).decisions
    draw = np.random.default_rng(0)
    value, next_value, off = (torch.from_numpy(draw.normal(0, 0.3, tuple(d.mask.shape))).float() for _ in range(3))
    told = replace(d, value=value, next_value=next_value * (1 - d.terminated), ref_logp=d.logp + off)
    return session.actor, plain.apart(theta, 0.02), told


def problem(actor, name: str, d: Decisions):
    """What the loop would hand to the method's rule."""
    method = spoken(name)
    if name in RANKED:
        return PreferenceProblem(actor.evaluate, method, d, answers=method.rollout.answers)
    beta = torch.full((2,), method.beta) if isinstance(method, Adaptive) else None
    credit = replace(method.credit(d, 1.0), beta=beta)
    return PolicyProblem(actor.evaluate, method, d, credit, whole=True)


def objective_and_gradient(p, theta: Tensor, rows: Tensor | None) -> tuple[Tensor, Tensor]:
    x = theta.clone().requires_grad_()
    found = p.objective(x, p.take(rows), torch.tensor(p.hyper_values).unbind())
    return found.detach(), torch.autograd.grad(found.sum(), x)[0]


@pytest.mark.parametrize("name", METHODS)
def test_minibatches_of_all_answers_add_up_to_the_whole(answered, name):
    """The mean of their objectives is the objective, the mean of their gradients the gradient, however long answers
    are: no reduction is taken over a minibatch alone."""
    actor, theta, d = answered
    p = problem(actor, name, d)
    whole = objective_and_gradient(p, theta, None)
    for size in (1, p.rows // 2):
        rows = torch.arange(p.rows).expand(2, -1).split(size, 1)
        parts = [objective_and_gradient(p, theta, one) for one in rows]
        for mine, found in zip(whole, zip(*parts, strict=True), strict=True):
            torch.testing.assert_close(sum(found) / len(rows), mine, atol=2e-6, rtol=1e-4)
    assert whole[1].abs().max() > 1e-4


@pytest.mark.parametrize("name", METHODS)
def test_tokens_beyond_an_answers_end_change_nothing(answered, name):
    actor, theta, d = answered
    beyond = d.mask == 0
    assert beyond.any()
    tokens = torch.where(beyond, 4, d.action)
    other = replace(
        d,
        inputs=torch.cat((d.inputs[: -len(tokens)], tokens)),
        action=tokens,
        logp=torch.where(beyond, -3.0, d.logp),
        ref_logp=torch.where(beyond, -7.0, d.ref_logp),
        value=torch.where(beyond, 5.0, d.value),
    )
    before, after = (objective_and_gradient(problem(actor, name, one), theta, None) for one in (d, other))
    for mine, yours in zip(before, after, strict=True):
        torch.testing.assert_close(mine, yours, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("name", RANKED)
def test_an_answers_log_probability_is_the_sum_over_its_tokens(answered, paid: Begun, name):
    """By hand: the model asked one answer at a time, β times what it says beyond the reference, and the choices."""
    actor, theta, d = answered
    k, beta = spoken(name).rollout.answers, spoken(name).beta
    p = problem(actor, name, d)
    found, _ = objective_and_gradient(p, theta, None)
    for seed in range(2):
        model, score = plain.model(actor, theta[seed]), []
        for column in range(GROUPS.episodes):
            tokens = d.inputs[:, seed, column].tolist()
            said = plain.of_answer(model, tokens[:1], tokens[1:], paid.task.temperature)
            score.append(beta * (sum(said) - d.ref_logp[: len(said), seed, column].sum().item()))
        rankings = np.array(score).reshape(-1, k)
        each = [sum(row[n] - np.log(np.exp(row[n:]).sum()) for n in range(k)) for row in rankings]
        assert found[seed].item() == pytest.approx(np.mean(each), abs=1e-5)


@pytest.mark.parametrize("name", CREDITED)
def test_credit_of_a_seed_is_its_own(answered, name):
    _, _, d = answered
    method = spoken(name)
    both, alone = method.credit(d, 1.0), method.credit(each_tensor(d, lambda x: x[:, 1:]), 1.0)
    assert torch.equal(both.advantage[:, 1:], alone.advantage)
    assert torch.equal(both.weight[:, 1:], alone.weight)
