"""How many tokens a second our decoding makes, beside Hugging Face's own `generate` on the same model and prompts.

Both sample at temperature 1 without truncating the distribution, and no answer may end early: the same work for both.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from transformers import LlamaConfig

from rlbench.core.noise import Noise, Purpose
from rlbench.language.decode import decode
from rlbench.language.flat_module import FlatModule
from rlbench.language.policy import LanguagePolicy
from rlbench.language.pretrained import fresh
from rlbench.language.window import Window


@dataclass(frozen=True)
class Size:
    """A model with weights at random, and what is asked of it."""

    width: int
    layers: int
    heads: int
    vocabulary: int
    batch: int
    prompt: int
    answer: int


SIZES = {
    "0.13M": Size(width=64, layers=2, heads=4, vocabulary=64, batch=64, prompt=8, answer=24),
    "110M": Size(width=768, layers=12, heads=12, vocabulary=32_000, batch=64, prompt=64, answer=64),
}


def generation(size: str, rounds: int, device: str) -> dict[str, Any]:
    """Medians of tokens a second of either over some rounds, one after the other in turns, and their ratio."""
    asked = SIZES[size]
    module: Any = fresh(_config(asked)).to(device)
    # Nothing is left of a prompt and no token ends an answer: neither is among those that are drawn.
    window = Window(asked.prompt, asked.answer, pad=asked.vocabulary, end=asked.vocabulary + 1)
    policy = LanguagePolicy(FlatModule(module), window)
    theta = policy.network.read()[None].to(device)
    noise = Noise([0])
    prompts = torch.from_numpy(
        noise.generator(0, Purpose.ENVIRONMENT, 0).integers(asked.vocabulary, size=(asked.batch, asked.prompt))
    )
    prompts = prompts.to(device)
    uniform = torch.from_numpy(noise.uniform(Purpose.ACTION, 0, (asked.answer, asked.batch))).transpose(0, 1).to(device)

    def ours() -> None:
        decode(policy, theta, prompts.T[:, None], uniform)

    def theirs() -> None:
        module.generate(
            prompts,
            attention_mask=torch.ones_like(prompts),
            do_sample=True,
            top_k=0,
            max_new_tokens=asked.answer,
            min_new_tokens=asked.answer,
        )

    tokens = asked.batch * asked.answer
    seconds = _in_turns((ours, theirs), rounds, device)
    mine, hugging_face = (tokens / statistics.median(one) for one in seconds)
    ratios = sorted(b / a for a, b in zip(*seconds, strict=True))
    return {
        "parameters": policy.layout.parameters,
        "ours_tokens_per_s": mine,
        "generate_tokens_per_s": hugging_face,
        "ratio": mine / hugging_face,
        "ratio_smallest": ratios[0],
        "ratio_largest": ratios[-1],
        "rounds": rounds,
    } | vars(asked)


def _config(size: Size) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=size.vocabulary,
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.heads,
        intermediate_size=4 * size.width,
        max_position_embeddings=size.prompt + size.answer,
        bos_token_id=None,
        eos_token_id=None,
        tie_word_embeddings=True,
    )


def _in_turns(programs: tuple[Callable[[], None], ...], rounds: int, device: str) -> list[list[float]]:
    """Seconds of each program in each round; the first round, in which everything is new, is not counted."""
    seconds: list[list[float]] = [[] for _ in programs]
    for turn in range(rounds + 1):
        for program, spent in zip(programs, seconds, strict=True):
            start = time.perf_counter()
            with torch.no_grad():
                program()
            if device == "cuda":
                torch.cuda.synchronize()
            if turn:
                spent.append(time.perf_counter() - start)
    return seconds
