"""How much does the size of a method's steps matter?

Every method on some of the tasks with one step after another, everything else as it is published. What a method's step
is depends on its update: it is given the settings that its update has, a learning rate or a bound on KL.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlbench.core import catalog
from rlbench.core.catalog import Setting, Settings
from rlbench.core.cell import DEFAULT, Cell, Gap
from rlbench.core.left_out import left_out
from rlbench.core.seeds import read_seeds
from rlbench.core.studies.section import TASKS, section, unknown_tasks
from rlbench.core.studies.sweep import SEEDS, Changed, Point, curve, wrong_seeds, wrong_values
from rlbench.core.validation import Path, Problem

UPDATE = "update"
KEYS = (TASKS, SEEDS, UPDATE)


@dataclass(frozen=True)
class StepSizes:
    """What is asked. `update` has the values of each setting, `left_out` by method and task why there is no curve."""

    tasks: tuple[str, ...]
    seeds: tuple[int, ...]
    update: Mapping[str, tuple[float, ...]]
    left_out: Mapping[str, Mapping[str, str]]

    def points(self, published: Sequence[Cell], changed: Changed) -> Iterator[Point]:
        """Every point of every curve, in the order of the published cells and from the smallest step to the largest."""
        for cell in self._asked(published):
            for setting, values in ({} if self._reason(cell) else self.update).items():
                if setting in cell.settings[UPDATE]:
                    yield from curve(cell, (UPDATE, setting), setting, values, changed)

    def gaps(self, published: Sequence[Cell]) -> Iterator[Gap]:
        """Published cells that have no curve, and why."""
        for cell in self._asked(published):
            if reason := self._reason(cell):
                yield Gap(cell.task, cell.method, cell.variant, reason)

    def _reason(self, cell: Cell) -> str:
        return self.left_out.get(cell.method, {}).get(cell.task, "")

    def _asked(self, published: Sequence[Cell]) -> Iterator[Cell]:
        return (cell for cell in published if cell.task in self.tasks and cell.variant == DEFAULT)


def read(given: Mapping[str, Any]) -> StepSizes:
    """What a configuration without problems asks."""
    return StepSizes(
        tasks=tuple(given[TASKS]),
        seeds=read_seeds(given[SEEDS], (), []),
        update={name: tuple(map(float, values)) for name, values in given[UPDATE].items()},
        left_out=given.get("left_out") or {},
    )


def problems(given: Any, seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """All that is wrong with the section. `seeds` are those of every task of the configuration."""
    found = section(given, KEYS, path, optional=("left_out",))
    if not isinstance(given, dict):
        return found
    found += unknown_tasks(given, seeds, path)
    found += wrong_seeds(given, seeds, path)
    found += wrong_values("setting of an update", _known(), given.get(UPDATE) or {}, (*path, UPDATE))
    return found + left_out(given.get("left_out") or {}, (*path, "left_out"))


def _known() -> Settings:
    """Every number that can be set in some method's update."""
    updates = [card.settings.get(UPDATE, {}) for card in catalog.methods().values()]
    settings = {name: one for update in updates if isinstance(update, dict) for name, one in update.items()}
    return {name: one for name, one in settings.items() if isinstance(one, Setting) and isinstance(one.default, float)}
