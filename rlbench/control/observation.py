"""What a policy is shown of an observation: as it is, scaled by constants, or standardised by running statistics."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from rlbench.core.ranges import Positive


@runtime_checkable
class Filter(Protocol):
    """One block's way of showing observations, with whatever it has learnt of them for each seed."""

    def apply(self, observation: np.ndarray) -> np.ndarray:
        """[..., S, B, D] -> the same shape, float32. Changes nothing in the filter."""
        ...

    def absorb(self, observation: np.ndarray, mask: np.ndarray, positions: list[int]) -> None:
        """Learn from [T, S, B, D] of the seeds at `positions`, counting only where mask [T, S, B] is one."""
        ...

    def subset(self, positions: list[int]) -> "Filter":
        """A frozen copy for some seeds of the block."""
        ...

    def state(self) -> dict[str, np.ndarray]: ...

    def restore(self, state: dict[str, np.ndarray]) -> None: ...


@runtime_checkable
class Observation(Protocol):
    """How a task wants its observations shown."""

    def open(self, seeds: int, size: int) -> Filter: ...


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """Each number times a constant of the task, so that all have size about one; empty leaves them as they are."""

    by: tuple[float, ...] = ()

    def open(self, seeds: int, size: int) -> "ScaledFilter":
        del seeds
        return ScaledFilter(np.array(self.by or (1.0,) * size, np.float32))


class ScaledFilter:
    """Multiplies; learns nothing."""

    def __init__(self, by: np.ndarray):
        self._by = by

    def apply(self, observation: np.ndarray) -> np.ndarray:
        return observation * self._by

    def absorb(self, observation: np.ndarray, mask: np.ndarray, positions: list[int]) -> None:
        del observation, mask, positions

    def subset(self, positions: list[int]) -> "ScaledFilter":
        del positions
        return self

    def state(self) -> dict[str, np.ndarray]:
        return {}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        del state


@dataclass(frozen=True, kw_only=True)
class Standardised:
    """Minus the mean, over the standard deviation, of all that the seed has seen in training, clipped.

    The statistics change only between rollouts and are frozen in evaluation.
    """

    clip: Positive = 10.0

    def open(self, seeds: int, size: int) -> "StandardisedFilter":
        return StandardisedFilter(seeds, size, self.clip)


class StandardisedFilter:
    """Running mean and variance for each seed and dimension, merged batch by batch.

    Chan, Golub & LeVeque 1983, "Algorithms for Computing the Sample Variance", equation 2.1.
    """

    def __init__(self, seeds: int, size: int, clip: float):
        self._clip = np.float32(clip)
        self._count = np.zeros((seeds, 1))
        self._mean = np.zeros((seeds, size))
        self._squares = np.zeros((seeds, size))
        self._prepare()

    def apply(self, observation: np.ndarray) -> np.ndarray:
        shown = (observation - self._shift) * self._scale
        return np.clip(shown, -self._clip, self._clip, out=shown)

    def absorb(self, observation: np.ndarray, mask: np.ndarray, positions: list[int]) -> None:
        # One row of contiguous memory a seed: the order of addition must not depend on how many seeds there are.
        rows = np.ascontiguousarray(observation.transpose(1, 3, 0, 2), np.float64)
        rows = rows.reshape(*rows.shape[:2], -1)
        weight = np.ascontiguousarray(mask.transpose(1, 0, 2), np.float64).reshape(len(rows), 1, -1)
        count = weight.sum(-1)
        mean = (rows * weight).sum(-1) / np.maximum(count, 1)
        squares = ((rows - mean[..., None]) ** 2 * weight).sum(-1)
        before = self._count[positions]
        total = before + count
        difference = mean - self._mean[positions]
        self._squares[positions] += squares + difference**2 * before * count / np.maximum(total, 1)
        self._mean[positions] += difference * count / np.maximum(total, 1)
        self._count[positions] = total
        self._prepare()

    def subset(self, positions: list[int]) -> "StandardisedFilter":
        part = StandardisedFilter(len(positions), self._mean.shape[1], float(self._clip))
        part.restore({name: values[positions] for name, values in self.state().items()})
        return part

    def _prepare(self) -> None:
        variance = np.where(self._count > 1, self._squares / np.maximum(self._count, 1), 1.0)
        self._shift = self._mean[:, None].astype(np.float32)
        self._scale = (1 / np.sqrt(variance + 1e-8))[:, None].astype(np.float32)

    def state(self) -> dict[str, np.ndarray]:
        return {"count": self._count, "mean": self._mean, "squares": self._squares}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._count, self._mean, self._squares = state["count"], state["mean"], state["squares"]
        self._prepare()
