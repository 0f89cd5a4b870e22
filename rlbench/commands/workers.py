"""Processes side by side, which end with the one that started them."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from typing import Any, TypeVar

from rlbench.commands.orphan import VARIABLE, end_with_parent

T = TypeVar("T")
LOOK_EVERY_S = 0.5


def side_by_side(
    cores: int,
    work: Callable[..., T],
    tasks: Iterable[tuple[Any, ...]],
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[T]:
    """What `work` returns of each tuple of arguments, in the order in which they end; what it raises is raised.

    `meanwhile` is called now and then. Where no more is asked for, what has not begun is given up.
    """
    os.environ[VARIABLE] = str(os.getpid())
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, spawn, initializer=end_with_parent) as pool:
        try:
            waiting = {pool.submit(work, *arguments) for arguments in tasks}
            while waiting:
                ended, waiting = wait(waiting, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in ended)
                if waiting:
                    meanwhile()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
