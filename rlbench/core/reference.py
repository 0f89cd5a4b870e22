"""The policy that a preference task begins from, as an artefact: what it is made of and where it lies."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rlbench.core.catalog import TaskCard
from rlbench.core.fingerprint import code, digest
from rlbench.core.source import PACKAGE, direct_imports

TRAINING = PACKAGE / "loops" / "reference.py"
ROOM = PACKAGE / "preferences"


@dataclass(frozen=True)
class Reference:
    """All that determines a reference: its environment, what it is shown, and how good it is to become. What is
    compared later and what a nat costs are none of its business."""

    task: str
    control: dict[str, Any]
    """What the task's file gives the control task inside it."""
    settings: dict[str, Any]
    """What can be set in that, as it is set."""
    level: float
    code: dict[str, dict[str, str]]
    """The code that trains it, digest by digest."""

    @cached_property
    def fingerprint(self) -> str:
        """The content of the reference in sixteen hexadecimal digits."""
        return digest([self.control, self.settings, self.level, self.code])

    @property
    def path(self) -> Path:
        """Below the results folder."""
        return Path("references", self.task, f"{self.fingerprint}.npz")

    @property
    def record(self) -> Path:
        return self.path.with_suffix(".record.json")


def reference_of(task: TaskCard, settings: dict[str, Any]) -> Reference | None:
    """What a task with these settings begins from; None where policies begin at random."""
    if "reference_level" not in task.constants:
        return None
    parts = [path for path in sorted(direct_imports(task.path)) if ROOM not in path.parents]
    return Reference(
        task=task.name,
        control=task.constants["control"],
        settings=settings["control"],
        level=task.constants["reference_level"],
        code=code(TRAINING, *parts),
    )
