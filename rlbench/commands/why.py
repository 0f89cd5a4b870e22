"""Why a cell would be trained again: what differs from its newest recorded run."""

from pathlib import Path
from typing import Any

from rlbench.commands.recorded import ended, read_about, recorded
from rlbench.core import catalog
from rlbench.core.cell import DEFAULT, Cell
from rlbench.core.fingerprint import changes
from rlbench.core.plan import Plan
from rlbench.core.validation import unknown


def why(plan: Plan, method: str, task: str) -> str:
    """Lines that name each changed setting and definition. Raises LookupError for a cell that is not planned."""
    if method not in catalog.methods():
        raise LookupError(unknown("method", method, catalog.methods()))
    if task not in catalog.tasks():
        raise LookupError(unknown("task", task, catalog.tasks()))
    cells = [c for c in plan.cells if (c.method, c.task, c.variant) == (method, task, DEFAULT)]
    if not cells:
        raise LookupError(f"{method} on {task} is not in {plan.config.path}")
    return _explain(plan, cells[0])


def _explain(plan: Plan, cell: Cell) -> str:
    results = plan.config.results
    newest = _newest(results / "runs" / cell.task / cell.method, cell.variant)
    if newest is None:
        return f"{cell.method} on {cell.task} has no recorded run"
    before = read_about(newest)
    if before["fingerprint"] == cell.fingerprint:
        return f"{cell.method} on {cell.task} is up to date ({cell.fingerprint})"
    found = [*_settings(before, cell.content), *changes(before["code"], cell.code)]
    return "\n".join([f"{cell.method} on {cell.task} has changed since {newest.relative_to(results)}:", *found])


def _newest(folder: Path, variant: str) -> Path | None:
    """The run file that was ended last, by the record beside it."""
    runs = [file for cell in folder.glob("*") for file in recorded(cell) if read_about(file)["variant"] == variant]
    return max(runs, key=ended, default=None)


def _settings(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    old, new = ({k: v for name in after for k, v in _flat(name, given.get(name))} for given in (before, after))
    return [
        f"{name} {old.get(name, 'unset')} -> {new.get(name, 'unset')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _flat(name: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(name, value)]
    return [pair for key, inner in value.items() for pair in _flat(f"{name}.{key}", inner)]
