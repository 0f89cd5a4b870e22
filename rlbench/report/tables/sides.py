"""Does each method run on control and on language models, from rewards and from preferences?"""

import pandas as pd

from rlbench.report.digits import NOTHING
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables.matrix import RAISED
from rlbench.report.wording import listed

QUARTERS = {
    "control, rewards": ("control", False),
    "control, preferences": ("control", True),
    "language, rewards": ("language", False),
    "language, preferences": ("language", True),
}
"""Side of the benchmark, and whether preferences are told there in place of rewards."""


def table(study: Study) -> Table:
    """Tasks of each quarter that a method ran on, of how many; where it is none, a footnote has the reason."""
    plan = study.plan
    quarters = {
        name: [task for task, planned in plan.tasks.items() if (planned.side, planned.preferences) == kind]
        for name, kind in QUARTERS.items()
    }
    footnotes: dict[str, int] = {}
    lines = []
    for series in plan.series():
        line = study.names(*series)
        for name, tasks in quarters.items():
            ran = sum(len(study.cell_scores(task, *series)) > 0 for task in tasks)
            reasons = dict.fromkeys(plan.reason(task, *series) for task in tasks) if not ran else {}
            raised = "".join(str(footnotes.setdefault(one, len(footnotes) + 1)).translate(RAISED) for one in reasons)
            line[name] = f"{ran} of {len(tasks)}" if ran else NOTHING + raised
        lines.append(line)
    return Table(
        identifier="sides",
        question="Does each method run on control and on language models, from rewards and from preferences?",
        frame=pd.DataFrame(lines, columns=["method", "family", *quarters]),
        notes=(
            "A cell is the number of tasks that the method ran on, through one and the same file. "
            + "; ".join(f"{name}: {listed(tasks) or 'no task'}" for name, tasks in quarters.items())
            + ".",
            *(f"{str(number).translate(RAISED)} {reason}" for reason, number in footnotes.items()),
        ),
        place=9,
    )
