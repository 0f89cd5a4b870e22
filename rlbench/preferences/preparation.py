"""All that is there before training begins: recorded comparisons and a reward fitted to them, for each seed."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int

from rlbench.core.ranges import Count, Pair, Positive
from rlbench.core.schema import Metric
from rlbench.engine.eager import Eager
from rlbench.preferences.comparisons import Comparisons, compare
from rlbench.preferences.fitting import fit
from rlbench.preferences.quality import accuracy, correlation, scores
from rlbench.preferences.reward_model import RewardModel, RewardNetwork
from rlbench.preferences.segments import Draw, Source
from rlbench.updates.minibatch_adam import MinibatchAdam


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What is compared, for each seed."""

    segments: Count
    """Segments that are ranked, however many are in one comparison."""
    steps: Count
    """The most that a segment can have, from the start of an episode."""
    temperature: Positive
    """Difference of two returns, in the environment's unit, at which the better one wins with odds e to 1."""
    fresh_pairs: Count = 500
    """Further pairs of segments, each from one initial state, that the learned reward is measured on."""


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """How a reward is fitted to comparisons."""

    answers: Pair = 2
    """Segments in each comparison."""
    width: Count = 32
    """Units in each of the two hidden layers."""
    rule: MinibatchAdam = MinibatchAdam(lr=3e-3, epochs=3, minibatches=50)


@dataclass(frozen=True)
class Prepared:
    """What a session of a preference task begins with."""

    comparisons: Comparisons
    reward: RewardModel
    """A segment of the reference's has a total of standard deviation one."""
    quality: dict[Metric, np.ndarray]
    labelled_steps: Int[np.ndarray, " S"]
    """Environment steps in the segments that the method, or the reward that it is paid, has learned from."""


def prepare(source: Source, network: RewardNetwork, recording: Recording, fitting: Fitting, answers: int) -> Prepared:
    """Comparisons of `answers` segments for the method, and a reward from comparisons as the task fits them.

    The reward is divided by the standard deviation of its sum over fresh segments, for each seed. So a price of KL
    means the same for every seed, whatever scale the likelihood has found. The mean stays: where an episode can end,
    a constant in each reward pays for going on or for giving up, and which of them the comparisons do say. Where all
    segments are equally long they do not, the constant stays near the zero that the network begins with, and in
    episodes of one length it changes nothing. The spread of single rewards is no measure: they may all be alike.
    """
    comparisons = {k: _record(source, recording, k) for k in sorted({answers, fitting.answers})}
    reward = fit(network, fitting.rule, comparisons[fitting.answers], source.noise, Eager())
    states, actions = Draw.FRESH_STATES, Draw.FRESH_ACTIONS
    fresh = source.play(2 * recording.fresh_pairs, steps=recording.steps, group=2, states=states, actions=actions)
    score = scores(reward, fresh)
    quality = {
        Metric.REWARD_MODEL_ACCURACY: accuracy(score, fresh.returns),
        Metric.REWARD_MODEL_CORRELATION: correlation(score, fresh.returns),
    }
    labelled_steps = comparisons[answers].mask.sum((0, 2)).numpy().astype(np.int64)
    spread = torch.from_numpy(score.std(1)).float()
    return Prepared(comparisons[answers], reward.divided(spread), quality, labelled_steps)


def _record(source: Source, recording: Recording, answers: int) -> Comparisons:
    """Whatever the number of answers, the same noise stands behind states, actions and ranks."""
    if recording.segments % answers:
        raise ValueError(f"recording.segments: {recording.segments} is not a multiple of answers: {answers}")
    states, actions = Draw.STATES, Draw.ACTIONS
    played = source.play(recording.segments, steps=recording.steps, group=answers, states=states, actions=actions)
    return compare(played, source.noise, answers=answers, temperature=recording.temperature)
