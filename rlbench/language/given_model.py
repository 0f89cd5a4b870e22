"""A pretrained model that a task is given: where it lies, and how it is spoken to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerBase

from rlbench.core.hub import Pinned
from rlbench.core.places import Local, ModelOnHub, Template, Token
from rlbench.core.supplies import Unsupplied
from rlbench.language.pretrained import own_generator
from rlbench.language.speech import Speech, special_token
from rlbench.language.window import Window

T = TypeVar("T")
BEFORE_ANSWERS = "\n"
"""Tokenizers keep a line's end apart from what follows, be it a space or a word."""


@dataclass(frozen=True, kw_only=True)
class GivenModel:
    """A causal language model with its tokenizer, in Hugging Face's layout, its weights as safetensors. No code of it
    is run."""

    hub: ModelOnHub
    folder: Local = ""
    """Taken in place of the hub's, if it is given."""
    end_token: Token = ""
    """What ends an answer."""
    template: Template = "plain"
    """Whether prompts are plain text or written as the tokenizer's chat template says."""

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """With an end and something to pad with, which may be the same: left of a prompt nobody looks. Raises
        Unsupplied."""
        tokenizer = self._loaded(AutoTokenizer.from_pretrained)
        if self.end_token:
            tokenizer.eos_token = self.end_token
        if tokenizer.eos_token_id is None or tokenizer.eos_token_id == tokenizer.unk_token_id:
            wrong = f"no token {self.end_token!r}" if self.end_token else "no token that ends a text"
            raise Unsupplied(f"the tokenizer of {self} has {wrong}; model: {{end_token: ...}} names one of its tokens")
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        if self.template == "chat" and not tokenizer.chat_template:
            raise Unsupplied(f"the tokenizer of {self} has no chat template; model: {{template: plain}} needs none")
        return tokenizer

    def speech(self, tokenizer: PreTrainedTokenizerBase, prompt_tokens: int, answer_tokens: int) -> Speech:
        """A chat template has put the first token of all where it belongs already."""
        pad, end = special_token(tokenizer, "pad"), special_token(tokenizer, "eos")
        window = Window(prompt_tokens, answer_tokens, pad, end)
        return Speech(tokenizer, window, opens=self.template == "plain", before=BEFORE_ANSWERS)

    def check_length(self, tokens: int) -> None:
        """Raises Unsupplied where the model reads less than a prompt with its answer."""
        most = getattr(self._loaded(AutoConfig.from_pretrained), "max_position_embeddings", None)
        if most is not None and tokens > most:
            raise Unsupplied(f"{self} reads {most} tokens; prompt_tokens and answer_tokens come to {tokens}")

    def model(self) -> nn.Module:
        """Its numbers in single precision, whatever they are stored in. Raises Unsupplied."""
        with own_generator():
            return self._loaded(AutoModelForCausalLM.from_pretrained, use_safetensors=True, dtype=torch.float32)

    def chat(self, tokenizer: PreTrainedTokenizerBase, turns: Sequence[str]) -> str:
        """A prompt by the chat template, up to where the assistant is to speak."""
        roles = ("user", "assistant") * len(turns)
        said = [{"role": role, "content": turn} for role, turn in zip(roles, turns, strict=False)]
        return str(tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True))

    def _loaded(self, load: Callable[..., T], **how: Any) -> T:
        try:
            if self.folder:
                return load(self.folder, local_files_only=True, trust_remote_code=False, **how)
            pinned = Pinned.of("models", self.hub)
            return load(pinned.name, revision=pinned.revision, trust_remote_code=False, **how)
        except (OSError, ValueError, ImportError) as error:
            because = str(error).strip().splitlines()[0]
            raise Unsupplied(f"{self} cannot be loaded: {because}; model: {{folder: ...}} names a local one") from None

    def __str__(self) -> str:
        return self.folder or self.hub
