"""Files that only help a run along: checkpoints, locks, progress, logs. Deleting them loses time, never a result."""

from dataclasses import dataclass
from pathlib import Path

from rlbench.core.cell import Job

FOLDER = ".scratch"


@dataclass(frozen=True)
class Scratch:
    """The scratch files of one job."""

    results: Path
    job: Job

    @property
    def folder(self) -> Path:
        return self.results / FOLDER / self.job.cell.fingerprint

    @property
    def checkpoint(self) -> Path:
        return self.folder / f"{self.job.path.stem}.checkpoint"

    @property
    def policies(self) -> Path:
        """The parameters that the runs ended with, [S, P], where somebody is going to ask these policies."""
        return self.folder / f"{self.job.path.stem}.policies"

    @property
    def lock(self) -> Path:
        return self.folder / f"{self.job.path.stem}.lock"

    @property
    def progress(self) -> Path:
        return self.folder / f"{self.job.path.stem}.progress.json"
