"""What studies have in common that train published cells again with other values of a setting.

A curve belongs to a published cell and to one setting. Its points are cells of their own, and where a value makes a
published cell, that cell is the point: it is trained once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rlbench.core.catalog import Setting, Settings
from rlbench.core.cell import DEFAULT, Cell
from rlbench.core.seeds import read_seeds
from rlbench.core.studies.section import tasks_of
from rlbench.core.validation import Path, Problem, check, kind, unknown

SEEDS = "seeds"
FEWEST = 3
"""Two values make a slope and no curve."""

Values = tuple[int | float, ...]
Changed = Callable[[Cell, str, dict[str, Any]], Cell]
"""A published cell with some settings laid over its own, under the name of a variant."""


@dataclass(frozen=True)
class Point:
    """A cell of a curve, and the value that it has."""

    cell: Cell
    variant: str
    """Of the published cell that the curve belongs to."""
    setting: str
    """Its name, with dots where it lies deeper."""
    value: float
    published: bool
    """Whether that cell has this value itself."""


class Sweep(Protocol):
    """A study of this kind."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """Those of every point."""
        ...

    def points(self, published: Sequence[Cell], changed: Changed) -> Iterator[Point]:
        """Every point of every curve, from the smallest value to the largest."""
        ...


def curve(cell: Cell, place: tuple[str, ...], name: str, values: Values, changed: Changed) -> Iterator[Point]:
    """A published cell is a point of its own curve, whether or not its value is among those asked for."""
    own = _at(cell.settings, place)
    start = "" if cell.variant == DEFAULT else f"{cell.variant}_"
    for value in sorted({own, *values}):
        variant = f"{start}{name.replace('.', '_')}_{value:g}"
        other = cell if value == own else changed(cell, variant, _nested(place, value))
        yield Point(other, cell.variant, name, float(value), value == own)


def trained_once(points: Iterable[Point], known: dict[str, Cell]) -> tuple[Point, ...]:
    """The same points with the cells that are `known` by their fingerprint already; those that are not join them."""
    return tuple(replace(point, cell=known.setdefault(point.cell.fingerprint, point.cell)) for point in points)


def read_values(given: Mapping[str, Any]) -> dict[tuple[str, ...], Values]:
    """Nested settings with lists of values in the place of single ones, each list by the place where it stands."""
    found: dict[tuple[str, ...], Values] = {}
    for name, inner in given.items():
        deeper = read_values(inner) if isinstance(inner, dict) else {(): tuple(inner)}
        found |= {(name, *place): values for place, values in deeper.items()}
    return found


def wrong_values(what: str, known: Settings, given: Any, path: Path) -> list[Problem]:
    """All that is wrong with such settings; `what` they are called, `known` are those that there are."""
    if not isinstance(given, dict):
        return [Problem(path, f"{given!r} is {kind(given)}; a mapping from setting to its values is wanted")]
    found = []
    for name, values in given.items():
        here, wanted = (*path, name), known.get(name)
        if wanted is None:
            found.append(Problem(here, unknown(what, name, known)))
        elif not isinstance(wanted, Setting):
            found += wrong_values(what, wanted, values, here)
        elif not isinstance(values, list) or len(set(map(str, values))) < max(FEWEST, len(values)):
            found.append(Problem(here, f"{values!r} is {kind(values)}; {FEWEST} or more different numbers are wanted"))
        else:
            found += [problem for value in values for problem in check(known, {name: value}, path)]
    return found


def wrong_seeds(given: dict[str, Any], seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """Published cells are points of the curves: the seeds must be theirs. `seeds` are those of every task."""
    found: list[Problem] = []
    asked = read_seeds(given.get(SEEDS) or [], (*path, SEEDS), found)
    for task in tasks_of(given):
        if lacking := sorted(set(asked) - set(seeds.get(task, asked))):
            words = f"{', '.join(map(str, lacking))} are not among the seeds of {task}"
            found.append(Problem((*path, SEEDS), words))
    return found


def _at(settings: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    for name in place:
        settings = settings[name]
    return settings


def _nested(place: tuple[str, ...], value: float) -> dict[str, Any]:
    first, *deeper = place
    return {first: _nested(tuple(deeper), value) if deeper else value}
