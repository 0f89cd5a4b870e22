"""How much experience one update sees. The type says how it is gathered; both are given per seed."""

from dataclasses import dataclass

from rlbench.core.ranges import Count


@dataclass(frozen=True, kw_only=True)
class Steps:
    """A fixed number of steps on each stream; episodes run on from one rollout to the next."""

    streams: Count
    steps: Count

    @property
    def columns(self) -> int:
        """Environments side by side."""
        return self.streams


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """Whole episodes from the start. Each `group` of them in a row begins in the same state."""

    episodes: Count
    group: Count = 1

    @property
    def columns(self) -> int:
        """Environments side by side."""
        return self.episodes

    def __post_init__(self):
        if self.episodes % self.group:
            raise ValueError(f"episodes: {self.episodes} is not a multiple of group: {self.group}")
