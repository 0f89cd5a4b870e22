"""How far is what each method takes for a gradient from the true one, and how much does it vary?

At the policy with which a task's runs begin, which stays as it is: no run is asked for, only batches.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, MultipleOf

from rlbench.core.batches import BLOCK
from rlbench.core.cell import Cell
from rlbench.core.measurement import Measurement
from rlbench.core.studies.section import TASKS, section, unknown_tasks
from rlbench.core.validation import Path, Problem, fits

KEYS = (TASKS, "batches")
FEWEST = 5 * BLOCK
"""Fewer blocks than five make no interval."""
Batches = Annotated[int, Ge(FEWEST), MultipleOf(BLOCK), f"a multiple of {BLOCK} from {FEWEST} up"]


@dataclass(frozen=True)
class GradientEstimators:
    """What is asked. `batches` are those that every estimator sees on each of the tasks."""

    tasks: tuple[str, ...]
    batches: int

    def measurements(self, published: Sequence[Cell]) -> Iterator[Measurement]:
        """One for each task that some method runs on: what that begins from is there, or can be made."""
        first = {cell.task: cell for cell in reversed(published)}
        for task in self.tasks:
            if task in first:
                yield Measurement(task, self.batches, first[task].task_settings, first[task].artefacts)


def read(given: Mapping[str, Any]) -> GradientEstimators:
    """What a configuration without problems asks."""
    return GradientEstimators(tuple(given["tasks"]), given["batches"])


def problems(given: Any, seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """All that is wrong with the section. `seeds` are those of every task of the configuration."""
    found = section(given, KEYS, path)
    if isinstance(given, dict) and given.get("batches"):
        found += fits(Batches, given["batches"], (*path, "batches"))
    return found + unknown_tasks(given, seeds, path)
