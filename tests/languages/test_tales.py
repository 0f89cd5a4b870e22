"""Tales: the gold reward by hand and word by word, what it does not depend on, and how well the corpus does."""

from dataclasses import replace
from math import tanh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlbench.languages import tale_words
from rlbench.languages.tale_writer import TaleWriter
from rlbench.languages.tales import Tales
from tests.languages import plain_tale

TALES = Tales()
GOOD = "the merry boat sees a fish ."
RATES = ["ended", "grammatical", "on_topic", "in_mood", "right_length", "unrepeated"]


def rates_of(prompt: str, answer: str) -> set[str]:
    judgement = TALES.judge([prompt], [answer])
    assert list(judgement.rates) == RATES
    return {name for name, yes in judgement.rates.items() if yes[0]}


def gold(prompt: str, answer: str, language: Tales = TALES) -> float:
    return float(language.judge([prompt], [answer]).reward[0])


@pytest.mark.parametrize(
    ("asked", "answer", "reward", "missing"),
    [
        ("sea happy one", GOOD, 2 + 1.5 * tanh(1), ""),
        ("sea sad one", GOOD, 2 - 1.5 * tanh(1), "in_mood"),
        ("city happy one", GOOD, 1.5 * tanh(1), "on_topic"),
        ("sea happy three", GOOD, 2 + 1.5 * tanh(1) - 2, "right_length"),
        ("sea happy one", f"{GOOD} {GOOD}", 2 + 1.5 * tanh(1) - 1 - 3 / 2, "right_length unrepeated"),
        # A tale without adjectives, half of its attempts wrong: the second did not end. Twice a word once said.
        (
            "sea sad one",
            "the boat sees a fish . a fish sees the cow",
            2 * 3 / 4 - 3 * 2 / 6 - 2 / 2,
            "grammatical on_topic in_mood unrepeated",
        ),
        # Two moods for one finished sentence.
        ("sea happy one", f"{GOOD} the lucky", 2 + 1.5 * tanh(2) - 2 / 2, "grammatical"),
        # One of each mood is none.
        ("sea happy one", "the merry boat sees a dark fish .", 2.0, "in_mood"),
        ("sea happy one", "the boat merry sees a fish .", 2 + 1.5 * tanh(1) - 2, "grammatical"),
        ("sea happy one", "the merry bright boat sees a fish .", 2 + 1.5 * tanh(2) - 2, "grammatical"),
        ("sea happy one", "merry boat sees a fish .", 2 + 1.5 * tanh(1) - 2, "grammatical"),
        ("sea happy two", "", -2, "grammatical on_topic in_mood right_length unrepeated"),
        ("sea sad three", ". .", -1 - 2, "grammatical on_topic in_mood right_length unrepeated"),
        ("sea sad two", ". .", -2, "grammatical on_topic in_mood unrepeated"),
        ("sea sad one", "sea sad", -1 - 2, "grammatical on_topic in_mood right_length unrepeated"),
        ("sea sad one", "grim", -1 + 1.5 * tanh(1) - 2, "grammatical on_topic right_length"),
        ("farm happy one", "the cow. <unk>", -1 - 2, "grammatical on_topic in_mood right_length unrepeated"),
    ],
)
def test_hand_made_tales(asked, answer, reward, missing):
    assert gold(f"{asked} :", answer) == pytest.approx(reward, abs=1e-12)
    assert rates_of(f"{asked} :", answer) == set(RATES) - set(missing.split())


def test_a_tale_that_is_cut_off_is_one_word_too_long():
    words = ["the", "boat", "sees", "a", "fish", "."] * 6
    assert "ended" in rates_of("sea happy one :", " ".join(words[:31]))
    assert "ended" not in rates_of("sea happy one :", " ".join(words[:32]))
    assert gold("sea happy three :", " ".join(words[:32])) == pytest.approx(2 - 2 - 3 * (1 - 3 / 16) - 2 / 6)


@given(prompt=st.sampled_from(TALES.every_prompt), data=st.data())
def test_the_gold_reward_is_the_same_word_by_word(prompt, data):
    """Random words, and sentences of the corpus with one word changed."""
    word = st.sampled_from([*TALES.symbols, "thing"])
    [(_, told)] = TALES.corpus(np.random.default_rng(data.draw(st.integers(0, 10_000))), 1)
    words = told.split()
    words[data.draw(st.integers(0, len(words) - 1))] = data.draw(word)
    for answer in (told, " ".join(words), " ".join(data.draw(st.lists(word, max_size=40)))):
        assert gold(prompt, answer) == pytest.approx(plain_tale.gold(prompt, answer), abs=1e-12)


def test_each_part_has_its_own_weight():
    names = ("topic_weight", "mood_weight", "length_weight", "repetition_weight", "grammar_weight")
    nothing = replace(TALES, **dict.fromkeys(names, 0.0))
    prompt, answer = "sea happy three :", f"{GOOD} the cow sees"
    values = [gold(prompt, answer, replace(nothing, **{name: 1.0})) for name in names]
    assert values == pytest.approx([2 / 3, tanh(1), -2, -1 / 6, -1 / 2])
    assert gold(prompt, answer, nothing) == 0


def test_moods_and_topics_can_be_exchanged():
    swap = dict(zip(plain_tale.HAPPY + plain_tale.SAD, plain_tale.SAD + plain_tale.HAPPY, strict=True))
    swap |= dict(zip(plain_tale.NOUNS["sea"], plain_tale.NOUNS["farm"], strict=True))
    swap |= dict(zip(plain_tale.NOUNS["farm"], plain_tale.NOUNS["sea"], strict=True))
    swap |= {"happy": "sad", "sad": "happy", "sea": "farm", "farm": "sea"}
    prompts, answers = zip(*TALES.corpus(np.random.default_rng(0), 300), strict=True)
    plain = TALES.judge(prompts, answers)
    swapped = TALES.judge(*([" ".join(swap.get(w, w) for w in t.split()) for t in x] for x in (prompts, answers)))
    np.testing.assert_array_equal(plain.reward, swapped.reward)


def test_words_are_about_sixty_and_each_is_of_one_kind():
    assert len(TALES.symbols) == 56
    kinds = [word for words in tale_words.KINDS.values() for word in words]
    assert len(set(kinds)) == len(kinds) == 47
    assert {noun: topic for topic, nouns in plain_tale.NOUNS.items() for noun in nouns} == tale_words.TOPIC_OF


def test_the_corpus_follows_its_prompts_as_often_as_is_said():
    corpus = TALES.corpus(np.random.default_rng(0), 6_000)
    judged = TALES.judge(*zip(*corpus, strict=True))
    assert judged.rates["grammatical"].all()
    assert judged.rates["ended"].all()
    nouns, fitting, adjectives, own, other, lengths = 0, 0, 0, 0, 0, 0
    for prompt, answer in corpus:
        topic, mood, number, _ = prompt.split()
        words = answer.split()
        nouns += sum(word in plain_tale.ALL_NOUNS for word in words)
        fitting += sum(word in plain_tale.NOUNS[topic] for word in words)
        happy, sad = (sum(word in moods for word in words) for moods in (plain_tale.HAPPY, plain_tale.SAD))
        adjectives += happy + sad + sum(word in plain_tale.NEITHER for word in words)
        own, other = own + (happy if mood == "happy" else sad), other + (sad if mood == "happy" else happy)
        lengths += words.count(".") == ["one", "two", "three"].index(number) + 1
    counts = [(lengths, len(corpus)), (fitting, nouns), (adjectives, nouns), (own, adjectives), (other, adjectives)]
    chances = [0.45 + 0.55 / 3, 0.45 + 0.55 / 3, 0.6, 0.35, 0.25]
    for (part, whole), p in zip(counts, chances, strict=True):
        # Of a binomial count: four standard deviations.
        assert abs(part / whole - p) < 4 * (p * (1 - p) / whole) ** 0.5


def test_a_writer_that_always_follows_gets_what_is_asked_for():
    obedient = Tales(writer=TaleWriter(follows=1.0, adjectives=1.0, fitting_mood=1.0, opposite_mood=0.0))
    rates = obedient.judge(*zip(*obedient.corpus(np.random.default_rng(0), 200), strict=True)).rates
    assert all(rates[name].all() for name in RATES if name != "unrepeated")
    with pytest.raises(ValueError, match="fitting_mood and opposite_mood"):
        TaleWriter(fitting_mood=0.8)
