"""A language model on disk: a folder as Hugging Face lays it out, weights as safetensors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer, PretrainedConfig, PreTrainedTokenizerBase
from transformers.utils import logging

from rlbench.core.atomic import replacing_folder
from rlbench.language.flat_module import FlatModule
from rlbench.language.value_model import Scalar

logging.disable_progress_bar()

INITIAL_SPREAD = 0.02
"""Of the first weights, as is usual for such models."""

ATTENTION = "eager"
"""Torch's fused attention refuses the second derivatives that Fisher products need on a CPU."""


@dataclass(frozen=True)
class Pretrained:
    """A folder that holds a model and its tokenizer. No code of it is run."""

    folder: Path

    def tokenizer(self) -> PreTrainedTokenizerBase:
        return AutoTokenizer.from_pretrained(self.folder, local_files_only=True)

    def policy(self) -> FlatModule:
        """The model itself, with a head of logits."""
        with own_generator():
            model = AutoModelForCausalLM.from_pretrained(
                self.folder, local_files_only=True, use_safetensors=True, attn_implementation=ATTENTION
            )
        return FlatModule(model)

    def scalar(self) -> FlatModule:
        """The model's body with one number a token in place of logits."""
        with own_generator():
            body = AutoModel.from_pretrained(
                self.folder, local_files_only=True, use_safetensors=True, attn_implementation=ATTENTION
            )
        return FlatModule(Scalar(body, body.config.hidden_size))


def fresh(config: PretrainedConfig) -> nn.Module:
    """A model for causal language modelling whose numbers are yet to be set."""
    with own_generator():
        return AutoModelForCausalLM.from_config(config, attn_implementation=ATTENTION)


def save(folder: Path, model: Any, tokenizer: PreTrainedTokenizerBase) -> None:
    """The same model is always the same bytes; the folder is there whole or not at all."""
    with replacing_folder(folder) as part:
        model.save_pretrained(part)
        tokenizer.save_pretrained(part)


@contextmanager
def own_generator() -> Iterator[None]:
    """Making a model draws first numbers from torch's global generator: leave that as it was."""
    with torch.random.fork_rng(devices=[]):
        yield
