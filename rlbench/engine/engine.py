"""What runs the pure functions of a training run: as they stand, or compiled ahead of time."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from torch import Tensor

Function = Callable[..., tuple[Tensor, ...]]


@runtime_checkable
class Engine(Protocol):
    """Runs pure functions of tensors. Which one ran is part of a run's record."""

    name: str
    compile_s: float
    """Wall seconds spent on compiling and loading so far."""

    def call(self, name: str, function: Function, *args: Tensor) -> tuple[Tensor, ...]:
        """`function(*args)`. Under one name and one set of shapes a function must always be the same one."""
        ...
