"""What is measured of the policies that a block of runs ends with, as an artefact: what it is made of, where it lies.

Runs record what they measure on their way and keep no parameters. Who asks their last policies more than that has to
have these: as they were kept when the runs were trained, or by training these again.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from rlbench.core import catalog
from rlbench.core.cell import Cell, seeds_in
from rlbench.core.fingerprint import code, digest
from rlbench.core.source import PACKAGE

FOLDER = "endings"
"""Below the results folder."""


class Asked(StrEnum):
    """What is measured; each is a file in rlbench/endings."""

    PROMPTS = "prompts"
    KL_INITIAL = "kl_initial"


@dataclass(frozen=True)
class Ending:
    """The last policies of one run file, and the numbers that the measurement has."""

    cell: Cell
    block: str
    """The name of the run file: it says the seeds."""
    numbers: dict[str, int]

    @property
    def asked(self) -> Asked:
        """Answers to prompts where there are any; else how far the policy is from the first one."""
        return Asked.PROMPTS if catalog.tasks()[self.cell.task].side == "language" else Asked.KL_INITIAL

    @property
    def seeds(self) -> tuple[int, ...]:
        """All that the run file holds, whether or not they are asked for now."""
        return seeds_in(self.block)

    @property
    def code(self) -> dict[str, dict[str, str]]:
        """What the measurement executes and the runs do not, digest by digest; all else is in the cell's."""
        needed = code(PACKAGE / "endings" / f"{self.asked}.py")
        return {path: definitions for path, definitions in needed.items() if path not in self.cell.code}

    @cached_property
    def fingerprint(self) -> str:
        """Its content in sixteen hexadecimal digits."""
        return self.fingerprint_of(self.cell.fingerprint)

    def fingerprint_of(self, runs: str) -> str:
        """The same if the cell's fingerprint were this one."""
        return digest([runs, self.numbers, self.code])

    @property
    def run(self) -> Path:
        """The runs that it is of, below the results folder."""
        return self.cell.folder / f"{self.block}.parquet"

    @property
    def path(self) -> Path:
        """Below the results folder."""
        return self.path_of(self.cell.fingerprint)

    def path_of(self, runs: str) -> Path:
        """The same if the cell's fingerprint were this one."""
        return Path(FOLDER, self.cell.task, self.fingerprint_of(runs), f"{self.block}.parquet")

    @property
    def record(self) -> Path:
        return self.path.with_suffix(".record.json")
