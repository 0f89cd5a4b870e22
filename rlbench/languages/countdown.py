"""Arithmetic that can be verified: write a sum of digits that comes to a given number and uses a given digit.

`7|12=` asks for 12 with a 7 in it, and `7+9-4` is an answer. After the game "Countdown", as in TinyZero,
https://github.com/Jiayi-Pan/TinyZero.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rlbench.core.ranges import Fraction, Pair
from rlbench.languages.language import Judgement
from rlbench.languages.split import Split, in_split

MOST_TERMS = 9
"""So that one digit at least is never used, and a target has two digits."""
PLUS = 0.6
"""How often a term is added in what is drawn here, not taken away."""
FARTHEST = 5
"""A false target differs from the true one by this at most."""

_PROMPT = re.compile(r"([0-9])\|([0-9]{2})=")


@dataclass(frozen=True, kw_only=True)
class Countdown:
    """The prompts, and the expressions that answer them.

    A prompt is drawn by way of an expression that answers it: what many expressions answer is asked often.
    """

    separator: ClassVar[str] = ""
    prompt_symbols: ClassVar[int] = 5
    holds_out: ClassVar[bool] = True

    terms: Pair = 3
    """Digits of an answer, at most nine."""
    true_target: Fraction = 0.6
    """Share of the corpus whose answer equals its target."""
    true_digit: Fraction = 0.8
    """Share of the corpus whose answer uses its digit, whether the target is true or not: right is their product."""

    def __post_init__(self):
        if not 2 <= self.terms <= MOST_TERMS:
            raise ValueError(f"terms: {self.terms} is not an integer from 2 to {MOST_TERMS}")

    @property
    def symbols(self) -> tuple[str, ...]:
        """The characters of prompts and answers."""
        return tuple("0123456789+-=|")

    @property
    def answer_symbols(self) -> int:
        """The digits and the signs between them."""
        return 2 * self.terms - 1

    def prompts(self, draw: np.random.Generator, count: int, split: Split = "train") -> list[str]:
        """Each has an answer."""
        found: list[str] = []
        while len(found) < count:
            digits, _, value = self._sums(draw, 2 * (count - len(found)))
            drawn = map(_prompt, _one_of_each(draw, digits), value)
            found += [prompt for prompt in drawn if in_split(prompt, split)]
        return found[:count]

    def corpus(self, draw: np.random.Generator, count: int) -> list[tuple[str, str]]:
        """Well-formed answers. Some prompts that stand before a wrong one have no answer at all."""
        true_target = draw.random(count) < self.true_target
        true_digit = draw.random(count) < self.true_digit
        made = [("", "")] * count
        left = np.arange(count)
        while left.size:
            digits, signs, value = self._sums(draw, left.size)
            places = left[: len(value)]
            digit = np.where(true_digit[places], _one_of_each(draw, digits), _none_of_each(draw, digits))
            target = np.where(true_target[places], value, self._near(draw, value))
            prompts = list(map(_prompt, digit, target))
            # Whether it is to be true was decided before: to leave held-out prompts out changes no share.
            taken = np.array([in_split(prompt, "train") for prompt in prompts], bool)
            for n in taken.nonzero()[0]:
                made[places[n]] = prompts[n], _expression(digits[n], signs[n])
            left = np.setdiff1d(left, places[taken])
        return made

    def judge(self, prompts: Sequence[str], answers: Sequence[str]) -> Judgement:
        """The reward is 1 if the answer is right: has the form, uses the digit and equals the target; else 0.

        Rates: `well_formed`: `terms` digits with a plus or a minus between each two, and nothing else; `uses_digit` and
        `equals_target`: well-formed, and so in that respect.
        """
        form = re.compile(rf"[0-9](?:[+-][0-9]){{{self.terms - 1}}}")
        asked = np.array([_judged(form, *pair) for pair in zip(prompts, answers, strict=True)], bool).reshape(-1, 3)
        names = ("well_formed", "uses_digit", "equals_target")
        rates = {name: column.astype(np.float64) for name, column in zip(names, asked.T, strict=True)}
        right = np.all(asked, axis=1).astype(np.float64)
        return Judgement(right, right, rates)

    def _sums(
        self, draw: np.random.Generator, count: int
    ) -> tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]]:
        """Digits [N, terms], their signs [N, terms] and what they come to [N]: of `count`, those not below zero."""
        digits = draw.integers(10, size=(count, self.terms))
        signs = np.where(draw.random((count, self.terms)) < PLUS, 1, -1)
        signs[:, 0] = 1
        value = (digits * signs).sum(1)
        kept = value >= 0
        return digits[kept], signs[kept], value[kept]

    def _near(self, draw: np.random.Generator, value: NDArray[np.integer]) -> NDArray[np.integer]:
        """Other numbers that could be targets, each close to its own [N]."""
        step = draw.integers(1, FARTHEST + 1, len(value)) * draw.choice([-1, 1], len(value))
        outside = (value + step < 0) | (value + step > 9 * self.terms)
        return value + np.where(outside, -step, step)


def _judged(form: re.Pattern[str], prompt: str, answer: str) -> tuple[bool, bool, bool]:
    """Well-formed, uses the digit, equals the target."""
    asked = _PROMPT.fullmatch(prompt)
    if asked is None:
        raise ValueError(f"{prompt!r} is no prompt like 7|12=")
    if form.fullmatch(answer) is None:
        return False, False, False
    terms = zip("+" + answer[1::2], answer[::2], strict=True)
    value = sum(int(digit) if sign == "+" else -int(digit) for sign, digit in terms)
    return True, asked[1] in answer, value == int(asked[2])


def _prompt(digit: int, target: int) -> str:
    return f"{digit}|{target:02}="


def _expression(digits: NDArray[np.integer], signs: NDArray[np.integer]) -> str:
    return "".join(f"{'+' if sign > 0 else '-'}{digit}" for digit, sign in zip(digits, signs, strict=True))[1:]


def _one_of_each(draw: np.random.Generator, digits: NDArray[np.integer]) -> NDArray[np.integer]:
    """One of each row of digits, [N]."""
    return digits[np.arange(len(digits)), draw.integers(digits.shape[1], size=len(digits))]


def _none_of_each(draw: np.random.Generator, digits: NDArray[np.integer]) -> NDArray[np.integer]:
    """A digit that is not in the row, uniformly, [N]."""
    chance = draw.random((len(digits), 10))
    np.put_along_axis(chance, digits, -1.0, axis=1)
    return chance.argmax(1)
