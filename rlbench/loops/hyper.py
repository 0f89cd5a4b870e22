"""A method's numbers as inputs of its graph, so that another clip range or coefficient needs no new compilation."""

import copy
from dataclasses import fields
from typing import Any

from torch import Tensor


class Hyper:
    """The fields of a method that are real numbers."""

    def __init__(self, method: Any):
        self._method = method
        self._names = [f.name for f in fields(method) if isinstance(getattr(method, f.name), float)]

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(getattr(self._method, name) for name in self._names)

    def put(self, values: tuple[Tensor, ...]) -> Any:
        """The method with these in place of its numbers, in the order of `values`."""
        clone = copy.copy(self._method)
        for name, value in zip(self._names, values, strict=True):
            object.__setattr__(clone, name, value)
        return clone
