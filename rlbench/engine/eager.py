"""Run functions as they are written, operation by operation."""

import ctypes
import sys

import torch
from torch import Tensor

from rlbench.engine.engine import Function


class Eager:
    """Needs no compiler and starts at once."""

    name = "eager"
    compile_s = 0.0

    def __init__(self):
        keep_freed_memory()

    @torch.no_grad()
    def call(self, name: str, function: Function, *args: Tensor) -> tuple[Tensor, ...]:
        del name
        return function(*args)


def keep_freed_memory() -> None:
    """Tell glibc not to hand large freed buffers back to the system: fetching them anew for every operation
    cost a third of all time. Does nothing on other C libraries."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mmap_threshold, trim_threshold, one_gigabyte = -3, -1, 1 << 30
        mallopt(mmap_threshold, one_gigabyte)
        mallopt(trim_threshold, one_gigabyte)
