"""Every language, as it is by default and where it is easier or harder."""

import pytest

from rlbench.languages.countdown import Countdown
from rlbench.languages.enumerable import Enumerable
from rlbench.languages.tales import Tales

LANGUAGES = (
    Countdown(),
    Countdown(terms=2, true_target=1.0),
    Countdown(terms=9, true_digit=0.3),
    Tales(),
    Tales(answer_symbols=8, length_weight=0.0),
    Enumerable(),
    Enumerable(letters=2, answer_symbols=6),
)

each_language = pytest.mark.parametrize("language", LANGUAGES, ids=str)


def symbols_of(language, text: str) -> list[str]:
    """The symbols of a text, as a tokenizer of one token a symbol takes it apart."""
    return text.split(language.separator) if language.separator else list(text)
