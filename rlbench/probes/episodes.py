"""All episodes of a small world, as the benchmark's decisions: one seed with one stream for each."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rlbench.core.types import Decisions
from rlbench.distributions.categorical import Categorical
from rlbench.probes.episodic import Episodic


@dataclass(frozen=True)
class Episodes:
    """Every way in which E episodes of T steps can go, with the probability of each [E] under the policy that acts."""

    decisions: Decisions
    probability: Tensor


def every_episode(actor: Episodic, critic: Tensor) -> Episodes:
    """The episodes of a policy, judged by a critic that says a value of each step and state, [T + 1, X].

    At the horizon an episode terminates. There is nothing beyond, so that no state is named there but the first.
    """
    states, actions = actor.logits.shape
    grid = torch.from_numpy(np.indices((states, actions) * actor.horizon).reshape(2 * actor.horizon, -1, 1))
    state, action = grid[0::2], grid[1::2]
    logp = Categorical(actor.logits[state]).logp(action)
    moves = actor.world.moves[state[:-1], action[:-1], state[1:]].prod(0)
    probability = actor.world.start[state[0]] * moves * logp.sum(0).exp()
    following = torch.cat([state[1:], torch.zeros_like(state[:1])])
    step = torch.arange(actor.horizon)[:, None, None]
    last = (step == actor.horizon - 1).expand_as(state).to(logp.dtype)
    decisions = Decisions(
        inputs=state,
        action=action,
        logp=logp,
        reward=actor.world.pays[state, action],
        mask=torch.ones_like(logp),
        terminated=last,
        cut=last,
        next_inputs=following,
        value=critic[step, state],
        next_value=critic[step + 1, following],
    )
    return Episodes(decisions, probability[:, 0])


def looked_up(table: Tensor, d: Decisions) -> Tensor:
    """What a table [T, X, A] says of each decision, [T, E, 1]."""
    return table[torch.arange(len(d.reward))[:, None, None], d.inputs, d.action]
