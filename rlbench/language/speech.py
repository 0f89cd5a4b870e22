"""From texts to tokens and back, for the prompts and answers of one task."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jaxtyping import Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from rlbench.language.window import Window
from rlbench.languages.language import Language


@dataclass(frozen=True)
class Speech:
    """A tokenizer, and the window that its tokens lie in."""

    tokenizer: PreTrainedTokenizerBase
    window: Window
    opens: bool = False
    """Whether the tokenizer puts before a prompt what it begins every text with."""
    before: str = ""
    """What an answer is cut from once it is tokens: a tokenizer may see the beginning of a text in it otherwise."""

    @classmethod
    def of(cls, language: Language, tokenizer: PreTrainedTokenizerBase) -> "Speech":
        """With room for the longest prompt and answer of a language of one token a symbol, and for the answer's end."""
        pad, end = special_token(tokenizer, "pad"), special_token(tokenizer, "eos")
        unsaid = tuple(sorted({*tokenizer.all_special_ids} - {end}))
        return cls(tokenizer, Window(language.prompt_symbols, language.answer_symbols + 1, pad, end, unsaid))

    def prompts(self, texts: Sequence[str]) -> Int[Tensor, "prompt N"]:
        """Raises ValueError for a text that is empty or too long."""
        return self.window.prompts(self.prompt_tokens(texts))

    def answers(self, texts: Sequence[str]) -> Int[Tensor, "answer N"]:
        """Each with its end; what is longer is cut off."""
        return self.window.answers(self.answer_tokens(texts))

    def prompt_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """As many as each text needs."""
        return self._tokens(texts, add_special_tokens=self.opens)

    def answer_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """As many as each text needs, without an end. What reads like a special token is text like any other."""
        before = self._tokens([self.before], add_special_tokens=False)[0] if self.before else []
        whole = self._tokens(
            [self.before + text for text in texts], add_special_tokens=False, split_special_tokens=True
        )
        return [tokens[len(before) :] for tokens in whole]

    def texts(self, tokens: Int[Tensor, "T N"]) -> list[str]:
        """What a reader sees: no special token, nothing cleaned up."""
        columns = tokens.T.tolist()
        return self.tokenizer.batch_decode(columns, skip_special_tokens=True, clean_up_tokenization_spaces=False)

    def _tokens(self, texts: Sequence[str], **how: Any) -> list[list[int]]:
        return self.tokenizer(list(texts), **how)["input_ids"] if texts else []


def special_token(tokenizer: PreTrainedTokenizerBase, name: str) -> int:
    """The number of the token `pad` or `eos`. Raises ValueError where the tokenizer has none."""
    token = getattr(tokenizer, f"{name}_token_id")
    if not isinstance(token, int):
        raise ValueError(f"the tokenizer of {tokenizer.name_or_path or 'this model'} has no {name} token")
    return token
