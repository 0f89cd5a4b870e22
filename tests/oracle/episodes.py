"""What happens in a small Markov decision process: all episodes with their probabilities, or a sample of them."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from rlbench.core.noise import Noise, Purpose
from rlbench.core.types import Decisions, each_tensor
from rlbench.distributions.categorical import Categorical
from tests.oracle.tabular import MDP, Episodic, softmax


@dataclass(frozen=True)
class Histories:
    """States [T + 1, S, B], where the number of states means that the episode has ended, and actions [T, S, B]."""

    state: np.ndarray
    action: np.ndarray


def every(mdp: MDP, logits: np.ndarray, steps: int) -> tuple[Histories, np.ndarray]:
    """Each possible history as a seed with one stream, and its probability [S].

    One that has ended goes on with action 0, so that each episode is there once.
    """
    policy, moves = softmax(logits), _with_end(mdp)
    state, action = np.arange(len(mdp.start))[None], np.empty((0, len(mdp.start)), int)
    probability = mdp.start
    for _ in range(steps):
        last = state[-1]
        chance = np.append(policy, np.eye(1, policy.shape[1]), 0)[last][:, :, None] * moves[last]
        index, act, following = np.nonzero(chance * probability[:, None, None])
        probability = probability[index] * chance[index, act, following]
        state = np.append(state[:, index], following[None], 0)
        action = np.append(action[:, index], act[None], 0)
    return Histories(state[:, :, None], action[:, :, None]), probability


def sample(
    mdp: MDP, logits: np.ndarray, steps: int, *, seeds: int, streams: int, group: int = 1, step: int = 0
) -> Histories:
    """Seeds' batches of independent streams; each `group` of them in a row begins in the same state."""
    noise, policy, moves = Noise(range(seeds)), softmax(logits), _with_end(mdp)
    policy = np.append(policy, np.eye(1, policy.shape[1]), 0)
    chance = noise.uniform(Purpose.ACTION, step, (steps, streams), np.float64)
    world = noise.uniform(Purpose.ENVIRONMENT, step, (steps + 1, streams), np.float64)
    state = [_draw(mdp.start, np.repeat(world[:, 0, ::group], group, 1))]
    action = []
    for t in range(steps):
        action.append(_draw(policy[state[-1]], chance[:, t]))
        state.append(_draw(moves[state[-1], action[-1]], world[:, t + 1]))
    return Histories(np.stack(state), np.stack(action))


def decisions(mdp: MDP, behaviour: np.ndarray, h: Histories, *, ends: bool = True) -> Decisions:
    """Histories as the benchmark's decisions, taken by a policy with these logits.

    At the last step episodes terminate, or without `ends` are cut off, to go on in the state beyond.
    """
    states = len(mdp.start)
    goes_on, inside = h.state[:-1] < states, np.minimum(h.state, states - 1)
    terminated = h.state[1:] == states
    last = np.zeros_like(terminated)
    last[-1] = True
    dist = Categorical(torch.from_numpy(behaviour[inside[:-1]]))
    action = torch.from_numpy(h.action)
    return Decisions(
        inputs=torch.from_numpy(inside[:-1]),
        action=action,
        logp=dist.logp(action),
        reward=torch.from_numpy(mdp.pays[inside[:-1], h.action]),
        mask=_number(goes_on),
        terminated=_number(terminated | last if ends else terminated),
        cut=_number(terminated | last),
        next_inputs=torch.from_numpy(inside[1:]),
        old=dist,
        ref_logp=dist.logp(action),
    )


def judged(d: Decisions, value: np.ndarray) -> Decisions:
    """With a critic that says value [T + 1, X] of each step's states."""
    step = np.arange(len(d.reward))[:, None, None]
    now, beyond = value[step, d.inputs], value[step + 1, d.next_inputs]
    return replace(d, value=torch.from_numpy(now), next_value=torch.from_numpy(beyond))


def looked_up(table: np.ndarray, d: Decisions) -> Tensor:
    """What a table [T, X, A] says of each decision."""
    step = np.arange(len(d.reward))[:, None, None]
    return torch.from_numpy(table[step, d.inputs, d.action])


def all_of(world: Episodic) -> tuple[Decisions, np.ndarray]:
    """Every episode of a policy as its decisions, judged by the exact critic, and the probabilities."""
    histories, probability = every(world.mdp, world.logits, world.horizon)
    return judged(decisions(world.mdp, world.logits, histories), world.value), probability


def together(d: Decisions, probability: np.ndarray, streams: int) -> tuple[Decisions, np.ndarray]:
    """Every batch of so many of these episodes, one after the other, as a seed; and the probability of each."""
    chosen = np.stack(np.meshgrid(*[np.arange(len(probability))] * streams, indexing="ij"), -1).reshape(-1, streams)
    return each_tensor(d, lambda x: x[:, :, 0][:, chosen]), probability[chosen].prod(1)


def some_of(world: Episodic, *, seeds: int, streams: int, group: int = 1, step: int = 0) -> Decisions:
    """A sample of episodes of a policy as its decisions, judged by the exact critic."""
    h = sample(world.mdp, world.logits, world.horizon, seeds=seeds, streams=streams, group=group, step=step)
    return judged(decisions(world.mdp, world.logits, h), world.value)


def _with_end(mdp: MDP) -> np.ndarray:
    """Moves with the end as one more state, which leads to itself: [X + 1, A, X + 1]."""
    states, actions, _ = mdp.moves.shape
    moves = np.zeros((states + 1, actions, states + 1))
    moves[:states, :, :states] = mdp.moves
    rest = 1 - moves.sum(-1)
    moves[..., states] = np.where(rest > 1e-12, rest, 0)  # rows that sum to one do so up to rounding
    return moves


def _draw(probability: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """By the inverse of the cumulative distribution over the last axis."""
    cumulative = np.cumsum(probability, -1)
    return (uniform[..., None] * cumulative[..., -1:] >= cumulative[..., :-1]).sum(-1)


def _number(x: np.ndarray) -> Tensor:
    return torch.from_numpy(x.astype(float))
