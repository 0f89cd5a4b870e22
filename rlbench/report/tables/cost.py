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
    rows = study.runs.rows
    costs = rows[rows["split"] == Split.COST].astype({"task": "str", "method": "str", "variant": "str"})
    lines = []
    for task, method, variant, label, _ in study.cells():
        own = costs[(costs["task"] == task) & (costs["method"] == method) & (costs["variant"] == variant)]
        means = {str(name): own.loc[own["metric"] == name, "value"].mean() for name in COUNTED}
        lines.append({"task": task, "method": label, "counted_runs": own["seed"].nunique()} | means)
    return Table(
        identifier="cost",
        question="What does one training run cost, in counts that no machine changes?",
        frame=pd.DataFrame(lines, columns=["task", "method", "counted_runs", *map(str, COUNTED)]),
        notes=(
            "Mean per training run (seed) over the runs that were counted; evaluation is excluded. A run that failed "
            "is counted as far as it came, where it left a count. These are counts, so there is no interval.",
            "FLOP: multiplications and additions of matrix products; an update's are counted once and multiplied.",
        ),
        place=40,
        headings={str(name): heading for name, heading in COUNTED.items()},
    )
