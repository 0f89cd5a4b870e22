"""The language that can be listed: every answer once, rewards by hand and by other means, and its traps."""

from itertools import product

import numpy as np
import pytest

from rlbench.languages.enumerable import Enumerable

SMALL = Enumerable(letters=3, answer_symbols=3, silence=0.2, echo=0.5, cut_penalty=0.25)
BOTH = pytest.mark.parametrize("language", [Enumerable(), SMALL, Enumerable(letters=2, answer_symbols=5)], ids=str)


def worth(language: Enumerable, prompt: str, answer: str) -> float:
    """The same by counting, with letters as numbers."""
    here, most = ord(prompt), language.answer_symbols
    said, links = 0, 0
    for letter in answer:
        said += letter == prompt
        links += (ord(letter) - here) % language.letters == 1
        here = ord(letter)
    options = [language.echo * min(said, most) / most, (min(links, most) / most) ** 2]
    options += [language.silence] * (answer == "")
    return max(options) - (language.cut_penalty if len(answer) > most else 0)


@pytest.mark.parametrize(
    ("answer", "reward", "rates"),
    [
        ("", 0.3, "ended silent"),
        ("a", 0.15, "ended"),
        ("aaa", 0.45, "ended"),
        ("aaaa", 0.6, "ended echo"),
        ("aaaaa", 0.1, ""),  # 0.6 and not 0.75, less 0.5
        ("b", 0.0625, "ended"),
        ("bc", 0.25, "ended"),
        ("bcd", 0.5625, "ended"),
        ("bcda", 1.0, "ended chain"),
        ("bcdab", 0.5, ""),  # 1 and not 25/16, less 0.5
        ("abcd", 0.5625, "ended"),  # a follows a, then three links
        ("cdab", 0.5625, "ended"),  # c does not follow a
        ("abac", 0.3, "ended"),  # two of the prompt's letter; one link
        ("d", 0.0, "ended"),  # the letter before, not after
        ("cccc", 0.0, "ended"),
        ("ccccc", -0.5, ""),
        ("bcdabcda", 0.5, ""),
        ("b?cd", 0.25, "ended"),  # two links beside what is no letter
        ("?", 0.0, "ended"),
        ("BCDA", 0.0, "ended"),
        ("bcda ", 0.5, ""),
    ],
)
def test_hand_made_answers_to_a(answer, reward, rates):
    judgement = Enumerable().judge(["a"], [answer])
    assert judgement.reward.tolist() == pytest.approx([reward], abs=1e-15)
    assert list(judgement.rates) == ["ended", "silent", "echo", "chain"]
    assert [name for name, yes in judgement.rates.items() if yes[0]] == rates.split()


@BOTH
def test_every_answer_is_listed_once(language):
    answers, n, most = language.answers(), language.letters, language.answer_symbols
    assert len(set(answers)) == len(answers) == (n ** (most + 2) - 1) // (n - 1)
    assert {*"".join(answers)} == set(language.symbols)
    assert {len(answer) for answer in answers} == set(range(most + 2))
    assert list(answers) == sorted(answers, key=lambda answer: (len(answer), answer))


def test_what_a_model_can_say_is_what_is_listed():
    """Walk every way through the decisions: a letter or the end, up to the limit."""

    def walk(said: str, decisions: int) -> list[str]:
        if not decisions:
            return [said]
        return [said, *(end for letter in SMALL.symbols for end in walk(said + letter, decisions - 1))]

    assert sorted(walk("", SMALL.answer_symbols + 1)) == sorted(SMALL.answers())


@BOTH
def test_rewards_of_all_answers_to_all_prompts(language):
    rewards, answers = language.rewards(), language.answers()
    expected = [[worth(language, prompt, answer) for answer in answers] for prompt in language.every_prompt]
    np.testing.assert_allclose(rewards, expected, atol=1e-15)
    assert rewards.shape == (language.letters, len(answers))


@BOTH
def test_prompts_differ_by_turning_the_ring_only(language):
    turned = str.maketrans("".join(language.symbols), "".join((*language.symbols[1:], language.symbols[0])))
    place = {answer: n for n, answer in enumerate(language.answers())}
    order = [place[answer.translate(turned)] for answer in language.answers()]
    rewards = language.rewards()
    np.testing.assert_array_equal(rewards[0], rewards[1][order])


def test_one_answer_is_best_and_there_are_traps_on_the_way():
    language = Enumerable()
    worth_of = dict(zip(language.answers(), language.rewards()[0], strict=True))
    assert [answer for answer, reward in worth_of.items() if reward == 1] == ["bcda"]
    assert sorted(worth_of.values())[-2] == worth_of["aaaa"]

    def neighbours(answer: str) -> set[str]:
        changed = {answer[:n] + s + answer[n + 1 :] for n in range(len(answer)) for s in language.symbols}
        return (changed | {answer[:-1]} | {answer + s for s in language.symbols}) - {answer}

    peaks = {x for x in worth_of if all(worth_of[x] > worth_of[y] for y in neighbours(x) if y in worth_of)}
    assert {"", "aaaa", "bcda"} <= peaks


def test_no_sum_over_positions_explains_the_rewards():
    language = Enumerable()
    answers, reward = language.answers(), language.rewards()[0]
    said = [answer.ljust(5, ".") for answer in answers]
    rows = np.array([[text[n] == symbol for n, symbol in product(range(5), "abcd.")] for text in said], float)
    fitted = rows @ np.linalg.lstsq(rows, reward, rcond=None)[0]
    for length in (3, 4):
        chosen = np.array([len(answer) == length for answer in answers])
        assert np.abs(fitted - reward)[chosen].max() > 0.3


@pytest.mark.parametrize(("chains", "echoes"), [(0.1, 0.3), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)])
def test_the_corpus_has_the_shares_that_are_said(chains, echoes):
    language, count = Enumerable(chains=chains, echoes=echoes), 6_000
    rates = language.judge(*zip(*language.corpus(np.random.default_rng(0), count), strict=True)).rates
    rest = 1 - chains - echoes
    by_chance = rest / 5 / 4**4  # the fifth part is of four letters
    shares = {"chain": chains + by_chance, "echo": echoes + by_chance, "silent": rest / 5, "ended": 1.0}
    for name, p in shares.items():
        # Of a binomial count: four standard deviations, none where it is certain.
        assert abs(rates[name].mean() - p) <= 4 * (p * (1 - p) / count) ** 0.5, name


def test_the_corpus_knows_every_answer_that_ends():
    answers = {answer for _, answer in SMALL.corpus(np.random.default_rng(0), 6_000)}
    assert answers == {answer for answer in SMALL.answers() if len(answer) <= SMALL.answer_symbols}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"letters": 1}, "letters: 1 is not an integer from 2 to 26"),
        ({"letters": 27, "answer_symbols": 1}, "letters: 27 is not"),
        ({"letters": 4, "answer_symbols": 8}, "349525 answers are more than 100000"),
        ({"chains": 0.6, "echoes": 0.5}, "is above 1"),
    ],
)
def test_what_cannot_be_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Enumerable(**fields)
