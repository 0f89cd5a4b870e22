"""Save a run halfway and find the way back, with the same bits as if it had never stopped."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rlbench.core.atomic import replacing


def save(path: Path, state: dict[str, Any]) -> None:
    """Write nested mappings of tensors, arrays, numbers and words; an older checkpoint stays until this is whole."""
    with replacing(path) as part:
        torch.save(_convert(state, np.ndarray, lambda array: torch.from_numpy(np.ascontiguousarray(array))), part)


def load(path: Path) -> dict[str, Any] | None:
    """What was saved last, arrays as tensors; None where there is nothing. Runs no code from the file."""
    if not path.exists():
        return None
    return torch.load(path, map_location="cpu", weights_only=True)


def as_arrays(state: Any) -> Any:
    """The same nested mappings with NumPy arrays for tensors."""
    return _convert(state, torch.Tensor, lambda tensor: tensor.numpy())


def remove(path: Path) -> None:
    """Forget a checkpoint, and its folder if nothing else is in there."""
    path.unlink(missing_ok=True)
    try:
        os.rmdir(path.parent)
    except OSError:
        return


def _convert(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {k: _convert(v, kind, change) for k, v in value.items()}
    return change(value) if isinstance(value, kind) else value
