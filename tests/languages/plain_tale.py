"""The gold reward of a tale once more, word by word, with lists of words of its own."""

from math import exp

NOUNS = {
    "sea": ["boat", "fish", "wave", "shell", "gull", "reef"],
    "farm": ["cow", "barn", "field", "hen", "goat", "plough"],
    "city": ["tram", "shop", "street", "clerk", "tower", "bus"],
}
HAPPY = ["merry", "bright", "kind", "calm", "sweet", "lucky"]
SAD = ["grim", "dark", "cruel", "wild", "bitter", "cursed"]
NEITHER = ["old", "small", "red", "tall", "round", "plain"]
VERBS = ["sees", "finds", "follows", "meets", "leaves", "passes", "greets", "holds"]
ALL_NOUNS = NOUNS["sea"] + NOUNS["farm"] + NOUNS["city"]


def is_sentence(words: list[str]) -> bool:
    """Takes words from the front, one part of speech after the other."""
    words = list(words)
    for part in ("noun", "verb", "noun"):
        if part == "verb":
            if not words or words.pop(0) not in VERBS:
                return False
            continue
        if not words or words.pop(0) not in ("the", "a"):
            return False
        if words and words[0] in HAPPY + SAD + NEITHER:
            words.pop(0)
        if not words or words.pop(0) not in ALL_NOUNS:
            return False
    return not words


def sentences_of(words: list[str]) -> tuple[list[list[str]], list[str]]:
    """What ended with a full stop, and what is left."""
    finished, current = [], []
    for word in words:
        if word == ".":
            finished.append(current)
            current = []
        else:
            current.append(word)
    return finished, current


def gold(prompt: str, answer: str) -> float:
    """2 topic + 1.5 mood - length error - 3 repetition - 2 grammar errors."""
    topic, mood, number, _ = prompt.split()
    words = answer.split()
    finished, left = sentences_of(words)
    reward = -abs(len(finished) - {"one": 1, "two": 2, "three": 3}[number])
    nouns = [word for word in words if word in ALL_NOUNS]
    if nouns:
        reward += 2 * len([noun for noun in nouns if noun in NOUNS[topic]]) / len(nouns)
    balance = 0
    for word in words:
        balance += (word in HAPPY) - (word in SAD)
    each = (balance if mood == "happy" else -balance) / (len(finished) or 1)
    reward += 1.5 * (1 - 2 / (exp(2 * each) + 1))
    seen, content, again = set(), 0, 0
    for word in words:
        if word in ALL_NOUNS + HAPPY + SAD + NEITHER + VERBS:
            content, again = content + 1, again + (word in seen)
            seen.add(word)
    if content:
        reward -= 3 * again / content
    attempts = finished + ([left] if left else [])
    if attempts:
        reward -= 2 * len([words for words in attempts if not is_sentence(words)]) / len(attempts)
    return reward
