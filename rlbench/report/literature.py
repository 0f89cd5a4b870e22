"""What others published: one file for each source in rlbench/published, with how it was measured."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from rlbench.core.source import PACKAGE

FOLDER = PACKAGE / "published"
FORM = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=FORM)
class Result:
    """One published number: a mean return after so many steps, and what else was not as it is here."""

    task: str
    method: str
    value: float
    steps: int
    differs: str = ""


@dataclass(frozen=True, config=FORM)
class Source:
    """Who published, where, which of our two evaluations is nearest, what was measured, over how many runs."""

    source: str
    reference: str
    evaluation: Literal["deterministic", "stochastic"]
    measured: str
    runs: int
    results: tuple[Result, ...]


def sources(folder: Path = FOLDER) -> list[Source]:
    """Every source, by file name. Raises pydantic's ValidationError for a file of another form."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))]
    return [TypeAdapter(Source).validate_python(yaml.safe_load(text)) for text in texts]
