"""The natural gradient of a policy that is a table: its metric in full, its known direction, and that it does not
matter in which coordinates the table is written.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise
from rlbench.core.registry import load_method
from rlbench.core.types import Decisions
from rlbench.engine.eager import Eager
from rlbench.loops.problems import PolicyProblem
from rlbench.updates.natural_gradient import NaturalGradient
from tests.oracle.critics import without_bonus
from tests.oracle.episodes import some_of
from tests.oracle.estimates import isolated
from tests.oracle.tables import Mixed, Table, theta_of
from tests.oracle.tabular import Endless, Episodic, random_logits, random_mdp, softmax
from tests.oracle.visited import Visited

SEEDS, STATES, ACTIONS = 4, 4, 3
WORLD = Episodic(random_mdp(0, STATES, ACTIONS, ends=0.1), random_logits(0, STATES, ACTIONS), 8)
MAX_KL = 0.01
LENGTH = float(np.float32(MAX_KL))
"""As the rule's graph holds it."""
EXACT = NaturalGradient(max_kl=MAX_KL, damping=0.0, iterations=STATES * ACTIONS, tolerance=1e-24)
# Conjugate gradients of at most twelve parameters, in float64, with a condition number of a few hundred at most.
ROUNDING = 1e-9


def batch() -> Decisions:
    """Episodes of different lengths, so that some decisions do not count."""
    return some_of(WORLD, seeds=SEEDS, streams=6)


def problem(d: Decisions, actor: Any) -> PolicyProblem:
    method = without_bonus("npg", lam=0.95)
    return PolicyProblem(actor.evaluate, method, d, isolated(method, d), whole=True)


def metric(d: Decisions, seed: int) -> np.ndarray:
    """Σ_x (share of decisions in x) (diag π(x) - π(x) π(x)ᵀ), on the diagonal of [P, P]."""
    states = d.inputs[:, seed][d.mask[:, seed] > 0].numpy()
    found = np.zeros((STATES * ACTIONS, STATES * ACTIONS))
    for x in range(STATES):
        block = slice(x * ACTIONS, (x + 1) * ACTIONS)
        p = WORLD.policy[x]
        found[block, block] = (states == x).mean() * (np.diag(p) - np.outer(p, p))
    return found


def slope(d: Decisions, seed: int) -> np.ndarray:
    """The mean of (e_a - π(x)) A over decisions, [P]."""
    found = np.zeros((STATES, ACTIONS))
    advantage = isolated(without_bonus("npg", lam=0.95), d).advantage
    taken = d.mask[:, seed] > 0
    rows = zip(*(x[:, seed][taken].tolist() for x in (d.inputs, d.action, advantage)), strict=True)
    for x, a, worth in rows:
        found[x] += (np.eye(ACTIONS)[a] - WORLD.policy[x]) * worth / int(taken.sum())
    return found.ravel()


def stepped(rule: NaturalGradient, d: Decisions, actor: Any, theta: torch.Tensor) -> torch.Tensor:
    theta = theta.clone()
    alive = torch.ones(SEEDS, dtype=torch.bool)
    noise = Noise(range(SEEDS))
    rule.step(problem(d, actor), theta, rule.start(theta), alive, iteration=0, noise=noise, engine=Eager())
    return theta


def test_the_fisher_information_is_the_exact_matrix_of_the_states_that_were_visited():
    d, theta = batch(), theta_of(WORLD.logits, SEEDS)
    p = problem(d, Table(ACTIONS))
    product = p.fisher(theta, p.take(None))
    columns = [product(torch.eye(theta.shape[1], dtype=torch.float64)[k].expand(SEEDS, -1)) for k in range(12)]
    found = torch.stack(columns, -1).numpy()
    for seed in range(SEEDS):
        np.testing.assert_allclose(found[seed], metric(d, seed), atol=1e-14)
    assert (d.mask == 0).any()


@pytest.mark.parametrize("damping", [0.0, 0.1])
def test_the_step_is_the_dense_solution(damping):
    d, theta = batch(), theta_of(WORLD.logits, SEEDS)
    found = (stepped(replace(EXACT, damping=damping), d, Table(ACTIONS), theta) - theta).numpy()
    for seed in range(SEEDS):
        h = metric(d, seed) + float(np.float32(damping)) * np.eye(STATES * ACTIONS)
        # Without damping a number for all actions of a state may be added: the shortest solution has none.
        x = np.linalg.lstsq(h, slope(d, seed), rcond=1e-10)[0]
        expected = x * np.sqrt(2 * LENGTH / (x @ h @ x))
        np.testing.assert_allclose(found[seed], expected, atol=ROUNDING)


def coordinates() -> torch.Tensor:
    """Rotated and stretched by between a half and two, [P, P]."""
    g = np.random.default_rng(0)
    (a, _), (b, _) = (np.linalg.qr(g.standard_normal((12, 12))) for _ in range(2))
    return torch.from_numpy(a @ np.diag(np.geomspace(0.5, 2, 12)) @ b)


def policies_after(rule: NaturalGradient, d: Decisions, matrix: torch.Tensor) -> np.ndarray:
    """Policies after a step in coordinates where the logits are a matrix times the parameters, [S, X, A]."""
    actor = Mixed(ACTIONS, matrix)
    theta = torch.linalg.solve(matrix, theta_of(WORLD.logits, SEEDS).T).T
    return softmax(actor.logits(stepped(rule, d, actor, theta)).numpy())


def test_the_policies_after_a_step_do_not_depend_on_the_coordinates():
    d = batch()
    plain, mixed = (policies_after(EXACT, d, m) for m in (torch.eye(12, dtype=torch.float64), coordinates()))
    np.testing.assert_allclose(mixed, plain, atol=ROUNDING)
    assert np.abs(plain - WORLD.policy).max() > 0.05


def test_damping_and_the_plain_gradient_do_depend_on_them():
    d, matrix = batch(), coordinates().numpy()
    damped = replace(EXACT, damping=0.1)
    plain, mixed = (policies_after(damped, d, m) for m in (torch.eye(12, dtype=torch.float64), coordinates()))
    assert np.abs(mixed - plain).max() > 1e-3
    for seed in range(SEEDS):
        # A step along the gradient in other coordinates moves the logits along M Mᵀ g; lengths as by the metric.
        g, f = slope(d, seed), metric(d, seed)
        steps = [x * np.sqrt(2 * LENGTH / (x @ f @ x)) for x in (g, matrix @ matrix.T @ g)]
        changed = [softmax(WORLD.logits + x.reshape(STATES, ACTIONS)) for x in steps]
        assert np.abs(changed[0] - changed[1]).max() > 0.01


@pytest.mark.parametrize("gamma", [0.5, 0.9, 0.99])
def test_with_all_known_the_natural_gradient_is_the_advantage_itself(gamma):
    """The next policy is π exp(cA), state by state, with one c for all (Kakade 2001, "A Natural Policy Gradient";
    Agarwal et al. 2021, "On the Theory of Policy Gradient Methods", arXiv:1908.00261)."""
    logits = np.stack([random_logits(seed, 5, ACTIONS) for seed in range(20)])
    world = Endless(random_mdp(3, 5, ACTIONS), logits, gamma)
    found, _ = Visited(world, load_method("npg")).stepped(replace(EXACT, iterations=15))
    moved = np.log(softmax(found) / world.policy)
    # Of each state up to a number that softmax does not see.
    moved, advantage = (x - x.mean(-1, keepdims=True) for x in (moved, world.advantage))
    scale = (moved * advantage).sum((1, 2)) / (advantage**2).sum((1, 2))
    np.testing.assert_allclose(moved, scale[:, None, None] * advantage, atol=ROUNDING)
    share = world.visits / world.visits.sum(-1, keepdims=True)
    spread = np.einsum("sx,sxa,sxa->s", share, world.policy, world.advantage**2)
    np.testing.assert_allclose(scale, np.sqrt(2 * LENGTH / spread), rtol=ROUNDING)
