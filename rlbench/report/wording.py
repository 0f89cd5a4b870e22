"""Words for lists and numbers in sentences that are written from a table."""

from collections.abc import Sequence

FEW = 5
"""More names than this are counted and not listed."""


def few(words: Sequence[str]) -> str:
    """All of them where they are few, else some and how many more."""
    return listed(words if len(words) <= FEW else [*words[:FEW], f"{len(words) - FEW} more"])


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; with semicolons where a word has a comma of its own."""
    if any(", " in word for word in words) and len(words) > 1:
        return f"{'; '.join(words[:-1])}; and {words[-1]}"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def counted(number: int, word: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def between(numbers: Sequence[int]) -> str:
    """`20`, or `3 to 20` where they differ."""
    return " to ".join(dict.fromkeys(map(str, (min(numbers), max(numbers)))))


def paragraph(*sentences: str) -> str:
    """Sentences one after the other, without those that have nothing to say."""
    return " ".join(sentence for sentence in sentences if sentence)
