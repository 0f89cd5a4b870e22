"""Recorded runs of a cell that older code made and that were told the same: would they come out the same now?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlbench.commands.earlier_artefact import content
from rlbench.commands.recorded import ended, read_about, recorded
from rlbench.core.artefact import STAGES
from rlbench.core.cell import Cell, seeds_in
from rlbench.core.schema import SCHEMA_VERSION


@dataclass(frozen=True)
class Earlier:
    """The run files of a cell under the fingerprint that it had."""

    fingerprint: str
    files: tuple[Path, ...]
    about: dict[str, Any]
    """What the first of them says of itself; but for the seeds they all say the same."""

    @property
    def seeds(self) -> list[int]:
        """All seeds that are recorded."""
        return sorted(seed for file in self.files for seed in seeds_in(file.stem))

    @property
    def ended(self) -> str:
        """When the last of them was trained."""
        return max(map(ended, self.files))


def newest_earlier(results: Path, cell: Cell) -> Earlier | None:
    """The newest runs of the cell's task, method and variant, under another fingerprint, that were told what the cell
    tells: settings that are new since then may have joined, none that were there has changed or gone."""
    folders = sorted((results / cell.folder).parent.glob("*"))
    found = [one for folder in folders if folder.name != cell.fingerprint for one in _earlier(folder)]
    fitting = [one for one in found if _told_the_same(one.about, cell, results)]
    return max(fitting, key=lambda one: one.ended, default=None)


def _earlier(folder: Path) -> Iterator[Earlier]:
    if files := recorded(folder):
        yield Earlier(folder.name, files, read_about(files[0]))


def _told_the_same(about: dict[str, Any], cell: Cell, results: Path) -> bool:
    if about["schema_version"] != SCHEMA_VERSION or about["variant"] != cell.variant:
        return False
    if not all(_same_bytes(results / one.path, about.get(one.kind)) for one in cell.artefacts):
        return False
    return all(_within(about[name], value) for name, value in cell.content.items() if name not in STAGES)


def _same_bytes(now: Path, before: str | None) -> bool:
    """Whether an artefact is to the byte what it was under another fingerprint."""
    earlier = now.with_name(f"{before}{now.suffix}")
    return before is not None and (there := content(now)) == content(earlier) and bool(there)


def _within(before: Any, now: Any) -> bool:
    """Whether everything that was set is set to the same, however much more is."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(name in now and _within(value, now[name]) for name, value in before.items())
    return before == now
