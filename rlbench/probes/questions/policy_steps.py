"""Where do steps lead: how far in KL, up or down, and is TRPO's lower bound ever broken?

The bound is η(π') ≥ L(π') - C max KL(π || π') with C = 4 ε γ / (1 - γ)², ε = max |A| (Schulman et al. 2015, "Trust
Region Policy Optimization", arXiv:1502.05477, theorem 1). Gradients, metrics and returns are exact.
"""

import math

import pandas as pd
import torch
from torch import Tensor

from rlbench.distributions.categorical import Categorical
from rlbench.methods.npg import NaturalPolicyGradient
from rlbench.methods.trpo import TRPO
from rlbench.probes.discounted import Discounted
from rlbench.probes.exact_problem import ExactProblem
from rlbench.probes.world import Use, generator, random_logits, random_world
from rlbench.updates.natural_gradient import NaturalGradient
from rlbench.updates.trust_region import TrustRegion

WORLDS, STATES, ACTIONS, POLICIES = 100, 4, 3, 20
GAMMAS = (0.5, 0.9, 0.99)
SPREAD = (0.1, 3.0)
"""Sizes of a policy's logits, from nearly uniform to nearly deterministic, even in their logarithm."""
LENGTHS = (0.01, 3.0)
"""Of steps in a random direction, in the logits' Euclidean norm, even in their logarithm."""
EQUAL = 0.1
"""The Euclidean length of all steps that are called so, in a random direction and along the gradient."""
DECISIONS = 100
"""In the batch of a sampled step: eight for each parameter, where the networks of control runs have a fifth of one."""
LIMITS = (0.01, 0.1, 1.0)
"""Bounds on KL: TRPO's own, and two that ask for more."""


def ask() -> pd.DataFrame:
    """One line per world, gamma, policy and kind of step: `limit` on KL where there is one, `kl` that came of it,
    mean over visited states, `gain` in η and `slack`, by how much η exceeds the bound, both in sizes of ε / (1 - γ)."""
    worlds = [_lines(number, GAMMAS[number % len(GAMMAS)]) for number in range(WORLDS)]
    return pd.concat(worlds, ignore_index=True)


def _lines(number: int, gamma: float) -> pd.DataFrame:
    world = random_world(number, STATES, ACTIONS)
    size = _between(number, Use.SPREAD, *SPREAD)
    logits = size * _many(number, Use.POLICY)
    before = Discounted(world, logits, gamma)
    exact = ExactProblem(before, TRPO())
    direction = _many(number, Use.DIRECTION)
    along = direction / direction.flatten(1).norm(dim=1)[:, None, None]
    slope = exact.slope()
    uphill = slope / slope.flatten(1).norm(dim=1)[:, None, None]
    steps = {
        ("random", math.nan): logits + _between(number, Use.LENGTH, *LENGTHS) * along,
        ("equal_random", math.nan): logits + EQUAL * along,
        ("equal_uphill", math.nan): logits + EQUAL * uphill,
    }
    natural = ExactProblem(before, NaturalPolicyGradient())
    sampled = ExactProblem(before, NaturalPolicyGradient(), *_sample(number, before))
    solved = {"damping": 0.0, "iterations": STATES * ACTIONS, "tolerance": 1e-20}
    for limit in LIMITS:
        steps["natural", limit] = natural.stepped(NaturalGradient(max_kl=limit, **solved))
        # What was never drawn has no curvature, so that this metric needs the damping that control runs have.
        steps["natural_sampled", limit] = sampled.stepped(NaturalGradient(max_kl=limit))
        steps["trust_region", limit] = exact.stepped(TrustRegion(max_kl=limit, **solved))
    parts = [_measured(exact, after).assign(step=kind, limit=limit) for (kind, limit), after in steps.items()]
    return pd.concat(parts).assign(world=number, gamma=gamma)


def _measured(exact: ExactProblem, logits: Tensor) -> pd.DataFrame:
    before, after = exact.before, Discounted(exact.before.world, logits, exact.before.gamma)
    largest = before.advantage.abs().amax((1, 2))
    worst = Categorical(before.logits[None]).kl(Categorical(logits[None]))[0].amax(1)
    penalty = 4 * largest * before.gamma / (1 - before.gamma) ** 2 * worst
    gain = after.performance - before.performance
    unit = largest / (1 - before.gamma)
    found = {
        "policy": torch.arange(POLICIES),
        "kl": exact.divergence(logits),
        "gain": gain / unit,
        "slack": (gain - exact.surrogate(logits) + penalty) / unit,
    }
    return pd.DataFrame({name: values.numpy() for name, values in found.items()})


def _sample(number: int, before: Discounted) -> tuple[Tensor, Tensor]:
    """How much each state and action counts and is worth in a batch of decisions, [S, X, A] both.

    Decisions are drawn as the policies make them, and each is worth the return of an episode of its own, so that the
    mean of n of them is off by a normal number of the return's standard deviation over √n.
    """
    g, share = generator(number, Use.SAMPLE), before.visited
    chances = (share / share.sum((1, 2), keepdim=True)).flatten(1).numpy()
    count = torch.from_numpy(g.multinomial(DECISIONS, chances)).reshape(share.shape)
    noise = torch.from_numpy(g.standard_normal(tuple(share.shape))) * before.spread / count.clamp_min(1).sqrt()
    return count / DECISIONS / (1 - before.gamma), before.advantage + noise


def _many(number: int, use: Use) -> Tensor:
    return random_logits(number, POLICIES * STATES, ACTIONS, use=use).unflatten(0, (POLICIES, STATES))


def _between(number: int, use: Use, low: float, high: float) -> Tensor:
    """Numbers for each policy, even in their logarithm, [S, 1, 1]."""
    share = torch.from_numpy(generator(number, use).random((POLICIES, 1, 1)))
    return low * (high / low) ** share
