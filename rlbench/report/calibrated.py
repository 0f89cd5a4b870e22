"""What simulation says of the intervals in the tables, at a plan's numbers of tasks and seeds."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rlbench.core.calibration import calibration_of
from rlbench.report.plan import Plan
from rlbench.stats.kept import judged
from rlbench.stats.promises import PROMISES

KNOWN = {check.what for check in PROMISES}


def read_calibration(results: Path, plan: Plan) -> pd.DataFrame:
    """The simulated lines of the plan's designs, judged. Raises FileNotFoundError where they were not simulated."""
    wanted = calibration_of((cell.task, len(cell.seeds)) for cell in plan.cells)
    return judged(pd.read_parquet(Path(results) / wanted.path))


def cautions(calibration: pd.DataFrame, promises: Sequence[str], *, together: bool) -> tuple[str, ...]:
    """What a reader of a table must know of the intervals in it, each named as in `promises`; one sentence.

    `together`: whether the table also averages over all tasks. Raises ValueError for a promise that nobody tried.
    """
    if unknown := [what for what in promises if what not in KNOWN]:
        raise ValueError(f"not tried: {', '.join(unknown)}")
    asked = calibration[calibration["what"].isin(promises)]
    if not together:
        asked = asked[~asked["design"].str.contains(" ")]
    if asked.empty:
        return ()
    broken = asked[~asked["kept"]]
    if broken.empty:
        return ("By simulation (table calibration), the intervals hold what they promise at these numbers of runs.",)
    parts = [
        f"Instead of {percent(nominal)}: {'; '.join(_broken(what, lines) for what, lines in _by(those, 'what'))}."
        for nominal, those in _by(broken, "nominal")
    ]
    start = "By simulation (table calibration), not every promise holds at these numbers of runs."
    return (f"{start} {' '.join(parts)}",)


def _by(lines: pd.DataFrame, column: str) -> Iterator[tuple[Any, pd.DataFrame]]:
    return iter(lines.groupby(column, sort=False))


def _broken(what: str, lines: pd.DataFrame) -> str:
    designs = [
        f"{runs(design)} ({', '.join(map(_found, those['population'], those['actual']))})"
        for design, those in _by(lines, "design")
    ]
    return f"{what} with {', '.join(designs)}"


def _found(population: str, actual: float) -> str:
    return f"{short(population)} {percent(actual)}"


def short(population: str) -> str:
    """A population in one word."""
    return population.partition(":")[0]


def runs(design: str) -> str:
    """A design in words: `3 runs`, `9 tasks of 3 to 20 runs`."""
    seeds = design.split()
    count = " to ".join(dict.fromkeys((seeds[0], seeds[-1])))
    return f"{count} runs" if len(seeds) == 1 else f"{len(seeds)} tasks of {count} runs"


def percent(share: float) -> str:
    """A share as a whole number of percent."""
    return f"{100 * share:.0f} %"
