"""What a language model says of an answer, worked out in plain Python from the model asked one prompt at a time."""

import math
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rlbench.language.policy import LanguagePolicy

PAD, END, UNKNOWN = range(3)


def apart(theta: Tensor, spread: float = 0.2) -> Tensor:
    """Other parameters for each seed, so far away that answers differ."""
    moved = theta.clone()
    for seed, row in enumerate(moved):
        row += torch.from_numpy(np.random.default_rng(seed).normal(0, spread, len(row))).float()
    return moved


def model(policy: LanguagePolicy, theta: Tensor) -> nn.Module:
    """The policy's own model with one seed's parameters in it."""
    network = deepcopy(policy.network)
    network.write(theta)
    return network.module


def length(answer: list[int]) -> int:
    """Decisions in an answer: up to its end, or all."""
    return answer.index(END) + 1 if END in answer else len(answer)


@torch.no_grad()
def log_probabilities(model: Any, prompt: list[int], answer: list[int], temperature: float) -> list[list[float]]:
    """For each decision of an answer, of each token of the vocabulary. A pad and what is unknown are never said."""
    logits = model(torch.tensor([[*prompt, *answer]])).logits[0, len(prompt) - 1 : -1].tolist()
    return [_normalised([x / temperature for x in row]) for row in logits][: length(answer)]


def _normalised(logits: list[float]) -> list[float]:
    said = [-math.inf if token in (PAD, UNKNOWN) else x for token, x in enumerate(logits)]
    total = math.log(sum(math.exp(x) for x in said))
    return [x - total for x in said]


def of_answer(model: Any, prompt: list[int], answer: list[int], temperature: float) -> list[float]:
    """Of each token that the answer chose."""
    said = log_probabilities(model, prompt, answer, temperature)
    return [row[token] for row, token in zip(said, answer, strict=False)]


def divergence(policy: list[list[float]], reference: list[list[float]]) -> float:
    """KL(policy || reference), summed over the decisions of an answer."""
    pairs = [(p, q) for row, other in zip(policy, reference, strict=True) for p, q in zip(row, other, strict=True)]
    return sum(math.exp(p) * (p - q) for p, q in pairs if p > -math.inf)
