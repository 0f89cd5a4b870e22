"""Make what a task begins from, a policy for instance: what a job of the workflow does."""

import importlib
import shutil
import sys
import time
from pathlib import Path

from filelock import FileLock

from rlbench.commands.train import write_json
from rlbench.core import catalog
from rlbench.core.artefact import Artefact
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.core.registry import load_task, with_settings
from rlbench.core.scratch import FOLDER
from rlbench.core.source import PACKAGE
from rlbench.core.supplies import Unsupplied
from rlbench.report.manifest import HALF_WRITTEN


def prepare(plan: Plan, record: Path) -> int:
    """Make the artefact that has this record, unless it is there; returns an exit code.

    Where it is made elsewhere, that is waited for.
    """
    results = plan.config.results
    wanted = {results / one.record: one for one in plan.artefacts}.get(record)
    if wanted is None:
        print(f"{record}: nothing that {plan.config.path} begins from", file=sys.stderr)
        return 2
    lock = results / FOLDER / wanted.path.with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        if record.exists() and (results / wanted.path).exists():
            return 0
        _discard_drafts(results / wanted.path)
        try:
            _make(wanted, results)
        except Unsupplied as error:
            print(f"{wanted.task}: {error}", file=sys.stderr)
            return 1
    return 0


def _discard_drafts(path: Path) -> None:
    """What an attempt left behind that was killed while it wrote."""
    for draft in path.parent.glob(f".{path.name}.*{HALF_WRITTEN}"):
        shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


def _make(wanted: Artefact, results: Path) -> None:
    started, clock = now(), time.perf_counter()
    task = with_settings(load_task(catalog.tasks()[wanted.task].path.stem), wanted.settings)
    ingredients = {one.kind: results / one.path for one in wanted.ingredients}
    about = _module(wanted.maker).make(task, results / wanted.path, ingredients)
    made = {"kind": wanted.kind, "task": wanted.task, "fingerprint": wanted.fingerprint, "code": wanted.code}
    made |= {"made_of": wanted.fixed, "settings": wanted.settings}
    spent = {"started": started, "ended": now(), "wall_s": round(time.perf_counter() - clock, 3)}
    write_json(results / wanted.record, provenance() | made | about | spent)


def _module(maker: Path):
    """The module of this file, imported only where something is made."""
    inside = maker.relative_to(PACKAGE.parent).with_suffix("")
    return importlib.import_module(".".join(inside.parts))
