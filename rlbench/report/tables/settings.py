"""Which settings was each run made with?"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from rlbench.report.digits import NOTHING
from rlbench.report.plan import Cell
from rlbench.report.runs import Block
from rlbench.report.study import Study
from rlbench.report.table import Table


def table(study: Study) -> Table:
    """One line per method and setting, one column per task; settings of the task itself start with `task.`."""
    tasks, plan = list(study.plan.tasks), study.plan
    lines = []
    for method, variant in plan.series():
        columns = {block.cell.task: _resolved(block) for block in study.runs.blocks if _is(block.cell, method, variant)}
        for setting in dict.fromkeys(name for column in columns.values() for name in column):
            values = {task: columns.get(task, {}).get(setting, NOTHING) for task in tasks}
            lines.append({"method": plan.label(method, variant), "setting": setting} | values)
    return Table(
        identifier="settings",
        question="Which settings was each cell trained with?",
        frame=pd.DataFrame(lines, columns=["method", "setting", *tasks]),
        notes=(
            "Values as they were resolved for the run, defaults included, as JSON. The fingerprint names code, "
            f"settings and budget of a cell. {NOTHING}: no such setting there. These are facts: there is no interval.",
        ),
        place=70,
    )


def _is(cell: Cell, method: str, variant: str) -> bool:
    return (cell.method, cell.variant) == (method, variant)


def _resolved(block: Block) -> dict[str, str]:
    task = {f"task.{name}": value for name, value in flattened(block.task_settings)}
    return {"fingerprint": block.cell.fingerprint} | dict(flattened(block.settings)) | task


def flattened(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested settings as (dotted name, JSON text); a list is a value, an empty mapping is `{}`."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name, json.dumps(value, ensure_ascii=False, sort_keys=True)
