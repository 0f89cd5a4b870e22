"""Small language models for tests, their numbers drawn by key."""

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM, LlamaModel

from rlbench.language.flat_module import FlatModule
from rlbench.language.policy import LanguagePolicy
from rlbench.language.value_model import LanguageCritic, LanguageReward, Scalar
from rlbench.language.window import Window

PAD, END = 0, 1
VOCABULARY = 9
WINDOW = Window(prompt=4, answer=6, pad=PAD, end=END)


def config() -> LlamaConfig:
    return LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        pad_token_id=PAD,
        bos_token_id=None,
        eos_token_id=END,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )


def policy(temperature: float = 1.0) -> LanguagePolicy:
    return LanguagePolicy(FlatModule(LlamaForCausalLM(config())), WINDOW, temperature)


def critic() -> LanguageCritic:
    return LanguageCritic(FlatModule(Scalar(LlamaModel(config()), 16)), WINDOW)


def reward() -> LanguageReward:
    return LanguageReward(FlatModule(Scalar(LlamaModel(config()), 16)), WINDOW)


def parameters(network: object, seeds: int, spread: float = 0.3) -> torch.Tensor:
    """One set for each seed, so far from zero that answers differ."""
    layout = network.layout  # pyright: ignore[reportAttributeAccessIssue]
    theta = torch.zeros(seeds, layout.size)
    for seed in range(seeds):
        draw = np.random.default_rng(seed)
        for view in layout.views(theta[seed : seed + 1]):
            view.copy_(torch.from_numpy(draw.normal(0, spread, tuple(view.shape))))
    return theta


def prompts(seeds: int, columns: int, *, ragged: bool) -> torch.Tensor:
    """[prompt, S, B], of one to four tokens where `ragged`, else all of four."""
    draw = np.random.default_rng(7)
    lengths = draw.integers(1, 5, seeds * columns) if ragged else np.full(seeds * columns, 4)
    rows = [draw.integers(2, VOCABULARY, length).tolist() for length in lengths]
    return WINDOW.prompts(rows).unflatten(1, (seeds, columns))


def uniform(seeds: int, columns: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(8).random((WINDOW.answer, seeds, columns), np.float32))
