"""The words of the tales, and what each of them is."""

TOPICS = {
    "sea": ("boat", "fish", "wave", "shell", "gull", "reef"),
    "farm": ("cow", "barn", "field", "hen", "goat", "plough"),
    "city": ("tram", "shop", "street", "clerk", "tower", "bus"),
}
"""The nouns of each topic."""
MOODS = ("happy", "sad")
LENGTHS = ("one", "two", "three")
"""In sentences."""
ASK = ":"
"""The end of a prompt."""

DETERMINERS = ("the", "a")
MERRY = ("merry", "bright", "kind", "calm", "sweet", "lucky")
GRIM = ("grim", "dark", "cruel", "wild", "bitter", "cursed")
PLAIN = ("old", "small", "red", "tall", "round", "plain")
VERBS = ("sees", "finds", "follows", "meets", "leaves", "passes", "greets", "holds")
STOP = "."

TOPIC_OF = {noun: topic for topic, nouns in TOPICS.items() for noun in nouns}
MOOD_OF = dict.fromkeys(MERRY, "happy") | dict.fromkeys(GRIM, "sad")

KINDS = {"D": DETERMINERS, "A": (*MERRY, *GRIM, *PLAIN), "N": tuple(TOPIC_OF), "V": VERBS, STOP: (STOP,)}
"""A letter for each part of speech; the full stop is its own."""
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
OTHER = "X"
"""The kind of everything else: a prompt's words, and words of another language."""

SYMBOLS = (*TOPICS, *MOODS, *LENGTHS, ASK, *(word for words in KINDS.values() for word in words))

PROMPTS = {
    f"{topic} {mood} {length} {ASK}": (topic, mood, sentences)
    for topic in TOPICS
    for mood in MOODS
    for sentences, length in enumerate(LENGTHS, start=1)
}
"""Every prompt, with the topic, the mood and the number of sentences that it asks for."""
