"""Columns of a table that hold an estimate with its bounds, as `Table` shows them in one."""

from collections.abc import Iterable, Mapping

from rlbench.stats.intervals import Interval


def with_bounds(names: Iterable[str]) -> list[str]:
    """Each name, with its two of bounds after it."""
    return [column for name in names for column in (name, f"{name}_low", f"{name}_high")]


def filled(made: Mapping[str, Interval]) -> dict[str, float]:
    """The part of a line that these intervals fill."""
    bounds = [number for interval in made.values() for number in (interval.estimate, interval.low, interval.high)]
    return dict(zip(with_bounds(made), bounds, strict=True))
