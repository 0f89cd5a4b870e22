"""A probe: an exact computation that needs no training, as an artefact: what it is made of and where it lies."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rlbench.core.fingerprint import code, digest
from rlbench.core.source import PACKAGE

QUESTIONS = PACKAGE / "probes" / "questions"


@dataclass(frozen=True)
class Probe:
    """All that determines what a probe finds is its code: its noise is keyed, and it has no settings."""

    name: str
    code: dict[str, dict[str, str]]
    """Digest by digest."""

    @cached_property
    def fingerprint(self) -> str:
        """The content of the probe in sixteen hexadecimal digits."""
        return digest(self.code)

    @property
    def path(self) -> Path:
        """Below the results folder."""
        return Path("probes", self.name, f"{self.fingerprint}.parquet")

    @property
    def record(self) -> Path:
        return self.path.with_suffix(".record.json")


def probes() -> tuple[Probe, ...]:
    """Every probe that has a file, by name."""
    return tuple(Probe(path.stem, code(path)) for path in sorted(QUESTIONS.glob("[a-z]*.py")))
