"""What does a training run need, counted?"""

import pandas as pd

from rlbench.core.schema import Metric, Split
from rlbench.report.study import Study
from rlbench.report.table import Table

COUNTED = {
    Metric.ENV_STEPS: "env steps",
    Metric.UPDATES: "optimiser steps",
    Metric.GRADIENT_SAMPLES: "gradient samples",
    Metric.PARAMETERS: "parameters",
    Metric.ROLLOUT_FLOP: "rollout FLOP",
    Metric.UPDATE_FLOP: "update FLOP",
}


def table(study: Study) -> Table:
    """Counts per run, the same on every machine: means over the runs of a cell."""
    lines = []
    for task, method, variant, _ in study.cells():
        counts = {name: study.cell_rows(task, method, variant, Split.COST, name) for name in COUNTED}
        means = {str(name): rows["value"].mean() for name, rows in counts.items()}
        counted = max(rows["seed"].nunique() for rows in counts.values())
        lines.append({"task": task, **study.names(method, variant), "counted_runs": counted} | means)
    return Table(
        identifier="cost",
        question="What does one training run cost, in counts that no machine changes?",
        frame=pd.DataFrame(lines, columns=["task", "method", "family", "counted_runs", *map(str, COUNTED)]),
        notes=(
            "Mean per training run (seed) over the runs that were counted; evaluation is excluded. A run that failed "
            "is counted as far as it came, where it left a count. These are counts, so there is no interval.",
            "FLOP: multiplications and additions of matrix products; an update's are counted once and multiplied.",
        ),
        place=40,
        section="task",
        headings={str(name): heading for name, heading in COUNTED.items()},
    )
