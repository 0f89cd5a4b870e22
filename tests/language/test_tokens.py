"""One token a symbol, there and back."""

import numpy as np
import pytest

from rlbench.language.tokens import END, PAD, tokenizer_of
from rlbench.languages.countdown import Countdown
from rlbench.languages.enumerable import Enumerable
from rlbench.languages.tales import Tales


@pytest.mark.parametrize("language", [Countdown(), Tales(), Enumerable()], ids=lambda one: type(one).__name__)
def test_text_survives_and_every_symbol_is_a_token(language):
    tokenizer = tokenizer_of(language)
    assert len(tokenizer) == len(language.symbols) + 3
    for pair in language.corpus(np.random.default_rng(0), 200):
        for text in pair:
            tokens = tokenizer(text)["input_ids"]
            assert len(tokens) == (len(text.split()) if language.separator else len(text))
            assert tokenizer.decode(tokens, clean_up_tokenization_spaces=False) == text


def test_special_tokens_are_left_out_of_a_text():
    tokenizer = tokenizer_of(Countdown())
    tokens = [tokenizer.pad_token_id, *tokenizer("1+2")["input_ids"], tokenizer.eos_token_id]
    assert tokenizer.decode(tokens, skip_special_tokens=True) == "1+2"
    assert tokenizer.convert_ids_to_tokens(tokens)[:1] == [PAD]
    assert tokenizer.convert_ids_to_tokens(tokens)[-1:] == [END]
