"""Fit a reward model to recorded rankings: raise the likelihood that a Plackett-Luce model gives them.

Stiennon et al. 2020, "Learning to Summarize from Human Feedback", arXiv:2009.01325, section 3.4; Ouyang et al. 2022,
arXiv:2203.02155, equation 1. It begins as the model that the answers are of, with a single output in place of logits.
Afterwards it is shifted so that fresh answers of that model have mean zero. Its unit stays what likelihood has found,
that of the judge's reward over its temperature: a price of KL in it is DPO's β.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from safetensors.torch import load_file, save_file
from torch import Tensor

from rlbench.algo import plackett_luce
from rlbench.core.atomic import replacing
from rlbench.core.noise import Noise
from rlbench.core.ranges import Pair
from rlbench.engine.eager import Eager
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.learned_reward import LearnedReward
from rlbench.language.pretrained import Pretrained
from rlbench.language.reward_quality import accuracy, correlation
from rlbench.language.value_model import LanguageReward
from rlbench.language.window import Window
from rlbench.updates.minibatch_adam import MinibatchAdam

SEED = 2**31 + 2
"""A configuration's seeds lie below this."""


@dataclass(frozen=True, kw_only=True)
class RewardFitting:
    """How a reward model is fitted."""

    answers: Pair = 2
    """Answers in each comparison that it is fitted to."""
    rule: MinibatchAdam = MinibatchAdam(lr=1e-3, epochs=2, minibatches=50)


class AnswerRanking:
    """Raise the likelihood of rankings over the parameters of a reward model. A row is a comparison."""

    name = "ranking"
    hyper_values: tuple[float, ...] = ()

    def __init__(self, model: LanguageReward, comparisons: AnswerComparisons, answers: int):
        self._model, self._inputs = model, comparisons.inputs
        self._ranked = comparisons.ranked(answers)
        self.rows = len(self._ranked)

    def take(self, rows: Int[Tensor, "S M"] | None) -> tuple[Tensor, ...]:
        """[I, S, M, K]."""
        chosen = self._ranked[None] if rows is None else self._ranked[rows]
        return (self._inputs[:, chosen],)

    def objective(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...], hyper: tuple) -> Float[Tensor, " S"]:
        del hyper
        (inputs,) = batch
        score = self._model.score(theta, inputs.flatten(2, 3)).unflatten(1, inputs.shape[2:])
        return plackett_luce.log_likelihood(score.permute(2, 0, 1)).mean(1)


def make(task: Any, path: Path, ingredients: Mapping[str, Path]) -> dict[str, Any]:
    """Fit a task's reward model into the file `path`; returns how well it orders fresh answers."""
    base = Pretrained(ingredients["model"])
    window = task.speech(base.tokenizer()).window
    comparisons = AnswerComparisons.read(ingredients["comparisons"], window)
    model = LanguageReward(base.scalar(), window)
    phi = fit(model, comparisons, task.fitting)
    score = fresh_scores(model, phi, comparisons)
    model.network.weights(phi)[0]["head.bias"].sub_(float(score.mean()))
    model.network.write(phi[0])
    with replacing(path) as part:
        save_file({name: x.contiguous() for name, x in model.network.module.state_dict().items()}, part)
    return {
        "accuracy": accuracy(comparisons, score),
        "correlation": correlation(comparisons, score),
        "fresh_sd": float(score.std()),
    }


def fit(model: LanguageReward, comparisons: AnswerComparisons, asked: RewardFitting) -> Float[Tensor, "1 P"]:
    """Parameters from those of the network by the likelihood of the comparisons."""
    phi, problem = model.network.read()[None], AnswerRanking(model, comparisons, asked.answers)
    alive = torch.ones(1, dtype=torch.bool)
    asked.rule.step(problem, phi, asked.rule.start(phi), alive, iteration=0, noise=Noise([SEED]), engine=Eager())
    return phi


def read_reward(path: Path, base: Pretrained, window: Window) -> tuple[LanguageReward, Float[Tensor, " P"]]:
    """The reward model that `make` wrote, whose body is shaped as `base` is."""
    network = base.scalar()
    network.module.load_state_dict(load_file(path))
    return LanguageReward(network, window), network.read()


def fresh_scores(model: LanguageReward, phi: Float[Tensor, "1 P"], comparisons: AnswerComparisons) -> np.ndarray:
    """Of each fresh answer, [F]."""
    return LearnedReward(model, phi[0]).score(comparisons.fresh_inputs[:, None])[0]
