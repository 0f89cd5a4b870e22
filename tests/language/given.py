"""A tiny pretrained model and tasks on small samples of data sets, for tests."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from rlbench.core.registry import load_task, with_settings

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
SPLITS = {"hh_rlhf": "pairs", "ultrafeedback": "ranked", "gsm8k": "sums", "stories": "tales"}
"""Each task's own file among the samples."""
END = "<|endoftext|>"


def tokenizer(**special: str) -> PreTrainedTokenizerFast:
    """Bytes, and what is frequent in the samples: as GPT-2 has them, with an end and nothing to pad with."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=[END], initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator([path.read_text() for path in sorted(SAMPLES.iterdir())], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, **({"eos_token": END} | special))


def save_model(folder: Path, positions: int = 128, **special: Any) -> Path:
    """A Llama of width 16 that has learnt nothing yet."""
    spoken = tokenizer(**special)
    config = LlamaConfig(
        vocab_size=len(spoken),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        intermediate_size=32,
        max_position_embeddings=positions,
    )
    with torch.random.fork_rng(devices=[]):
        LlamaForCausalLM(config).save_pretrained(folder)
    spoken.save_pretrained(folder)
    return folder


def settings(task: str, model: Path) -> dict[str, Any]:
    """Of a task at the smallest size."""
    small: dict[str, Any] = {
        "data": {"folder": str(SAMPLES), "split": SPLITS[task], "held_out": ""},
        "model": {"folder": str(model)},
        "prompt_tokens": 64,
        "answer_tokens": 32,
        "tuning": {"steps": 80 if task == "stories" else 8, "texts": 8, "lr": 1e-2},
    }
    if task in ("hh_rlhf", "ultrafeedback", "stories"):
        small |= {"recording": {"prompts": 20, "fresh_pairs": 4}, "fitting": {"rule": {"lr": 1e-2, "minibatches": 5}}}
    return small


def given(task: str, folder: Path, /, **changes: Any) -> Any:
    """A task with these settings, its data those of its own sample."""
    return with_settings(with_settings(load_task(task), settings(task, folder)), changes)
