"""Sums of digits: what is right is told by Python's own grammar, and by writing all expressions down."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlbench.languages.countdown import Countdown
from tests.languages.plain_sum import right, told


def judged(terms: int, prompt: str, answer: str) -> list[float]:
    judgement = Countdown(terms=terms).judge([prompt], [answer])
    assert list(judgement.rates) == ["well_formed", "uses_digit", "equals_target"]
    return [float(x[0]) for x in (judgement.reward, *judgement.rates.values())]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("7+9-4", [1, 1, 1, 1]),
        ("9-4+7", [1, 1, 1, 1]),
        ("3+9-0", [0, 1, 0, 1]),  # another digit
        ("7+9+4", [0, 1, 1, 0]),  # another number
        ("7-9-4", [0, 1, 1, 0]),  # below zero
        ("1+2+3", [0, 1, 0, 0]),
        ("", [0, 0, 0, 0]),
        ("7+5", [0, 0, 0, 0]),  # too short, though it is true
        ("7+5+0+", [0, 0, 0, 0]),  # did not end
        ("7+5+0+0", [0, 0, 0, 0]),
        ("7+9-4\n", [0, 0, 0, 0]),
        (" 7+9-4", [0, 0, 0, 0]),
        ("7+9=4", [0, 0, 0, 0]),
        ("+7+05", [0, 0, 0, 0]),
        ("12+00", [0, 0, 0, 0]),
        ("7+9-٤", [0, 0, 0, 0]),  # a digit of Arabic
    ],
)
def test_hand_made_answers(answer, expected):
    assert judged(3, "7|12=", answer) == expected


@given(
    terms=st.integers(2, 9),
    prompt=st.builds("{}|{:02}=".format, st.integers(0, 9), st.integers(0, 20)),
    answer=st.one_of(st.text("0123456789+-=| ()*\n", max_size=18), st.none()),
    data=st.data(),
)
def test_an_answer_is_right_where_pythons_grammar_says_so(terms, prompt, answer, data):
    if answer is None:
        digits = data.draw(st.lists(st.sampled_from("0123456789"), min_size=terms, max_size=terms))
        signs = data.draw(st.lists(st.sampled_from("+-"), min_size=terms, max_size=terms))
        answer = "".join(map("".join, zip(digits, signs, strict=True)))[:-1]
    assert judged(terms, prompt, answer) == right(terms, prompt, answer)


@pytest.mark.parametrize("terms", [2, 3])
def test_all_expressions_are_right_for_their_own_numbers_and_digits_only(terms):
    every = [
        digits[0] + "".join(map("".join, zip(signs, digits[1:], strict=True)))
        for digits in product("0123456789", repeat=terms)
        for signs in product("+-", repeat=terms - 1)
    ]
    language = Countdown(terms=terms)
    for prompt in ("0|00=", "7|12=", "9|18="):
        expected = np.array([right(terms, prompt, answer) for answer in every])
        judgement = language.judge([prompt] * len(every), every)
        np.testing.assert_array_equal(judgement.reward, expected[:, 0])
        assert judgement.rates["well_formed"].all()
        assert 0 < judgement.reward.mean() < 0.05


@pytest.mark.parametrize("split", ["train", "held_out"])
@pytest.mark.parametrize("terms", [2, 3])
def test_every_prompt_that_has_an_answer_is_asked_and_no_other(terms, split):
    language = Countdown(terms=terms)
    answerable = set()
    for digits in product(range(10), repeat=terms):
        for signs in product([1, -1], repeat=terms - 1):
            value = digits[0] + sum(s * d for s, d in zip(signs, digits[1:], strict=True))
            answerable |= {f"{digit}|{value:02}=" for digit in digits if value >= 0}
    other = set(language.prompts(np.random.default_rng(1), 30_000, "train" if split == "held_out" else "held_out"))
    drawn = set(language.prompts(np.random.default_rng(0), 30_000, split))
    assert drawn <= answerable - other
    # The rarest have one expression in thousands: nearly all were seen.
    assert len(drawn | other) > 0.95 * len(answerable)


@pytest.mark.parametrize(("target", "digit"), [(0.6, 0.8), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.3, 0.5)])
@pytest.mark.parametrize("terms", [2, 3, 9])
def test_the_corpus_is_right_as_often_as_is_said(terms, target, digit):
    language, count = Countdown(terms=terms, true_target=target, true_digit=digit), 4_000
    prompts, answers = zip(*language.corpus(np.random.default_rng(0), count), strict=True)
    judgement = language.judge(prompts, answers)
    assert judgement.rates["well_formed"].all()
    found = (judgement.rates["equals_target"], judgement.rates["uses_digit"], judgement.reward)
    for rate, p in zip(found, (target, digit, target * digit), strict=True):
        # Of a binomial count: four standard deviations, none where it is certain.
        assert abs(rate.mean() - p) <= 4 * (p * (1 - p) / count) ** 0.5


def test_leaving_held_out_prompts_out_changes_no_share():
    """Truth is drawn for each place before its prompt, and kept however often that is drawn again."""
    draw = np.random.default_rng(5)
    target, digit = draw.random(3_000) < 0.6, draw.random(3_000) < 0.8
    corpus = Countdown(terms=2).corpus(np.random.default_rng(5), 3_000)
    rates = Countdown(terms=2).judge(*zip(*corpus, strict=True)).rates
    np.testing.assert_array_equal(rates["equals_target"], target)
    np.testing.assert_array_equal(rates["uses_digit"], digit)


def test_false_targets_are_near_misses_on_either_side():
    language = Countdown(true_target=0.0)
    missed = Counter(
        int(prompt[2:4]) - told(answer)[0] for prompt, answer in language.corpus(np.random.default_rng(0), 5_000)
    )
    assert set(missed) == {-5, -4, -3, -2, -1, 1, 2, 3, 4, 5}
    assert min(missed.values()) > 200


@pytest.mark.parametrize("terms", [-1, 0, 1, 10])
def test_other_numbers_of_terms_are_refused(terms):
    with pytest.raises(ValueError, match=f"terms: {terms} is not an integer from 2 to 9"):
        Countdown(terms=terms)
