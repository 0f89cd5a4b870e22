"""What every language promises: text of its own symbols, the same for the same generator, and a judge of anything."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlbench.languages.language import Language
from tests.languages.languages import LANGUAGES, each_language, symbols_of


def test_they_are_languages():
    assert all(isinstance(language, Language) for language in LANGUAGES)


@each_language
def test_symbols_are_distinct_and_can_be_told_apart(language):
    assert len(set(language.symbols)) == len(language.symbols)
    for symbol in language.symbols:
        assert symbols_of(language, symbol) == [symbol]
        assert symbol.strip() == symbol
        assert symbol


@each_language
@pytest.mark.parametrize("split", ["train", "held_out"])
def test_prompts_are_made_of_the_symbols_and_no_longer_than_is_said(language, split):
    prompts = language.prompts(np.random.default_rng(0), 500, split)
    assert len(prompts) == 500
    lengths = {len(symbols_of(language, prompt)) for prompt in prompts}
    assert max(lengths) == language.prompt_symbols
    assert {s for prompt in prompts for s in symbols_of(language, prompt)} <= set(language.symbols)


@each_language
def test_so_is_the_corpus_and_its_answers_end(language):
    corpus = language.corpus(np.random.default_rng(0), 2_000)
    assert len(corpus) == 2_000
    for prompt, answer in corpus:
        symbols = symbols_of(language, answer)
        assert {*symbols, *symbols_of(language, prompt)} <= set(language.symbols)
        assert len(symbols) <= max(language.answer_symbols, 24 if language.separator else 0)


@each_language
def test_the_corpus_leaves_something_to_be_learned(language):
    reward = language.judge(*zip(*language.corpus(np.random.default_rng(0), 2_000), strict=True)).reward
    assert reward.mean() < reward.max() - 0.1
    assert reward.std() > 0 or reward.max() == 0


@each_language
def test_the_same_generator_gives_the_same_text_and_another_one_another(language):
    def made(seed: int) -> list:
        draw = np.random.default_rng(seed)
        return [language.prompts(draw, 50), language.corpus(draw, 50), language.prompts(draw, 50, "held_out")]

    assert made(3) == made(3)
    assert all(one != two for one, two in zip(made(3), made(4), strict=True))


@each_language
def test_none_and_one_can_be_asked_for(language):
    draw = np.random.default_rng(0)
    assert language.prompts(draw, 0) == language.corpus(draw, 0) == []
    assert len(language.prompts(draw, 1)) == len(language.corpus(draw, 1)) == 1
    nothing = language.judge([], [])
    assert nothing.reward.shape == (0,)
    assert {rate.shape for rate in nothing.rates.values()} == {(0,)}


@each_language
@given(data=st.data())
def test_whatever_is_answered_is_judged(language, data):
    """Text of any kind, symbols of the language in any order, and an answer of the corpus with something inside."""
    right = language.corpus(np.random.default_rng(data.draw(st.integers(0, 99))), 1)[0][1]
    cut = data.draw(st.integers(0, len(right)))
    symbols = st.lists(st.sampled_from([*language.symbols, "", "<unk>"]), max_size=60).map(language.separator.join)
    answers = [data.draw(st.text()), data.draw(symbols), right[:cut], right[:cut] + data.draw(st.text()) + right[cut:]]
    judged = language.judge(language.prompts(np.random.default_rng(0), len(answers)), answers)
    for array in (judged.reward, *judged.rates.values()):
        assert array.dtype == np.float64
        assert array.shape == (len(answers),)
    assert np.isfinite(judged.reward).all()
    assert (judged.reward <= 3.5).all()  # the greatest of all languages: 2 + 1.5 of a tale
    assert (judged.reward >= [-6.5 - max(3, answer.count(".")) for answer in answers]).all()
    for rate in judged.rates.values():
        assert set(rate.tolist()) <= {0.0, 1.0}


@each_language
def test_an_answer_is_judged_by_itself(language):
    prompts, answers = zip(*language.corpus(np.random.default_rng(1), 64), strict=True)
    answers = [*answers[:60], "", "?", " ", answers[0] * 9]
    order = np.random.default_rng(0).permutation(64)
    together = language.judge(prompts, answers)
    shuffled = language.judge([prompts[n] for n in order], [answers[n] for n in order])
    np.testing.assert_array_equal(shuffled.reward, together.reward[order])
    for name, rate in together.rates.items():
        np.testing.assert_array_equal(shuffled.rates[name], rate[order])
        assert rate[5] == language.judge(prompts[5:6], answers[5:6]).rates[name]


@each_language
def test_mistakes_of_the_caller_are_told(language):
    [prompt] = language.prompts(np.random.default_rng(0), 1)
    with pytest.raises(ValueError, match="argument 2 is"):
        language.judge([prompt, prompt], ["one"])
    for wrong in ("", prompt + prompt, "tell me"):
        with pytest.raises(ValueError, match="is no "):
            language.judge([wrong], [""])
    with pytest.raises(ValueError, match="split: 'heldout' is none of train, held_out"):
        language.prompts(np.random.default_rng(0), 1, "heldout")


@each_language
def test_a_language_is_its_fields(language):
    again = pickle.loads(pickle.dumps(language))
    assert again == language
    assert hash(again) == hash(language)
    assert len(set(LANGUAGES)) == len(LANGUAGES)
