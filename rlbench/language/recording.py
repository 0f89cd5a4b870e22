"""Record comparisons: answers of the model that all begin from, those to one prompt ranked by a judge.

The judge is a Plackett-Luce model of the reward: of two answers the first is preferred with probability
σ((r_1 - r_2) / temperature). Only the order is kept. Label noise turns a share of the
rankings round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from rlbench.algo import plackett_luce
from rlbench.core.atomic import replacing
from rlbench.core.noise import Noise, Purpose
from rlbench.core.ranges import Count, Fraction, Pair, Positive
from rlbench.core.supplies import Unsupplied
from rlbench.language.answering import Answered, Answering
from rlbench.language.policy import LanguagePolicy
from rlbench.language.pretrained import Pretrained

SEED = 2**31 + 1
"""A configuration's seeds lie below this."""
FRESH = 1
"""The step of the noise behind the answers that nothing is fitted to; behind the others it is zero."""


@dataclass(frozen=True, kw_only=True)
class AnswerRecording:
    """What is compared: the same for every method and seed."""

    prompts: Count
    """Prompts, each with `answers` answers, all of which are ranked."""
    temperature: Positive
    """Difference of two rewards at which the better answer wins with odds e to 1."""
    answers: Pair = 4
    """To each prompt. Pairs are parts of these rankings: whatever a method compares, it reads the same answers."""
    flipped: Fraction = 0.0
    """Share of rankings that are turned round: label noise."""
    fresh_pairs: Count = 1_000
    """Further pairs of answers, each to one prompt, that a learned reward is measured on."""


def make(task: Any, path: Path, ingredients: Mapping[str, Path]) -> dict[str, Any]:
    """Record a task's comparisons into the file `path`; returns how often the preferred of two was better. Raises
    Unsupplied where no answer is better than another."""
    model, noise, asked = Pretrained(ingredients["model"]), Noise([SEED]), task.recording
    speech = task.speech(model.tokenizer())
    policy = LanguagePolicy(model.policy(), speech.window, task.temperature)
    answering = Answering(policy, task.spoken(ingredients), speech)
    recorded = _play(answering, noise, 0, asked.prompts, asked.answers)
    fresh = _play(answering, noise, FRESH, asked.fresh_pairs, 2)
    if not np.ptp(recorded.reward) or not np.ptp(fresh.reward):
        raise Unsupplied("the model's answers are all worth the same: there is nothing to prefer; tune it for longer")
    rank = _ranks(recorded.reward[0], asked, noise)
    tensors = {
        "inputs": recorded.inputs[:, 0],
        "rank": torch.from_numpy(rank),
        "fresh.inputs": fresh.inputs[:, 0],
        "fresh.reward": torch.from_numpy(fresh.reward[0]),
    }
    with replacing(path) as part:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, part)
    return {"reward": float(recorded.reward.mean()), "preferred_is_better": _agreement(recorded.reward[0], rank, asked)}


def _play(answering: Answering, noise: Noise, step: int, prompts: int, answers: int) -> Answered:
    """`answers` sampled answers in a row to each of some prompts of the training split."""
    [draw] = noise.generators(Purpose.ENVIRONMENT, step)
    texts = [text for text in answering.language.prompts(draw, prompts, "train") for _ in range(answers)]
    uniform = noise.uniform(Purpose.ACTION, step, (answering.speech.window.answer, len(texts)))
    theta = answering.policy.network.read()[None]
    return answering.answer(theta, [texts], torch.from_numpy(uniform).transpose(0, 1))


def _ranks(reward: np.ndarray, asked: AnswerRecording, noise: Noise) -> np.ndarray:
    """The place of each answer among those to its prompt, best zero, int64 [N]."""
    [draw] = noise.generators(Purpose.DATA, 0)
    score = torch.from_numpy(reward).view(-1, asked.answers).T / asked.temperature
    order = plackett_luce.draw(score, torch.from_numpy(draw.gumbel(size=tuple(score.shape))))
    rank = order.argsort(0).T.numpy()
    turned = draw.random(len(rank)) < asked.flipped
    rank[turned] = asked.answers - 1 - rank[turned]
    return rank.flatten()


def _agreement(reward: np.ndarray, rank: np.ndarray, asked: AnswerRecording) -> float:
    """Share of pairs of neighbours that are ranked as their rewards, those with equal rewards left out."""
    better, preferred = (np.diff(x.reshape(-1, 2), axis=1) for x in (reward, -rank))
    counted = better != 0
    return float((better * preferred > 0)[counted].mean())
