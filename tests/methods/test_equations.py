"""Each method's objective against its paper's equation, decision by decision in plain numbers."""

import dataclasses
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from rlbench.core.registry import with_settings
from tests.methods.decisions import GAMMA, B, S, T, batch, beta, objective
from tests.training import small

LAM, CLIP, ENTROPY, N, KL_COEF, STD_EPS, BETA, DELTA = 0.8, 0.15, 0.03, 3, 0.2, 0.05, 0.4, 0.7
GIVEN = {
    "lam": LAM,
    "clip": CLIP,
    "entropy": ENTROPY,
    "n": N,
    "kl_coef": KL_COEF,
    "std_eps": STD_EPS,
    "beta": BETA,
    "delta": DELTA,
}
"""None of them a default, none of them zero."""


def method(name: str):
    chosen = small(name)
    return with_settings(chosen, {f.name: GIVEN[f.name] for f in dataclasses.fields(chosen) if f.name in GIVEN})


@dataclass(frozen=True)
class One:
    """A decision in plain numbers: probabilities of the old policy and the new, the action's, and what came of it."""

    old: list[float]
    new: list[float]
    action: int
    ref_logp: float
    reward: float
    value: float
    next_value: float
    terminated: bool
    cut: bool

    @property
    def logp(self) -> float:
        return math.log(self.new[self.action])

    @property
    def ratio(self) -> float:
        return self.new[self.action] / self.old[self.action]

    @property
    def error(self) -> float:
        return self.reward + (0 if self.terminated else GAMMA * self.next_value) - self.value


Episode = list[One]


def softmax(logits: list[float]) -> list[float]:
    weights = [math.exp(x) for x in logits]
    return [w / sum(weights) for w in weights]


def episodes(d, table, seed: int) -> list[Episode]:
    """One seed's episodes, without what came after their ends."""

    def one(t: int, b: int) -> One:
        at = (t, seed, b)
        numbers = (getattr(d, name)[at].item() for name in ("ref_logp", "reward", "value", "next_value"))
        ends = (bool(getattr(d, name)[at]) for name in ("terminated", "cut"))
        old, new = softmax(d.old.logits[at].tolist()), softmax(table[at].tolist())
        return One(old, new, d.action[at].item(), *numbers, *ends)

    return [[one(t, b) for t in range(T) if d.mask[t, seed, b]] for b in range(B)]


# What each decision of an episode was worth. An episode ends only with its last decision.


def returns(episode: Episode) -> list[float]:
    return [sum(GAMMA ** (u - t) * episode[u].reward for u in range(t, len(episode))) for t in range(len(episode))]


def above_value(episode: Episode) -> list[float]:
    return [worth - one.value for worth, one in zip(returns(episode), episode, strict=True)]


def errors(episode: Episode) -> list[float]:
    return [one.error for one in episode]


def n_step(episode: Episode) -> list[float]:
    found = []
    for t, one in enumerate(episode):
        ahead = episode[t : t + N]
        paid = sum(GAMMA**k * later.reward for k, later in enumerate(ahead))
        beyond = 0 if ahead[-1].terminated else GAMMA ** len(ahead) * ahead[-1].next_value
        found.append(paid + beyond - one.value)
    return found


def gae(episode: Episode) -> list[float]:
    length = len(episode)
    return [sum((GAMMA * LAM) ** (u - t) * episode[u].error for u in range(t, length)) for t in range(length)]


def alone(worth: Callable[[Episode], list[float]], *, whitened: bool) -> Callable[[list[Episode]], list[list[float]]]:
    """Each episode's decisions by themselves, and then, if so, whitened over all of the seed's."""

    def of(seed: list[Episode]) -> list[list[float]]:
        found = [worth(episode) for episode in seed]
        if not whitened:
            return found
        every = [x for episode in found for x in episode]
        mean, deviation = statistics.fmean(every), (statistics.pvariance(every) + 1e-8) ** 0.5
        return [[(x - mean) / deviation for x in episode] for episode in found]

    return of


def siblings(worth: Callable[[list[float], int], float]) -> Callable[[list[Episode]], list[list[float]]]:
    """All decisions of an episode are worth what its undiscounted return is among all four: they are one group."""

    def of(seed: list[Episode]) -> list[list[float]]:
        scores = [sum(one.reward for one in episode) for episode in seed]
        return [[worth(scores, k)] * len(episode) for k, episode in enumerate(seed)]

    return of


def standardised(scores: list[float], k: int) -> float:
    return (scores[k] - statistics.fmean(scores)) / (statistics.stdev(scores) + STD_EPS)


def centred(scores: list[float], k: int) -> float:
    return scores[k] - statistics.fmean(scores)


def left_out(scores: list[float], k: int) -> float:
    return scores[k] - statistics.fmean(scores[:k] + scores[k + 1 :])


# What is maximised, for one decision with advantage a.


def score_function(one: One, a: float, beta: float) -> float:
    return one.logp * a


def with_entropy(one: One, a: float, beta: float) -> float:
    return one.logp * a - ENTROPY * sum(p * math.log(p) for p in one.new)


def surrogate(one: One, a: float, beta: float) -> float:
    return one.ratio * a


def surrogate_with_entropy(one: One, a: float, beta: float) -> float:
    return one.ratio * a - ENTROPY * sum(p * math.log(p) for p in one.new)


def clipped(one: One, a: float, beta: float) -> float:
    return min(one.ratio * a, min(max(one.ratio, 1 - CLIP), 1 + CLIP) * a)


def clipped_with_entropy(one: One, a: float, beta: float) -> float:
    return clipped(one, a, beta) - ENTROPY * sum(p * math.log(p) for p in one.new)


def penalised(one: One, a: float, beta: float) -> float:
    divergence = sum(p * math.log(p / q) for p, q in zip(one.old, one.new, strict=True))
    return surrogate_with_entropy(one, a, beta) - beta * divergence


def near_reference(one: One, a: float, beta: float) -> float:
    r = math.exp(one.ref_logp - one.logp)
    return clipped(one, a, beta) - KL_COEF * (r - 1 - math.log(r))


# How decisions are added up.


def by_decision(numbers: list[list[float]]) -> float:
    return statistics.fmean(x for episode in numbers for x in episode)


def by_episode(numbers: list[list[float]]) -> float:
    return statistics.fmean(statistics.fmean(episode) for episode in numbers)


EQUATIONS = {
    "reinforce": (alone(returns, whitened=False), score_function, by_decision),
    "reinforce_baseline": (alone(above_value, whitened=False), score_function, by_decision),
    "actor_critic_td": (alone(errors, whitened=True), with_entropy, by_decision),
    "actor_critic_nstep": (alone(n_step, whitened=True), with_entropy, by_decision),
    "a2c": (alone(gae, whitened=True), with_entropy, by_decision),
    "off_policy_ac": (alone(gae, whitened=True), surrogate_with_entropy, by_decision),
    "npg": (alone(gae, whitened=True), surrogate, by_decision),
    "npg_dense": (alone(gae, whitened=True), surrogate, by_decision),
    "trpo": (alone(gae, whitened=True), surrogate, by_decision),
    "ppo_penalty": (alone(gae, whitened=True), penalised, by_decision),
    "ppo_clip": (alone(gae, whitened=True), clipped_with_entropy, by_decision),
    "grpo": (siblings(standardised), near_reference, by_episode),
    "dr_grpo": (siblings(centred), clipped, by_decision),
    "rloo": (siblings(left_out), score_function, by_decision),
}


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_objective_is_the_papers(name):
    chosen = method(name)
    d, table = batch(chosen)
    worth, each, added = EQUATIONS[name]
    coefficients = beta(chosen)
    found = objective(chosen, d, table)
    for seed in range(S):
        own = episodes(d, table, seed)
        coefficient = 0.0 if coefficients is None else coefficients[seed].item()
        numbers = [
            [each(one, a, coefficient) for one, a in zip(episode, advantages, strict=True)]
            for episode, advantages in zip(own, worth(own), strict=True)
        ]
        # Some twenty numbers of size one are added in single precision.
        assert found[seed].item() == pytest.approx(added(numbers), abs=2e-6)


TARGETS = {
    "reinforce_baseline": returns,
    "actor_critic_td": errors,
    "actor_critic_nstep": n_step,
    "a2c": gae,
    "off_policy_ac": gae,
    "npg": gae,
    "npg_dense": gae,
    "trpo": gae,
    "ppo_penalty": gae,
    "ppo_clip": gae,
}


@pytest.mark.parametrize("name", TARGETS)
def test_what_the_critic_is_asked_to_say_is_the_return_that_its_advantage_was_measured_against(name):
    chosen = method(name)
    d, table = batch(chosen)
    target = chosen.credit(d, GAMMA).target
    for seed in range(S):
        for b, episode in enumerate(episodes(d, table, seed)):
            expected = TARGETS[name](episode)
            if TARGETS[name] is not returns:
                expected = [a + one.value for a, one in zip(expected, episode, strict=True)]
            assert target[: len(episode), seed, b].tolist() == pytest.approx(expected, abs=1e-5)


def test_dqn_lowers_hubers_function_of_the_error_against_the_largest_value_that_the_lagging_network_sees():
    chosen = method("dqn")
    d, table = batch(chosen)
    found = objective(chosen, d, table)
    for seed in range(S):
        losses = []
        for t in range(T):
            for b in range(B):
                if not d.mask[t, seed, b]:
                    continue
                beyond = 0 if d.terminated[t, seed, b] else GAMMA * d.next_value[t, seed, b].item()
                error = abs(d.reward[t, seed, b].item() + beyond - table[t, seed, b, d.action[t, seed, b]].item())
                losses.append(error**2 / 2 if error <= DELTA else DELTA * (error - DELTA / 2))
        assert found[seed].item() == pytest.approx(-statistics.fmean(losses), abs=2e-6)


@pytest.mark.parametrize(("name", "answers"), [("dpo", 2), ("dpo_pl", 2), ("dpo_pl", 4)])
def test_preferred_answers_are_as_likely_as_they_were_chosen_measured_from_the_reference(name, answers):
    """An answer's log-probability is the sum over its decisions; of two answers the product has one factor, σ."""
    chosen = with_settings(method(name), {"rollout": {"answers": answers}})
    d, table = batch(chosen)
    found = objective(chosen, d, table)
    for seed in range(S):
        scores = [BETA * sum(one.logp - one.ref_logp for one in episode) for episode in episodes(d, table, seed)]
        prompts = [scores[k : k + answers] for k in range(0, B, answers)]
        logs = [sum(math.log(math.exp(s[k]) / sum(map(math.exp, s[k:]))) for k in range(answers - 1)) for s in prompts]
        assert found[seed].item() == pytest.approx(statistics.fmean(logs), abs=2e-6)
