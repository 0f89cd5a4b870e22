"""What is made once and shared by all methods and seeds of a task: what determines it, and where it lies."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rlbench.core.catalog import TaskCard
from rlbench.core.fingerprint import code, digest
from rlbench.core.source import PACKAGE, direct_imports
from rlbench.core.supplies import identified


@dataclass(frozen=True)
class Stage:
    """How one kind of artefact is made. `maker` is a file with a function `make(task, path, ingredients)` that writes
    the artefact to `path` and returns what its record is to say of it."""

    name: str
    kind: str
    """What it is to whoever is given it, however it was made."""
    folder: str
    """Below the results folder."""
    suffix: str
    """Of a file; empty where it is a folder."""
    maker: Path
    rooms: tuple[str, ...]
    """What the task's file imports from these is part of the artefact's code."""
    parts: tuple[str, ...]
    """What it is made of, by the names of the task's fields."""
    ingredients: tuple[str, ...] = ()
    """The kinds of artefacts that it is made from."""


GIVEN = ("corpus", "model", "prompt_tokens", "answer_tokens")
"""What prompts and answers are to a task that is given its data."""

STAGES = {
    stage.name: stage
    for stage in (
        # What is compared later and what a nat costs are none of a reference's business.
        Stage(
            name="reference",
            kind="reference",
            folder="references",
            suffix=".npz",
            maker=PACKAGE / "loops" / "reference.py",
            rooms=("control", "core", "envs"),
            parts=("control", "reference_level"),
        ),
        Stage(
            name="model",
            kind="model",
            folder="models",
            suffix="",
            maker=PACKAGE / "language" / "imitation.py",
            rooms=("languages",),
            parts=("language", "imitation", "temperature"),
        ),
        Stage(
            name="comparisons",
            kind="comparisons",
            folder="comparisons",
            suffix=".safetensors",
            maker=PACKAGE / "language" / "recording.py",
            rooms=("languages",),
            parts=("language", "recording", "temperature"),
            ingredients=("model",),
        ),
        Stage(
            name="reward",
            kind="reward",
            folder="rewards",
            suffix=".safetensors",
            maker=PACKAGE / "language" / "reward_fitting.py",
            rooms=(),
            parts=("language", *GIVEN, "fitting"),
            ingredients=("model", "comparisons"),
        ),
        # What is given from outside: rows of a data set, and with these a model that there is already.
        Stage(
            name="data",
            kind="data",
            folder="data",
            suffix=".parquet",
            maker=PACKAGE / "language" / "data_reading.py",
            rooms=("corpora",),
            parts=(*GIVEN, "data"),
        ),
        Stage(
            name="tuned_model",
            kind="model",
            folder="models",
            suffix="",
            maker=PACKAGE / "language" / "fine_tuning.py",
            rooms=("corpora",),
            parts=(*GIVEN, "tuning"),
            ingredients=("data",),
        ),
        Stage(
            name="given_comparisons",
            kind="comparisons",
            folder="comparisons",
            suffix=".safetensors",
            maker=PACKAGE / "language" / "given_comparisons.py",
            rooms=("corpora",),
            parts=(*GIVEN, "recording"),
            ingredients=("data", "model"),
        ),
        Stage(
            name="sampled_comparisons",
            kind="comparisons",
            folder="comparisons",
            suffix=".safetensors",
            maker=PACKAGE / "language" / "recording.py",
            rooms=("corpora",),
            parts=(*GIVEN, "recording", "temperature"),
            ingredients=("data", "model"),
        ),
    )
}
FOLDERS = sorted({stage.folder for stage in STAGES.values()})
"""Where artefacts lie, below the results folder."""


@dataclass(frozen=True)
class Artefact:
    """One of a kind, for one task."""

    kind: str
    task: str
    fixed: dict[str, Any]
    """What the task's file gives its parts."""
    settings: dict[str, Any]
    """What can be set in these, as it is set."""
    maker: Path
    """As a stage has it."""
    code: dict[str, dict[str, str]]
    """The code that makes it, digest by digest."""
    ingredients: tuple["Artefact", ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Its content in sixteen hexadecimal digits. Raises Unsupplied where a local folder is gone."""
        settings = identified(self.settings)
        return digest([self.fixed, settings, self.code, [one.fingerprint for one in self.ingredients]])

    @property
    def path(self) -> Path:
        """Below the results folder."""
        stage = STAGES[self.kind]
        return Path(stage.folder, self.task, f"{self.fingerprint}{stage.suffix}")

    @property
    def record(self) -> Path:
        """Written last: where it is, the artefact is whole."""
        return self.path.with_name(f"{self.fingerprint}.record.json")


def artefacts_of(task: TaskCard, settings: dict[str, Any]) -> tuple[Artefact, ...]:
    """What a task with these settings begins from, each after those that it is made from."""
    made: dict[str, Artefact] = {}
    for stage in map(STAGES.__getitem__, task.begins_from):
        made[stage.kind] = _artefact(stage, task, settings, made)
    return tuple(made.values())


def _artefact(stage: Stage, task: TaskCard, settings: dict[str, Any], made: dict[str, Artefact]) -> Artefact:
    rooms = {PACKAGE / room for room in stage.rooms}
    imported = [path for path in sorted(direct_imports(task.path)) if path.parent in rooms]
    return Artefact(
        kind=stage.kind,
        task=task.name,
        fixed={part: task.constants[part] for part in stage.parts if part in task.constants},
        settings={part: settings[part] for part in stage.parts if part in settings},
        maker=stage.maker,
        code=code(stage.maker, *imported),
        ingredients=tuple(made[kind] for kind in stage.ingredients),
    )
