"""Where preferences lead: with their exact probabilities DPO's optimum is the policy that the reward itself would lead
to, held back by its divergence from the reference: π_ref exp(r / β) / Z.

Rafailov et al. 2023, "Direct Preference Optimization", arXiv:2305.18290, equations 4 and 7, and appendix A.3. Two
prompts, answers of two tokens out of three: all nine are listed.
"""

from dataclasses import replace
from functools import cache
from itertools import permutations, product

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from rlbench.core.registry import with_settings
from rlbench.core.types import Answers, Decisions
from rlbench.loops.preference_problem import PreferenceProblem
from rlbench.methods.dpo import DPO
from rlbench.methods.dpo_pl import DPOPlackettLuce
from tests.oracle.tables import Table, theta_of
from tests.oracle.tabular import softmax

PROMPTS, TOKENS, BETA = 2, 3, 0.5
ANSWERS = list(product(range(TOKENS), repeat=2))
STATES = PROMPTS * (1 + TOKENS)
"""What a token follows: a prompt, or a prompt and a first token."""
ROUNDING = 1e-12

_random = np.random.default_rng(0)
REFERENCE = 0.7 * _random.standard_normal((STATES, TOKENS))
REWARD = _random.standard_normal((PROMPTS, len(ANSWERS)))


def states(prompt: int, answer: int) -> tuple[int, int]:
    return prompt * (1 + TOKENS), prompt * (1 + TOKENS) + 1 + ANSWERS[answer][0]


def log_probability(logits: np.ndarray) -> np.ndarray:
    """Of each answer to each prompt [PROMPTS, 9] by a table of logits [STATES, TOKENS]."""
    log_p = np.log(softmax(logits))
    return np.array(
        [
            [sum(log_p[x, token] for x, token in zip(states(prompt, k), ANSWERS[k], strict=True)) for k in range(9)]
            for prompt in range(PROMPTS)
        ]
    )


def tilted(beta: float) -> np.ndarray:
    """π_ref exp(r / β) / Z, [PROMPTS, 9]."""
    return softmax(log_probability(REFERENCE) + REWARD / beta)


def table(probability: np.ndarray) -> np.ndarray:
    """The logits of the policy that gives answers these probabilities, token by token."""
    by_token = probability.reshape(PROMPTS, TOKENS, TOKENS)
    first = by_token.sum(2, keepdims=True).transpose(0, 2, 1)
    return np.log(np.concatenate([first, by_token / by_token.sum(2, keepdims=True)], 1)).reshape(STATES, TOKENS)


@cache
def rankings(k: int) -> tuple[Decisions, np.ndarray]:
    """Every ranking of k answers to one prompt as a seed with a stream for each, best first, and its probability."""
    each = [(prompt, order) for prompt in range(PROMPTS) for order in permutations(range(9), k)]
    inputs = torch.tensor([[states(prompt, answer) for answer in order] for prompt, order in each]).permute(2, 0, 1)
    action = torch.tensor([[ANSWERS[answer] for answer in order] for _, order in each]).permute(2, 0, 1)
    nothing = torch.zeros(action.shape, dtype=torch.float64)
    d = Decisions(inputs, action, nothing, nothing, nothing + 1, nothing, nothing)
    reference = Table(TOKENS).evaluate(theta_of(REFERENCE, len(each)), d).logp
    return replace(d, ref_logp=reference), np.array([probability(*one) for one in each])


def probability(prompt: int, order: tuple[int, ...]) -> float:
    """That these answers are drawn, and then ranked in this order by Plackett and Luce."""
    drawn = np.exp(log_probability(REFERENCE))[prompt, list(order)].prod() / PROMPTS
    worth = np.exp(REWARD[prompt, list(order)])
    return float(drawn * np.prod(worth / np.cumsum(worth[::-1])[::-1]))


def slope(k: int, logits: np.ndarray) -> tuple[float, np.ndarray]:
    """The expected objective and its gradient."""
    d, chance = rankings(k)
    problem = PreferenceProblem(Table(TOKENS).evaluate, dpo(k), d, answers=k)
    theta = theta_of(logits, len(chance)).clone().requires_grad_()
    hyper = torch.tensor(problem.hyper_values, dtype=torch.float64).unbind()
    objective = problem.objective(theta, problem.take(None), hyper)
    gradient = torch.autograd.grad(objective.sum(), theta)[0]
    return float(chance @ objective.detach().numpy()), chance @ gradient.numpy()


def dpo(k: int) -> DPO | DPOPlackettLuce:
    return with_settings(DPO() if k == 2 else DPOPlackettLuce(), {"beta": BETA})


@pytest.mark.parametrize("k", [2, 3])
def test_the_gradient_is_zero_at_the_tilted_reference_and_nowhere_near(k):
    assert np.abs(slope(k, table(tilted(BETA)))[1]).max() < ROUNDING
    for elsewhere in (REFERENCE, table(tilted(2 * BETA)), table(tilted(0.8 * BETA))):
        assert np.abs(slope(k, elsewhere)[1]).max() > 1e-3


def test_climbing_from_the_reference_ends_there():
    def descend(logits: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = slope(2, logits)
        return -value, -gradient

    found = minimize(descend, REFERENCE.ravel(), jac=True, method="BFGS", options={"gtol": 1e-9})
    reached = np.exp(log_probability(found.x.reshape(STATES, TOKENS)))
    # A gradient of 1e-9 over a curvature that is β² times probabilities of pairs: 1e-3 at least.
    np.testing.assert_allclose(reached, tilted(BETA), atol=1e-6)


def test_so_does_raising_the_reward_itself_at_the_price_of_the_divergence():
    reference = log_probability(REFERENCE)

    def descend(logits: np.ndarray) -> float:
        log_p = log_probability(logits.reshape(STATES, TOKENS))
        return float(-(np.exp(log_p) * (REWARD - BETA * (log_p - reference))).sum())

    found = minimize(descend, REFERENCE.ravel(), method="BFGS", options={"gtol": 1e-7})
    reached = np.exp(log_probability(found.x.reshape(STATES, TOKENS)))
    # Slopes by differences are good to 1e-8, and the objective is as flat as its maximum.
    np.testing.assert_allclose(reached, tilted(BETA), atol=1e-5)
    z = (np.exp(reference + REWARD / BETA)).sum(1)
    assert -found.fun == pytest.approx(BETA * np.log(z).sum(), abs=1e-9)


@pytest.mark.parametrize("k", [2, 3])
def test_the_constant_of_a_prompt_cancels(k):
    order = torch.tensor(list(permutations(range(9), k))).T
    optimum, reference = (
        torch.from_numpy(x)[0][order][:, None] for x in (np.log(tilted(BETA)), log_probability(REFERENCE))
    )
    length = torch.full_like(optimum, 2.0)
    found = dpo(k).objective(Answers(optimum, length), Answers(reference, length))
    # Not normalised at all: what is left of log π / π_ref is r / β.
    tilt = reference + torch.from_numpy(REWARD)[0][order][:, None] / BETA
    shifted = dpo(k).objective(Answers(tilt + 7.0, length), Answers(reference, length))
    np.testing.assert_allclose(shifted, found, atol=ROUNDING)
    worth = np.exp(REWARD[0])[order]
    likelihood = np.log(worth / np.cumsum(worth[::-1], 0)[::-1]).sum(0)
    np.testing.assert_allclose(found[0], likelihood, atol=ROUNDING)
