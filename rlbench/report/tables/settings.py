"""Which settings was each run made with?"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.where import where


def table(study: Study) -> Table:
    """One line per method, setting and value, with the tasks that it was used on."""
    plan, lines = study.plan, []
    for method, variant in plan.series():
        blocks = {
            block.cell.task: dict(flattened(block.settings))
            for block in study.runs.blocks
            if (block.cell.method, block.cell.variant) == (method, variant)
        }
        for setting in dict.fromkeys(name for values in blocks.values() for name in values):
            for value, tasks in by_value(setting, blocks).items():
                lines.append(
                    {"method": plan.label(method, variant), "setting": setting, "value": value}
                    | {"tasks": where(tasks, list(blocks))}
                )
    return Table(
        identifier="settings",
        question="Which settings was each method trained with?",
        frame=pd.DataFrame(lines, columns=["method", "setting", "value", "tasks"]),
        notes=(
            "Values as they were resolved for the run, defaults included, as JSON. Tasks: all means every "
            "task that the method was run on. These are facts: there is no interval.",
        ),
        place=70,
        section="method",
    )


def by_value(setting: str, blocks: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """The tasks that share each value of a setting, the commonest value first."""
    found: dict[str, list[str]] = {}
    for task, values in blocks.items():
        if setting in values:
            found.setdefault(values[setting], []).append(task)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def flattened(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested settings as (dotted name, JSON text); a list is a value, an empty mapping is `{}`."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name, json.dumps(value, ensure_ascii=False, sort_keys=True)
