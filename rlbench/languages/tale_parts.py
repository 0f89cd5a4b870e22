"""What there is to say of a tale, part by part: the gold reward is made of these."""

import re
from dataclasses import dataclass
from math import tanh

from rlbench.languages.tale_words import KIND_OF, MOOD_OF, OTHER, STOP, TOPIC_OF

SENTENCE = re.compile("DA?NVDA?N")


@dataclass(frozen=True)
class Parts:
    """Of one tale, held against one prompt."""

    topic: float
    """Share of its nouns that belong to the topic; without nouns 0."""
    mood: float
    """tanh of the adjectives of the mood less those of the other one, for each sentence: about one is enough."""
    length_error: int
    """Sentences too many or too few; a sentence is what ends with a full stop."""
    repetition: float
    """Share of its nouns, adjectives and verbs that it had said before; without such words 0."""
    grammar_errors: float
    """Share of its sentences that are none by the grammar, an unfinished last one among them; without sentences 0."""
    sentences: int
    """Finished and unfinished."""
    content: int
    """Nouns, adjectives and verbs."""


def parts(words: list[str], topic: str, mood: str, length: int) -> Parts:
    """Of any list of words, known or not.

    A sentence by the grammar: determiner, perhaps an adjective, noun; verb; determiner, perhaps an adjective, noun.
    """
    nouns = [word for word in words if word in TOPIC_OF]
    kinds = "".join([KIND_OF.get(word, OTHER) for word in words])
    content = [word for word, kind in zip(words, kinds, strict=True) if kind in "NAV"]
    *sentences, rest = kinds.split(STOP)
    wrong = sum(SENTENCE.fullmatch(sentence) is None for sentence in sentences) + bool(rest)
    return Parts(
        topic=_share(sum(TOPIC_OF[noun] == topic for noun in nouns), len(nouns)),
        mood=tanh(_balance(words, mood) / max(1, len(sentences))),
        length_error=abs(len(sentences) - length),
        repetition=_share(len(content) - len(set(content)), len(content)),
        grammar_errors=_share(wrong, len(sentences) + bool(rest)),
        sentences=len(sentences) + bool(rest),
        content=len(content),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _balance(words: list[str], mood: str) -> int:
    """Adjectives of the mood less those of the other one."""
    moods = [MOOD_OF[word] for word in words if word in MOOD_OF]
    return 2 * moods.count(mood) - len(moods)
