"""Which methods are compared, where do they come from, and what do they ask for?"""

import pandas as pd

from rlbench.core import catalog
from rlbench.core.needs import NEEDS
from rlbench.report.digits import NOTHING
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.where import where

COLUMNS = ["title", "family", "name", "paper", "reference", "needs", "tasks"]


def table(study: Study) -> Table:
    """One line per method; its variants are lines of the other tables."""
    plan = study.plan
    lines = []
    for name, method in plan.methods.items():
        ran = {cell.task for cell in plan.cells if cell.method == name}
        tasks = where([task for task in plan.tasks if task in ran], list(plan.tasks))
        lines.append(
            {"title": method.title, "family": method.family, "name": name, "paper": method.paper}
            | {"reference": method.reference or NOTHING, "needs": _needs(name)}
            | {"tasks": tasks or NOTHING}
        )
    return Table(
        identifier="methods",
        question="Which methods are compared, where do they come from, and what do they need?",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=("These are facts: there is no interval. Table matrix says why a method is not on a task.",),
        place=5,
        headings={"title": "method"},
        references=("reference",),
    )


def _needs(name: str) -> str:
    needs = catalog.methods()[name].needs if name in catalog.methods() else ()
    return ", ".join(NEEDS[need] for need in NEEDS if need in needs) or NOTHING
