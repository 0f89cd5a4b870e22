"""Processes side by side, which end with the one that started them."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

from rlbench.commands.orphan import VARIABLE, end_with_parent

T = TypeVar("T")


def side_by_side(cores: int, work: Callable[..., T], tasks: Iterable[tuple[Any, ...]]) -> Iterator[T]:
    """What `work` returns of each tuple of arguments, in the order in which they end; what it raises is raised.

    Where it is not asked for more, what has not begun is given up.
    """
    os.environ[VARIABLE] = str(os.getpid())
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, spawn, initializer=end_with_parent) as pool:
        try:
            for done in as_completed([pool.submit(work, *arguments) for arguments in tasks]):
                yield done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
