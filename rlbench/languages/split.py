"""Which prompts are kept for evaluation: a property of the prompt's text, the same on every machine and for ever."""

from functools import cache
from hashlib import sha256
from typing import Literal, get_args

Split = Literal["train", "held_out"]

ONE_IN = 5
"""One prompt in so many is held out."""


def check_split(split: str) -> None:
    """Raises ValueError if there is no such split."""
    if split not in get_args(Split):
        raise ValueError(f"split: {split!r} is none of {', '.join(get_args(Split))}")


def in_split(prompt: str, split: Split) -> bool:
    """Whether a prompt belongs to the split. Each belongs to exactly one. Raises ValueError as `check_split` does."""
    check_split(split)
    return _held_out(prompt) == (split == "held_out")


@cache
def _held_out(prompt: str) -> bool:
    return int.from_bytes(sha256(prompt.encode()).digest()[:8], "big") % ONE_IN == 0
