"""What cells begin from, made by older code of the same things: would it come out the same now?

An artefact is known by its settings, its code and what it is made from. One that older code made of the same settings,
from the same bytes, is a candidate; of all candidates of one kind and task some are made again, and only where all of
these are the same to the byte do the others stand for what the present code would make.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rlbench.commands.prepare import prepare
from rlbench.commands.train import write_json
from rlbench.core.artefact import Artefact
from rlbench.core.atomic import replacing, replacing_folder
from rlbench.core.fingerprint import changes, digest
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.core.supplies import identified


@dataclass(frozen=True)
class EarlierArtefact:
    """A missing artefact, and what older code made in its place."""

    wanted: Artefact
    path: Path
    record: dict[str, Any]
    ingredients: tuple[tuple[Path, Path], ...]
    """What it is to be made from, and what the earlier one was made from."""

    @property
    def from_the_same(self) -> bool:
        """Whether all that it is made from has become what it was."""
        return all(content(now) == content(before) != {} for now, before in self.ingredients)

    @property
    def group(self) -> tuple[str, str]:
        """What is made by the same code for the same task."""
        return self.wanted.kind, self.wanted.task


def content(path: Path) -> dict[str, bytes]:
    """A file, or every file of a folder, by name; empty where there is neither."""
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in files}


def earlier_artefacts(plan: Plan) -> Iterator[EarlierArtefact]:
    """Of every missing artefact that has one, its newest earlier one, after those of what it is made from."""
    results, before = plan.config.results, {}
    for wanted in plan.artefacts:
        if (results / wanted.record).exists():
            before[wanted.path] = results / wanted.path
        elif all(one.path in before for one in wanted.ingredients) and (found := _newest(results, wanted, before)):
            before[wanted.path] = found.path
            yield found


def _newest(results: Path, wanted: Artefact, before: Mapping[Path, Path]) -> EarlierArtefact | None:
    """`before` has what ingredients were, by what they are."""
    ingredients = tuple((results / one.path, before[one.path]) for one in wanted.ingredients)
    made_from = [path.stem for _, path in ingredients]
    found = []
    for file in (results / wanted.record).parent.glob("*.record.json"):
        record = json.loads(file.read_text(encoding="utf-8"))
        told = digest([wanted.fixed, identified(wanted.settings), record["code"], made_from])
        path = file.with_name(told + wanted.path.suffix)
        if told == record["fingerprint"] and path.exists():
            found.append(EarlierArtefact(wanted, path, record, ingredients))
    return max(found, key=lambda one: one.record["ended"], default=None)


def drawn(group: Sequence[EarlierArtefact], count: int) -> list[EarlierArtefact]:
    """Those of a group that are made again, drawn by their new fingerprints: nobody can pick them."""
    draw = np.random.default_rng([int(one.wanted.fingerprint, 16) for one in group])
    return [group[place] for place in sorted(draw.choice(len(group), min(count, len(group)), replace=False))]


def made_again(plan: Plan, asked: Sequence[EarlierArtefact]) -> bool:
    """Make these, which stay; whether each is the earlier one to the byte."""
    results = plan.config.results
    for one in asked:
        if prepare(plan, results / one.wanted.record) or content(results / one.wanted.path) != content(one.path):
            return False
    return True


def stand_for(results: Path, earlier: EarlierArtefact, evidence: Sequence[EarlierArtefact]) -> None:
    """Keep the earlier artefact under its present fingerprint, with the evidence in its record."""
    wanted, copy = earlier.wanted, results / earlier.wanted.path
    if earlier.path.is_dir():
        with replacing_folder(copy) as part:
            shutil.copytree(earlier.path, part, dirs_exist_ok=True)
    else:
        with replacing(copy) as part:
            shutil.copyfile(earlier.path, part)
    made = provenance()
    adopted = {
        "from": earlier.record["fingerprint"],
        "made_again": [one.wanted.fingerprint for one in evidence],
        "changed": changes(earlier.record["code"], wanted.code),
        "at": now(),
        **{name: made[name] for name in ("commit", "dirty", "versions")},
    }
    stamp = {"fingerprint": wanted.fingerprint, "code": wanted.code}
    history = [*earlier.record.get("adopted", []), adopted]
    write_json(results / wanted.record, earlier.record | stamp | {"adopted": history})
