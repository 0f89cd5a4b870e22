"""What the sections of all studies have in common: known keys, none of them missing, and a list of tasks."""

from collections.abc import Collection, Sequence
from typing import Any

from rlbench.core.validation import Path, Problem, kind, unknown

TASKS = "tasks"


def section(given: Any, required: Sequence[str], path: Path, optional: Sequence[str] = ()) -> list[Problem]:
    """What is wrong with the section as a whole; where it is no mapping, nothing else can be said of it."""
    keys = [*required, *optional]
    if not isinstance(given, dict):
        return [Problem(path, f"{given!r} is {kind(given)}; a mapping with {', '.join(keys)} is wanted")]
    found = [Problem((*path, name), unknown("key", name, keys)) for name in given if name not in keys]
    found += [Problem((*path, name), "is missing or empty") for name in required if not given.get(name)]
    if not isinstance(tasks := given.get(TASKS) or [], list):
        found.append(Problem((*path, TASKS), f"{tasks!r} is {kind(tasks)}; a list of tasks is wanted"))
    return found


def tasks_of(given: Any) -> list[Any]:
    """Its tasks as far as they are a list."""
    tasks = given.get(TASKS) if isinstance(given, dict) else None
    return tasks if isinstance(tasks, list) else []


def unknown_tasks(given: Any, known: Collection[str], path: Path) -> list[Problem]:
    """Those of its tasks that the configuration does not have."""
    return [
        Problem((*path, TASKS, place), unknown("task in `tasks`", name, known))
        for place, name in enumerate(tasks_of(given))
        if name not in known
    ]
