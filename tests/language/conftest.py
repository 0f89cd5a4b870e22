"""Small tasks, begun once in each process, and runs that several tests look at."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.language.begun import Begun, begun
from tests.training import Watched, shapes_checked, watch

Finished = Callable[[str, str], Watched]
CHECKED = ("ppo_penalty", "trpo", "grpo", "dpo_pl")


@pytest.fixture(scope="session")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """A task whose reward is told."""
    return begun("enumerable", tmp_path_factory.mktemp("paid"))


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """The same task where only comparisons are told."""
    return begun("enumerable_preferences", tmp_path_factory.mktemp("compared"))


@pytest.fixture(scope="session")
def finished(paid: Begun, compared: Begun, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The finished run of a method on a task, trained once in each process.

    To look at annotations and to count operations takes most of a small run's time: it is done for one method of each
    kind.
    """
    tasks = {"enumerable": paid, "enumerable_preferences": compared}

    @cache
    def train(method: str, task: str) -> Watched:
        with shapes_checked(method in CHECKED):
            run = tasks[task].training(tmp_path_factory.mktemp("finished"), method, counted=method in CHECKED)
            return watch(run)

    return train


@pytest.fixture(autouse=True)
def unchecked() -> Iterator[None]:
    """All other runs do again what a finished one has done."""
    with shapes_checked(False):
        yield
