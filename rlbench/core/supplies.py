"""What a task is given from outside, a data set or a model: named on a hub with its revision, or a local folder.

In settings that is a mapping with `hub` and `folder`, of which a folder goes first. Who a run is says what was in it,
and not where it lay.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from rlbench.core.hub import Pinned

PLACES = ("hub", "folder")
MODEL_FILES = {".safetensors", ".json", ".jinja", ".model", ".txt"}
"""Weights, and what describes the model and its tokenizer."""
DATA_FILES = {".jsonl", ".json", ".parquet", ".csv", ".txt"}


class Unsupplied(Exception):
    """Something that a task is to be given cannot be had, or is not what it is taken for: one line that says which,
    and what would supply it."""


def placeless(settings: dict[str, Any]) -> dict[str, Any]:
    """Nested settings without the places of what is given from outside."""
    return {k: v for k, v in _inside(settings, placeless).items() if not (_given(settings) and k in PLACES)}


def identified(settings: dict[str, Any]) -> dict[str, Any]:
    """Nested settings with what lies at a place instead of the place. Raises Unsupplied."""
    inner = _inside(settings, identified)
    if not _given(settings):
        return inner
    content = _digest(*files(settings)) if settings["folder"] else str(_pinned(settings))
    return {k: v for k, v in inner.items() if k not in PLACES} | {"content": content}


def missing(settings: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    """What cannot be had of that which nested settings name: whether it was to be local, and why, in words."""
    if _given(settings) and settings["folder"]:
        try:
            files(settings)
        except Unsupplied as error:
            yield True, str(error)
    elif _given(settings) and (reason := _pinned(settings).absent()):
        yield False, reason
    for inner in settings.values():
        if isinstance(inner, dict):
            yield from missing(inner)


def files(given: dict[str, Any]) -> list[Path]:
    """What is read of a local folder: a model's files, or those of a data set's splits. Raises Unsupplied."""
    folder = Path(given["folder"])
    if not folder.is_dir():
        raise Unsupplied(f"{folder}: no such folder; a path is taken from where the command is run")
    if not _has_splits(given):
        return _model_files(folder)
    return [path for name in ("split", "held_out") if given[name] for path in split_files(folder, given[name])]


def split_files(folder: Path, split: str) -> list[Path]:
    """Files of data below a folder with the split's name as a word of their own name: `train-00000-of-00001.parquet`,
    `harmless-base.test.jsonl.gz`. Raises Unsupplied where there is none."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and DATA_FILES & {*path.suffixes}]
    if chosen := [path for path in found if split in re.split(r"[^A-Za-z0-9]", path.name)]:
        return chosen
    there = ", ".join(path.name for path in found[:5]) or "none at all"
    raise Unsupplied(f"{folder}: no file of data has {split!r} in its name; there is {there}")


def _model_files(folder: Path) -> list[Path]:
    found = [path for path in sorted(folder.iterdir()) if path.suffix in MODEL_FILES]
    if not any(path.suffix == ".safetensors" for path in found):
        raise Unsupplied(f"{folder}: no weights as safetensors; save_pretrained of transformers writes them")
    return found


def _given(settings: dict[str, Any]) -> bool:
    return settings.keys() >= {*PLACES}


def _has_splits(given: dict[str, Any]) -> bool:
    return "split" in given


def _pinned(given: dict[str, Any]) -> Pinned:
    return Pinned.of("datasets" if _has_splits(given) else "models", given["hub"])


def _inside(settings: dict[str, Any], change: Any) -> dict[str, Any]:
    return {k: change(v) if isinstance(v, dict) else v for k, v in settings.items()}


def _digest(*paths: Path) -> str:
    """Of names and bytes."""
    parts = [f"{path.name} {_sha256(path, path.stat().st_size, path.stat().st_mtime_ns)}" for path in paths]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _sha256(path: Path, size: int, changed_ns: int) -> str:
    """Read once in each process, as long as the file stays what it is."""
    del size, changed_ns
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
