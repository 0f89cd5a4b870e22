"""Make the model that all methods of a task begin from: a small Llama, from scratch, by imitating the task's corpus.

That is supervised fine-tuning with nothing before it. Every step sees answers that it has not seen before, so there is
nothing to remember by heart. Learning rate: up over the first twentieth of the steps, then down along a cosine.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from transformers import LlamaConfig, PreTrainedTokenizerBase

from rlbench.core.noise import Noise, Purpose
from rlbench.core.ranges import Count, Positive, Width
from rlbench.language.answering import Answering
from rlbench.language.flat_module import FlatModule
from rlbench.language.policy import LanguagePolicy, attention
from rlbench.language.pretrained import INITIAL_SPREAD, fresh, save
from rlbench.language.speech import Speech, special_token
from rlbench.language.tokens import tokenizer_of

SEED = 2**31
"""A configuration's seeds lie below this."""
WARM_UP = 0.05
MAX_NORM = 1.0
JUDGED = 2_000
"""Answers to held-out prompts that the record tells of."""


@dataclass(frozen=True, kw_only=True)
class Imitation:
    """The size of the model, and how long it imitates."""

    width: Width = 64
    layers: Count = 2
    heads: Count = 4
    steps: Count = 1_000
    texts: Count = 128
    """In each step."""
    lr: Positive = 3e-3

    def config(self, tokenizer: PreTrainedTokenizerBase, length: int) -> LlamaConfig:
        """Of a model that reads `length` tokens at most."""
        return LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=self.width,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            num_key_value_heads=self.heads,
            intermediate_size=4 * self.width,
            max_position_embeddings=length,
            pad_token_id=special_token(tokenizer, "pad"),
            bos_token_id=None,
            eos_token_id=special_token(tokenizer, "eos"),
            initializer_range=INITIAL_SPREAD,
            tie_word_embeddings=True,
        )


def make(task: Any, path: Path, ingredients: Mapping[str, Path]) -> dict[str, Any]:
    """Train a task's model into the folder `path`; returns what it does on held-out prompts."""
    assert not ingredients
    tokenizer = tokenizer_of(task.language)
    speech, noise = Speech.of(task.language, tokenizer), Noise([SEED])
    model = fresh(task.imitation.config(tokenizer, speech.window.prompt + speech.window.answer))
    begin(model, noise)
    last = imitate(model, task.language, task.imitation, speech, noise)
    save(path, model, tokenizer)
    return {"loss": last} | _judged(FlatModule(model), task, speech, noise)


def begin(model: nn.Module, noise: Noise) -> None:
    """Set first numbers as the model's own first ones are set, but drawn by key: matrices from a normal distribution,
    the scales of norms at one."""
    draw = noise.generator(noise.seeds[0], Purpose.INITIALISATION, 0)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.copy_(torch.from_numpy(draw.normal(0, INITIAL_SPREAD, tuple(weight.shape))))
            else:
                weight.fill_(1)


def imitate(model: nn.Module, language: Any, asked: Any, speech: Speech, noise: Noise) -> float:
    """Raise the likelihood of the corpus's answers given their prompts, for the steps that are asked for; returns the
    last loss, nats a token."""
    adam = torch.optim.AdamW(model.parameters(), lr=asked.lr, betas=(0.9, 0.95), weight_decay=0.0)
    plan = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: rate(step / asked.steps))
    model.eval()  # dropout would draw from torch's global generator
    value = torch.zeros(())
    for step in range(asked.steps):
        draw = noise.generator(noise.seeds[0], Purpose.DATA, step)
        value = loss(model, speech, *zip(*language.corpus(draw, asked.texts), strict=True))
        adam.zero_grad()
        value.backward()
        _clip(model)
        adam.step()
        plan.step()
    return float(value.detach())


def rate(done: float) -> float:
    """Share of the full learning rate after a share of the steps."""
    if done < WARM_UP:
        return done / WARM_UP
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP)))


def loss(model: nn.Module, speech: Speech, prompts: tuple[str, ...], answers: tuple[str, ...]) -> Float[Tensor, ""]:
    """Nats a token of answers, their ends counted."""
    prompt, answer = speech.prompts(prompts), speech.answers(answers)
    inputs: Int[Tensor, "I N"] = torch.cat((prompt, answer))
    shown = attention(speech.window, inputs[:-1].T)
    logits = model(**shown, logits_to_keep=len(answer), use_cache=False).logits
    each = nn.functional.cross_entropy(logits.transpose(1, 2), answer.T, reduction="none")
    mask = speech.window.mask(answer).T
    return (each * mask).sum() / mask.sum()


def _clip(model: nn.Module) -> None:
    """Scale the gradient of the one model there is down to a norm."""
    gradients = [x.grad for x in model.parameters() if x.grad is not None]
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients]))
    scale = (MAX_NORM / norm).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(scale)


def _judged(network: FlatModule, task: Any, speech: Speech, noise: Noise) -> dict[str, float]:
    """Mean reward and rates of sampled answers to held-out prompts."""
    answering = Answering(LanguagePolicy(network, speech.window, task.temperature), task.language, speech)
    draw = noise.generator(noise.seeds[0], Purpose.EVALUATION_ENVIRONMENT, 0)
    texts = [task.language.prompts(draw, JUDGED, "held_out")]
    uniform = noise.uniform(Purpose.EVALUATION_ACTION, 0, (speech.window.answer, JUDGED))
    answered = answering.answer(network.read()[None], texts, torch.from_numpy(uniform).transpose(0, 1))
    means = {"reward": answered.reward, "right": answered.right, **answered.rates}
    return {name: float(np.mean(values)) for name, values in means.items()}
