"""How much does the size of a method's steps matter?

Every method on some of the tasks with one step after another, everything else as it is published. What a method's step
is depends on its update: it is given the settings that its update has, a learning rate or a bound on KL.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlbench.core import catalog
from rlbench.core.catalog import Setting, Settings
from rlbench.core.cell import DEFAULT, Cell, Gap
from rlbench.core.left_out import left_out
from rlbench.core.seeds import read_seeds
from rlbench.core.studies.section import TASKS, section, tasks_of, unknown_tasks
from rlbench.core.validation import Path, Problem, check, kind, unknown

UPDATE = "update"
KEYS = (TASKS, "seeds", UPDATE)
FEWEST = 3
"""Two steps make a slope and no curve."""

Changed = Callable[[Cell, str, dict[str, Any]], Cell]
"""A cell that differs from another one in a variant's name and some settings."""


@dataclass(frozen=True)
class StepSizes:
    """What is asked. `update` has the values of each setting, `left_out` by method and task why there is no curve."""

    tasks: tuple[str, ...]
    seeds: tuple[int, ...]
    update: Mapping[str, tuple[float, ...]]
    left_out: Mapping[str, Mapping[str, str]]

    def points(self, published: Sequence[Cell], changed: Changed) -> Iterator["Point"]:
        """Every point of every curve, in the order of the published cells and from the smallest step to the largest."""
        for cell in self._asked(published):
            for setting in () if self._reason(cell) else self.update:
                if setting in cell.settings[UPDATE]:
                    yield from self._curve(cell, setting, changed)

    def gaps(self, published: Sequence[Cell]) -> Iterator[Gap]:
        """Published cells that have no curve, and why."""
        for cell in self._asked(published):
            if reason := self._reason(cell):
                yield Gap(cell.task, cell.method, cell.variant, reason)

    def _reason(self, cell: Cell) -> str:
        return self.left_out.get(cell.method, {}).get(cell.task, "")

    def _asked(self, published: Sequence[Cell]) -> Iterator[Cell]:
        return (cell for cell in published if cell.task in self.tasks and cell.variant == DEFAULT)

    def _curve(self, cell: Cell, setting: str, changed: Changed) -> Iterator["Point"]:
        """A published cell is a point of its own curve, whether or not its value is among those asked for."""
        own = cell.settings[UPDATE][setting]
        for value in sorted({own, *self.update[setting]}):
            other = changed(cell, f"{setting}_{value:g}", {UPDATE: {setting: value}})
            yield Point(cell if value == own else other, setting, value, value == own)


@dataclass(frozen=True)
class Point:
    """A cell, and the step that it takes."""

    cell: Cell
    setting: str
    value: float
    published: bool
    """Whether the matrix has this cell as well."""


def read(given: Mapping[str, Any]) -> StepSizes:
    """What a configuration without problems asks."""
    return StepSizes(
        tasks=tuple(given["tasks"]),
        seeds=read_seeds(given["seeds"], (), []),
        update={name: tuple(map(float, values)) for name, values in given[UPDATE].items()},
        left_out=given.get("left_out") or {},
    )


def problems(given: Any, seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """All that is wrong with the section. `seeds` are those of every task of the configuration."""
    found = section(given, KEYS, path, optional=("left_out",))
    if not isinstance(given, dict):
        return found
    found += unknown_tasks(given, seeds, path)
    found += _seeds(given, seeds, (*path, "seeds"))
    found += _update(given.get(UPDATE) or {}, (*path, UPDATE))
    return found + left_out(given.get("left_out") or {}, (*path, "left_out"))


def _seeds(given: dict[str, Any], seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """Published cells are points of the curves: the seeds must be theirs."""
    found: list[Problem] = []
    asked = read_seeds(given.get("seeds") or [], path, found)
    for task in tasks_of(given):
        if lacking := sorted(set(asked) - set(seeds.get(task, asked))):
            found.append(Problem(path, f"{', '.join(map(str, lacking))} are not among the seeds of {task}"))
    return found


def _update(given: Any, path: Path) -> list[Problem]:
    if not isinstance(given, dict):
        return [Problem(path, f"{given!r} is {kind(given)}; a mapping from setting to its values is wanted")]
    known, found = _known(), []
    for name, values in given.items():
        here = (*path, name)
        if name not in known:
            found.append(Problem(here, unknown("setting of an update", name, known)))
        elif not isinstance(values, list) or len(set(map(str, values))) < max(FEWEST, len(values)):
            found.append(Problem(here, f"{values!r} is {kind(values)}; {FEWEST} or more different numbers are wanted"))
        else:
            found += [problem for value in values for problem in check(known, {name: value}, path)]
    return found


def _known() -> Settings:
    """Every number that can be set in some method's update."""
    updates = [card.settings.get(UPDATE, {}) for card in catalog.methods().values()]
    settings = {name: one for update in updates if isinstance(update, dict) for name, one in update.items()}
    return {name: one for name, one in settings.items() if isinstance(one, Setting) and isinstance(one.default, float)}
