"""Fixed points that put a task's returns on one scale, whatever methods are compared."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """Two returns in the task's own reward unit: normalised score = (return - random) / (solved - random)."""

    random: float
    """Mean return of the uniform random policy. A failed seed counts as this."""
    solved: float
    """The return at which the task counts as solved, from the source named in the task's file."""

    def normalise(self, value: float) -> float:
        """Map `random` to 0 and `solved` to 1, linearly and without a limit."""
        return (value - self.random) / (self.solved - self.random)
