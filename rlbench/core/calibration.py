"""What intervals and tests are tried on, as an artefact: the designs of a study, the code that is tried, and where the
answers lie."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rlbench.core.design import Design
from rlbench.core.fingerprint import code, digest
from rlbench.core.plan import Plan
from rlbench.core.source import PACKAGE

ROOT = PACKAGE / "stats" / "promises.py"


@dataclass(frozen=True)
class Calibration:
    """All that determines what simulations give."""

    designs: tuple[Design, ...]

    @property
    def code(self) -> dict[str, dict[str, str]]:
        """The code that is tried and the code that tries it, digest by digest."""
        return code(ROOT)

    @cached_property
    def fingerprint(self) -> str:
        """Designs and code in sixteen hexadecimal digits."""
        return digest([self.designs, self.code])

    @property
    def path(self) -> Path:
        """Below the results folder."""
        return Path("calibration", f"{self.fingerprint}.parquet")

    @property
    def record(self) -> Path:
        return self.path.with_suffix(".record.json")


def calibration_of(cells: Iterable[tuple[str, int]]) -> Calibration:
    """Of cells, each its task and number of seeds: every number that a task has, and all tasks together."""
    seeds: dict[str, int] = {}
    for task, count in cells:
        seeds[task] = max(count, seeds.get(task, 0))
    single = [(count,) for count in sorted(set(seeds.values()))]
    together = [tuple(sorted(seeds.values()))] if len(seeds) > 1 else []
    return Calibration((*single, *together))


def planned_calibration(plan: Plan) -> Calibration:
    """What the tables of a plan are to be calibrated for."""
    return calibration_of((cell.task, len(plan.config.seeds_on(cell.task))) for cell in plan.cells)
