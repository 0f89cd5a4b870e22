"""How a file in `methods/` or `tasks/` becomes a method or a task: by being there, under its own name."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from rlbench.core.rollout import is_rollout, rollout_of

C = TypeVar("C", bound=type)


@dataclass(frozen=True)
class Paper:
    """Where a method was published."""

    authors: str
    year: int
    reference: str
    """An arXiv number or DOI, written as `arXiv:1707.06347` or `doi:10.1007/BF00992696`."""


def method(*, title: str, family: str, paper: Paper, needs: tuple[str, ...] = ()) -> Callable[[C], C]:
    """Mark a frozen dataclass as the method of its file.

    `family` is one of `rlbench.core.families`; `needs` names what the loop must supply, in the words of
    `rlbench.core.needs`. The catalog reads the arguments
    without importing the file, so they must be literals.
    """

    def mark(cls: C) -> C:
        cls.title, cls.family, cls.paper, cls.needs = title, family, paper, frozenset(needs)
        return cls

    return mark


def load_method(name: str) -> Any:
    """The method of `rlbench/methods/{name}.py`, with its default hyperparameters."""
    module = importlib.import_module(f"rlbench.methods.{name}")
    [cls] = [v for v in vars(module).values() if isinstance(v, type) and "paper" in vars(v)]
    return cls()


def load_task(stem: str) -> Any:
    """The task of `rlbench/tasks/{stem}.py`."""
    return importlib.import_module(f"rlbench.tasks.{stem}").task


def with_settings(instance: Any, settings: dict[str, Any]) -> Any:
    """A copy of a nested frozen dataclass with the values of a nested mapping in it.

    Raises TypeError for a name that is not a field.
    """
    known = {f.name for f in fields(instance)}
    if unknown := sorted(set(settings) - known):
        raise TypeError(f"{type(instance).__name__} has no {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    changes = {}
    for name, value in settings.items():
        present = getattr(instance, name)
        changes[name] = _set(present, value)
    return replace(instance, **changes)


def _set(present: Any, value: Any) -> Any:
    if is_rollout(present):
        return _rollout(present, value)
    return with_settings(present, value) if is_dataclass(present) else value


def _rollout(present: Any, settings: dict[str, int]) -> Any:
    """Which kind of rollout it becomes, its settings say."""
    if settings.keys() <= vars(present).keys():
        return with_settings(present, settings)
    return rollout_of(settings)
