"""How much do single settings matter, and are the published values among the best?

Some methods on some of the tasks with one value of a setting after another, everything else as it is published. A
setting that has a meaning only beside others is varied in the variant that has these.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlbench.core import catalog
from rlbench.core.cell import DEFAULT, Cell
from rlbench.core.left_out import by_method
from rlbench.core.seeds import read_seeds
from rlbench.core.studies.section import TASKS, section, tasks_of, unknown_tasks
from rlbench.core.studies.sweep import SEEDS, Changed, Point, Values, curve, read_values, wrong_seeds, wrong_values
from rlbench.core.validation import Path, Problem, unknown

CURVES = "curves"
KEYS = (TASKS, SEEDS, CURVES)

Series = tuple[str, str]
"""Method and variant."""


@dataclass(frozen=True)
class OtherSettings:
    """What is asked: for some methods and variants the values of some settings, each by the place where it stands."""

    tasks: tuple[str, ...]
    seeds: tuple[int, ...]
    curves: Mapping[Series, Mapping[tuple[str, ...], Values]]

    def points(self, published: Sequence[Cell], changed: Changed) -> Iterator[Point]:
        """Every point of every curve, setting by setting, on one task after another, the smallest value first."""
        for series, settings in self.curves.items():
            own = [cell for cell in published if cell.task in self.tasks and (cell.method, cell.variant) == series]
            for place, values in settings.items():
                for cell in own:
                    yield from curve(cell, place, ".".join(place), values, changed)


def read(given: Mapping[str, Any]) -> OtherSettings:
    """What a configuration without problems asks."""
    curves = {
        (method, variant): read_values(settings)
        for method, by_variant in given[CURVES].items()
        for variant, settings in by_variant.items()
    }
    return OtherSettings(tuple(given[TASKS]), read_seeds(given[SEEDS], (), []), curves)


def problems(given: Any, seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """All that is wrong with the section. `seeds` are those of every task of the configuration."""
    found = section(given, KEYS, path)
    if not isinstance(given, dict):
        return found
    found += unknown_tasks(given, seeds, path)
    found += wrong_seeds(given, seeds, path)
    tasks = [catalog.tasks()[name] for name in tasks_of(given) if name in catalog.tasks()]
    wrong: list[Problem] = []
    for place, name, by_variant in by_method(given.get(CURVES) or {}, (*path, CURVES), wrong):
        for variant, settings in by_variant.items():
            for task in tasks:
                known = catalog.settings_on(catalog.methods()[name], task)
                wrong += wrong_values(f"setting on {task.side} tasks", known, settings, (*place, variant))
    return found + list(dict.fromkeys(wrong))


def without_cells(given: Any, published: Mapping[str, Collection[str]], path: Path) -> list[Problem]:
    """Curves of what a configuration does not have; `published` are the variants of each of its methods."""
    curves = given.get(CURVES) if isinstance(given, dict) else None
    found: list[Problem] = []
    for place, name, by_variant in by_method(curves or {}, (*path, CURVES), []):
        if name not in published:
            found.append(Problem(place, unknown("method in `methods`", name, published)))
            continue
        known = [DEFAULT, *published[name]]
        found += [Problem((*place, one), unknown("variant", one, known)) for one in by_variant if one not in known]
    return found
