"""How much experience one update sees. The type says how it is gathered; all numbers are per seed.

`rows` is the number of rows that an update's minibatches divide.
"""

from dataclasses import dataclass, fields
from typing import Any, get_args

from rlbench.core.ranges import Count, Pair


@dataclass(frozen=True, kw_only=True)
class Steps:
    """A fixed number of steps on each stream; episodes run on from one rollout to the next."""

    streams: Count
    steps: Count

    @property
    def columns(self) -> int:
        """Environments side by side."""
        return self.streams

    @property
    def rows(self) -> int:
        """Decisions."""
        return self.streams * self.steps


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """Whole episodes from the start. Each `group` of them in a row begins in the same state."""

    episodes: Count = 64
    group: Count = 1

    @property
    def columns(self) -> int:
        """Environments side by side."""
        return self.episodes

    @property
    def rows(self) -> int:
        """Whole episodes."""
        return self.episodes

    def __post_init__(self):
        if self.episodes % self.group:
            raise ValueError(f"group: {self.group} does not divide {self.episodes} episodes")


@dataclass(frozen=True, kw_only=True)
class Replay:
    """New steps go into a memory of the last `capacity`, and the update sees `samples` drawn from that memory."""

    streams: Count
    steps: Count
    capacity: Count
    samples: Count

    @property
    def columns(self) -> int:
        """Environments side by side."""
        return self.streams

    @property
    def rows(self) -> int:
        """Decisions drawn, with replacement."""
        return self.samples

    def __post_init__(self):
        if self.capacity < self.streams * self.steps:
            raise ValueError(f"capacity: {self.capacity} holds less than {self.streams * self.steps} new steps")


@dataclass(frozen=True, kw_only=True)
class Comparisons:
    """No new experience: recorded answers, `answers` to each of `prompts`, in the order in which they were ranked."""

    prompts: Count
    answers: Pair = 2

    @property
    def columns(self) -> int:
        """Answers side by side."""
        return self.prompts * self.answers

    @property
    def rows(self) -> int:
        """Prompts, each with all its answers."""
        return self.prompts


Fresh = Steps | Episodes
"""New experience of either kind: a method that takes steps takes whole answers where nothing else is there."""
Rollout = Fresh | Replay | Comparisons


def is_rollout(value: Any) -> bool:
    """Whether a value is of one of these kinds."""
    return isinstance(value, get_args(Rollout))


def rollout_of(settings: dict[str, int]) -> Rollout:
    """The rollout that has these settings. Raises ValueError where they do not fit together."""
    [kind] = [one for one in get_args(Rollout) if {f.name for f in fields(one)} == settings.keys()]
    return kind(**settings)
