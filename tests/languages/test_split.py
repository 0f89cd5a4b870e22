"""Held-out prompts are never trained on, and are the same ones for ever."""

from collections import Counter

import numpy as np
import pytest

from rlbench.languages.countdown import Countdown
from rlbench.languages.enumerable import Enumerable
from rlbench.languages.split import in_split
from rlbench.languages.tales import Tales

EVERY = [f"{digit}|{target:02}=" for digit in range(10) for target in range(100)]
RECORDED = ["0|01=", "0|02=", "0|03=", "0|09=", "0|12=", "0|14=", "0|24=", "0|35=", "0|36=", "0|38="]


def test_which_prompts_are_held_out_never_changes():
    """Recorded from SHA-256 of the text, its first eight bytes as an integer, remainder by five."""
    held_out = [prompt for prompt in EVERY[:40] if in_split(prompt, "held_out")]
    assert held_out == RECORDED


def test_each_prompt_is_in_one_split_and_a_fifth_of_all_is_held_out():
    held_out = [in_split(prompt, "held_out") for prompt in EVERY]
    assert [in_split(prompt, "train") for prompt in EVERY] == [not one for one in held_out]
    # Of a binomial count: four standard deviations.
    assert abs(np.mean(held_out) - 0.2) < 4 * (0.2 * 0.8 / len(EVERY)) ** 0.5


@pytest.mark.parametrize("terms", range(2, 10))
def test_the_splits_of_countdown_have_no_prompt_in_common(terms):
    language, draw = Countdown(terms=terms), np.random.default_rng(terms)
    train, held_out = set(language.prompts(draw, 3_000)), set(language.prompts(draw, 3_000, "held_out"))
    imitated = {prompt for prompt, _ in language.corpus(draw, 3_000)}
    assert held_out.isdisjoint(train | imitated)
    assert len(held_out) > 20
    assert len(train) > 80
    assert language.holds_out


@pytest.mark.parametrize("language", [Tales(), Enumerable()], ids=["tales", "enumerable"])
def test_where_prompts_are_few_both_splits_are_all_of_them(language):
    assert not language.holds_out
    assert len(set(language.every_prompt)) == len(language.every_prompt)
    for split in ("train", "held_out"):
        drawn = Counter(language.prompts(np.random.default_rng(0), 9_000, split))
        assert set(drawn) == set(language.every_prompt)
        p = 1 / len(language.every_prompt)
        assert all(abs(count / 9_000 - p) < 4 * (p * (1 - p) / 9_000) ** 0.5 for count in drawn.values())
    with pytest.raises(ValueError, match="none of train, held_out"):
        in_split(language.every_prompt[0], "test")
