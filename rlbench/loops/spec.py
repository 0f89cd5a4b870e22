"""What a training run is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """Some seeds of one method on one task. Everything but the paths and the engine is part of its fingerprint."""

    task: str
    task_file: str
    method: str
    variant: str
    fingerprint: str
    settings: dict[str, Any]
    task_settings: dict[str, Any]
    budget: int
    """Steps (in the task's unit) that each seed may use. The rollout that passes it is the last."""
    evaluations: int
    evaluation_episodes: int
    seeds: tuple[int, ...]
    code: dict[str, dict[str, str]]
    engine: str
    device: str
    checkpoint: Path
    artefacts: Mapping[str, Path] = field(default_factory=dict)
    """What was made before and is begun from, by its kind. The name of each is its fingerprint."""

    def about(self) -> dict[str, Any]:
        """What the run file says of itself."""
        names = (
            "task",
            "method",
            "variant",
            "fingerprint",
            "settings",
            "task_settings",
            "budget",
            "evaluations",
            "evaluation_episodes",
            "code",
        )
        about = {name: getattr(self, name) for name in names} | {"seeds": list(self.seeds)}
        return about | {kind: path.stem for kind, path in self.artefacts.items()}
