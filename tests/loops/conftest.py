"""Runs that several tests look at."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.training import CASES, RUN, Watched, shapes_checked, small, training, watch

Finished = Callable[[str, str], Watched]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The finished run of a method in a case, trained once in each process."""

    @cache
    def train(method: str, case: str) -> Watched:
        with shapes_checked(True):
            return watch(training(tmp_path_factory.mktemp("finished"), small(method), CASES[case](), **RUN))

    return train


@pytest.fixture(autouse=True)
def unchecked() -> Iterator[None]:
    """All other runs do again what a finished one has done."""
    with shapes_checked(False):
        yield
