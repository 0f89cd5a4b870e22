"""What is each cell made of, and what is it called?"""

import pandas as pd

from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables.settings import flattened

COLUMNS = ["task", "method", "family", "n", "budget", "unit", "task_settings", "fingerprint"]


def table(study: Study) -> Table:
    """One line per cell: its runs, its budget, its task's settings and its fingerprint."""
    blocks = {(block.cell.task, block.cell.method, block.cell.variant): block for block in study.runs.blocks}
    lines = []
    for task, method, variant, scores in study.cells():
        block, planned = blocks[task, method, variant], study.plan.tasks[task]
        settings = ", ".join(f"{name} {value}" for name, value in flattened(block.task_settings))
        lines.append(
            {"task": task, **study.names(method, variant), "n": len(scores), "budget": planned.budget}
            | {"unit": planned.unit, "task_settings": settings, "fingerprint": block.cell.fingerprint}
        )
    return Table(
        identifier="cells",
        question="What is each cell made of, and which fingerprint names it?",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=(
            f"n is the number of training runs (seeds), budget the {study.plan.units} of each. The fingerprint names "
            "code, settings and budget of a cell, and its folder. These are facts: there is no interval.",
        ),
        place=80,
        section="task",
        once=("unit",),
    )
