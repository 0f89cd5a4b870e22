"""Sections of a configuration that have an entry for every method, and of these the one that leaves cells out."""

from typing import Any

from rlbench.core import catalog
from rlbench.core.validation import Path, Problem, kind, unknown


def left_out(given: Any, path: Path) -> list[Problem]:
    """What is wrong with METHOD.TASK: a reason in words why this cell stays empty."""
    problems: list[Problem] = []
    for place, _, by_task in by_method(given, path, problems):
        for task, reason in by_task.items():
            if task not in catalog.tasks():
                problems.append(Problem((*place, task), unknown("task", task, catalog.tasks())))
            elif not isinstance(reason, str) or not reason.strip():
                problems.append(Problem((*place, task), f"{reason!r} is {kind(reason)}; a reason in words is wanted"))
    return problems


def by_method(given: Any, path: Path, problems: list[Problem]) -> list[tuple[Path, str, dict]]:
    """Place, method and content of every entry that can be one; what cannot joins `problems`."""
    if not isinstance(given, dict):
        problems.append(Problem(path, f"{given!r} is {kind(given)}; a mapping by method is wanted"))
        return []
    found = []
    for name, inner in given.items():
        place = (*path, name)
        if name not in catalog.methods():
            problems.append(Problem(place, unknown("method", name, catalog.methods())))
        elif not isinstance(inner, dict):
            problems.append(Problem(place, f"{inner!r} is {kind(inner)}; a mapping is wanted"))
        else:
            found.append((place, name, inner))
    return found
