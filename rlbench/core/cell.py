"""A cell of the matrix of methods and tasks, the jobs that fill it, and the gap where it cannot be filled."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rlbench.core import catalog
from rlbench.core.artefact import Artefact
from rlbench.core.fingerprint import digest, run_code
from rlbench.core.supplies import placeless

DEFAULT = "default"


@dataclass(frozen=True)
class Cell:
    """One method on one task with resolved settings: all that determines its runs, but for the seeds."""

    task: str
    method: str
    variant: str
    settings: dict[str, Any]
    task_settings: dict[str, Any]
    budget: int
    evaluations: int
    evaluation_episodes: int
    artefacts: tuple[Artefact, ...] = ()
    """What was made before and it begins from."""

    @cached_property
    def fingerprint(self) -> str:
        """The content of the cell in sixteen hexadecimal digits."""
        return digest([self.content, self.code])

    @property
    def content(self) -> dict[str, Any]:
        """Everything that was set, as plain values."""
        content = {
            "settings": self.settings,
            "task_settings": placeless(self.task_settings),
            "budget": self.budget,
            "evaluations": self.evaluations,
            "evaluation_episodes": self.evaluation_episodes,
        }
        return content | {one.kind: one.fingerprint for one in self.artefacts}

    @property
    def code(self) -> dict[str, dict[str, str]]:
        """The code that runs it, digest by digest."""
        return run_code(catalog.methods()[self.method], catalog.tasks()[self.task])

    @property
    def folder(self) -> Path:
        """Where its runs lie, below the results folder."""
        return Path("runs", self.task, self.method, self.fingerprint)

    @property
    def label(self) -> str:
        """The method, and the variant unless it is the method itself."""
        return self.method if self.variant == DEFAULT else f"{self.method} ({self.variant})"


@dataclass(frozen=True)
class Gap:
    """A method and a task that do not go together, and why."""

    task: str
    method: str
    variant: str
    reason: str


@dataclass(frozen=True)
class Job:
    """One program: some seeds of a cell, trained side by side into one file."""

    cell: Cell
    seeds: tuple[int, ...]
    path: Path
    """Below the results folder."""
    done: bool

    @property
    def record(self) -> Path:
        return self.path.with_suffix(".record.json")


def block_name(seeds: tuple[int, ...]) -> str:
    """A file name that says which seeds are inside: `seeds_0-9`, `seeds_3_5-7`."""
    spans: list[list[int]] = []
    for seed in seeds:
        if spans and seed == spans[-1][1] + 1:
            spans[-1][1] = seed
        else:
            spans.append([seed, seed])
    return "seeds_" + "_".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def seeds_in(name: str) -> tuple[int, ...]:
    """The seeds that a file name made by `block_name` stands for."""
    spans = [part.split("-") for part in name.removeprefix("seeds_").split("_")]
    return tuple(seed for span in spans for seed in range(int(span[0]), int(span[-1]) + 1))
