"""A run's identity is its content: what code it executes and what numbers it is given, hashed.

Not in the hash: comments, docstrings, versions, hardware, the commit. These are recorded with the result.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from rlbench.core.catalog import MethodCard, TaskCard
from rlbench.core.source import PACKAGE, closure, definitions

TRAINING = PACKAGE / "loops" / "train.py"
LENGTH = 16


def digest(content: Any) -> str:
    """A short hash of anything that JSON can hold."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


@cache
def code(*roots: Path) -> dict[str, dict[str, str]]:
    """For each file that the roots lead to, a digest of each of its definitions."""
    return {path.relative_to(PACKAGE.parent).as_posix(): _digests(path) for path in sorted(closure(*roots))}


@cache
def _digests(path: Path) -> dict[str, str]:
    return {name: digest(text) for name, text in definitions(path).items()}


def run_code(method: MethodCard, task: TaskCard) -> dict[str, dict[str, str]]:
    """The code that a training run of this method on this task executes."""
    return code(method.path, task.path, TRAINING)


def folder_digest(folder: Path) -> str:
    """A hash of every file in a folder and below, to the letter: for what is quick to do again, words included."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".jinja", ".yaml"})
    return digest([[path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")] for path in files])


def changes(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> list[str]:
    """In words, each definition that differs between two results of `code`."""
    found = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            found.append(f"{path} is no longer used")
        elif path not in before:
            found.append(f"{path} is new")
        else:
            old, new = before[path], after[path]
            names = [n for n in sorted(old.keys() | new.keys()) if old.get(n) != new.get(n)]
            found.extend(f"{path} ({name})" for name in names)
    return found
