"""What both sides train in the benchmarks of language models: the methods' own settings, and the sizes of models."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Comparisons, Episodes
from rlbench.language.imitation import Imitation, begin
from rlbench.language.pretrained import Pretrained, fresh, save
from rlbench.language.speech import Speech
from rlbench.language.tokens import tokenizer_of
from rlbench.languages.tales import Tales
from rlbench.methods.dpo import DPO
from rlbench.methods.grpo import GRPO
from rlbench.methods.ppo_clip import PPOClip
from rlbench.updates.minibatch_adam import MinibatchAdam

LANGUAGE = Tales()
ANSWERS = 64
"""In a batch; of DPO as many pairs."""
PAIRS = 1_024
"""Recorded for DPO to read, again and again."""
KL_COEF = 0.1
"""What a nat costs where the reward is charged for it."""

_RULE = MinibatchAdam(lr=1e-4, max_norm=0.5)
_EPISODES = Episodes(episodes=ANSWERS)
METHODS = {
    "dpo": DPO(rollout=Comparisons(prompts=ANSWERS, answers=2), update=_RULE),
    "grpo": GRPO(rollout=Episodes(episodes=ANSWERS, group=8), update=_RULE),
    "ppo_clip": PPOClip(rollout=_EPISODES, update=_RULE, critic=_RULE),
}
"""One step of the optimiser for each batch; PPO takes one of its critic's besides."""

SIZES = {"0.13M": Imitation(), "10M": Imitation(width=320, layers=6, heads=5)}
"""Of a Llama: the tasks' own, and a larger one. Its numbers are the first ones, so that every token is about as likely
as another and answers are as long as is allowed, or all but."""

SETTINGS = {(method, size): METHODS[method] for method in METHODS for size in SIZES}


@dataclass(frozen=True)
class Texts:
    """Recorded pairs, as a trainer is given them."""

    prompts: list[str]
    preferred: list[str]
    other: list[str]


def make_model(folder: Path, size: str) -> None:
    """The model that both sides begin from."""
    tokenizer = tokenizer_of(LANGUAGE)
    speech = Speech.of(LANGUAGE, tokenizer)
    model = fresh(SIZES[size].config(tokenizer, speech.window.prompt + speech.window.answer))
    begin(model, Noise([0]))
    save(folder, model, tokenizer)


def texts() -> Texts:
    """Pairs of words at random, all of the greatest length: the same work for both sides in every batch."""
    draw = Noise([0]).generator(0, Purpose.DATA, 0)
    words = np.array(LANGUAGE.symbols)[draw.integers(len(LANGUAGE.symbols), size=(2, PAIRS, LANGUAGE.answer_symbols))]
    return Texts(LANGUAGE.prompts(draw, PAIRS), *([" ".join(row) for row in rows] for rows in words))


def prompts() -> list[str]:
    """What an on-policy trainer is given to ask."""
    return LANGUAGE.prompts(Noise([0]).generator(0, Purpose.ENVIRONMENT, 0), PAIRS)


def recorded(speech: Speech) -> Tensor:
    """The same pairs as tokens [I, 2 N], those to one prompt side by side, the preferred one first."""
    given = texts()
    asked = [prompt for prompt in given.prompts for _ in range(2)]
    said = [answer for pair in zip(given.preferred, given.other, strict=True) for answer in pair]
    return torch.cat((speech.prompts(asked), speech.answers(said)))


def speech_of(folder: Path) -> Speech:
    """The way between texts and the tokens of the model in a folder."""
    return Speech.of(LANGUAGE, Pretrained(folder).tokenizer())
