"""What estimators of a gradient are worth at one policy, as an artefact: what it is made of and where it lies."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rlbench.core import catalog
from rlbench.core.artefact import Artefact
from rlbench.core.fingerprint import code, digest
from rlbench.core.source import PACKAGE
from rlbench.core.supplies import placeless

FOLDER = "gradients"
"""Below the results folder."""
MEASURE = PACKAGE / "gradients" / "measure.py"


@dataclass(frozen=True)
class Measurement:
    """All that determines it: its task with settings, what that begins from, how many batches, and its code."""

    task: str
    batches: int
    task_settings: dict[str, Any]
    artefacts: tuple[Artefact, ...]

    @property
    def code(self) -> dict[str, dict[str, str]]:
        """Digest by digest."""
        return code(MEASURE, catalog.tasks()[self.task].path)

    @cached_property
    def fingerprint(self) -> str:
        """Its content in sixteen hexadecimal digits."""
        begun = {one.kind: one.fingerprint for one in self.artefacts}
        return digest([self.batches, placeless(self.task_settings), begun, self.code])

    @property
    def path(self) -> Path:
        """Below the results folder."""
        return Path(FOLDER, self.task, f"{self.fingerprint}.parquet")

    @property
    def record(self) -> Path:
        return self.path.with_suffix(".record.json")
