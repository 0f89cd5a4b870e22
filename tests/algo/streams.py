"""Streams of decisions for hypothesis to draw, and their tensors."""

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor

number = st.floats(-10, 10, width=32)


@dataclass(frozen=True)
class Stream:
    """One stream in plain numbers, step by step. `ends` is "" (goes on), "terminated" or "cut"."""

    reward: list[float]
    value: list[float]
    next_value: list[float]
    ends: list[str]

    @property
    def terminated(self) -> list[float]:
        return [float(end == "terminated") for end in self.ends]

    @property
    def cut(self) -> list[float]:
        return [float(end != "") for end in self.ends]

    def __len__(self) -> int:
        return len(self.reward)


@st.composite
def streams(draw: st.DrawFn, longest: int = 8) -> Stream:
    length = draw(st.integers(1, longest))
    row = st.lists(number, min_size=length, max_size=length)
    ends = st.lists(st.sampled_from(["", "", "terminated", "cut"]), min_size=length, max_size=length)
    return Stream(draw(row), draw(row), draw(row), draw(ends))


def joined(s: Stream) -> Stream:
    """The same with one critic's values: inside an episode the next step's value is the next value."""
    inside = [s.next_value[t] if s.ends[t] or t + 1 == len(s) else s.value[t + 1] for t in range(len(s))]
    return Stream(s.reward, s.value, inside, s.ends)


def columns(s: Stream) -> tuple[Tensor, ...]:
    """Reward, value, next value, terminated and cut."""
    return tuple(map(column, (s.reward, s.value, s.next_value, s.terminated, s.cut)))


def column(numbers: list[float]) -> Tensor:
    """[T] numbers as one seed's one stream, float64 [T, 1, 1]."""
    return torch.tensor(numbers, dtype=torch.float64)[:, None, None]
