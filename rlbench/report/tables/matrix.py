"""Which methods were run on which tasks, and why not?"""

import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report.digits import NOTHING
from rlbench.report.study import Study
from rlbench.report.table import Table

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def table(study: Study) -> Table:
    """Finished runs per method (line) and task (column); an empty cell has a footnote with the reason."""
    plan = study.plan
    footnotes: dict[str, int] = {}
    lines = []
    for method, variant in plan.series():
        line = study.names(method, variant)
        for task in plan.tasks:
            outcomes = study.cell_scores(task, method, variant)["outcome"]
            if len(outcomes):
                line[task] = _done(int((outcomes == Outcome.FINISHED).sum()), len(outcomes))
            else:
                reason = plan.reason(task, method, variant)
                number = footnotes.setdefault(reason, len(footnotes) + 1)
                line[task] = NOTHING + str(number).translate(RAISED)
        lines.append(line)
    return Table(
        identifier="matrix",
        question="Which method was run on which task, and why is a cell empty?",
        frame=pd.DataFrame(lines, columns=["method", "family", *plan.tasks]),
        notes=(
            "A cell is the number of training runs (seeds). They are counts, so there is no interval.",
            *(f"{str(number).translate(RAISED)} {reason}" for reason, number in footnotes.items()),
        ),
        place=10,
    )


def _done(finished: int, runs: int) -> str:
    return str(runs) if finished == runs else f"{runs} ({runs - finished} failed)"
