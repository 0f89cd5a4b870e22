"""The seeds that a configuration names, as integers and as ranges."""

import re
from collections import Counter
from typing import Any

from rlbench.core.validation import Problem, kind

LARGEST_SEED = 2**31 - 1


def read_seeds(given: Any, path: tuple, problems: list[Problem]) -> tuple[int, ...]:
    """The seeds that a list of integers and ranges "first-last" names, in order."""
    if not isinstance(given, list):
        problems.append(Problem(path, f"{given!r} is {kind(given)}; a list is wanted, as [0-9] or [0, 1, 2]"))
        return ()
    seeds: list[int] = []
    for index, item in enumerate(given):
        span = re.fullmatch(r"(\d+)-(\d+)", item) if isinstance(item, str) else None
        if span and int(span[1]) <= int(span[2]) <= LARGEST_SEED:
            seeds += range(int(span[1]), int(span[2]) + 1)
        elif isinstance(item, int) and not isinstance(item, bool) and 0 <= item <= LARGEST_SEED:
            seeds.append(item)
        else:
            message = f"{item!r} is {kind(item)}; an integer from 0 to {LARGEST_SEED:,} or a range as 0-9 is wanted"
            problems.append(Problem((*path, index), message))
    twice = [str(seed) for seed, count in Counter(seeds).items() if count > 1]
    if twice:
        problems.append(Problem(path, f"{', '.join(twice)} appears twice"))
    return tuple(seeds)
