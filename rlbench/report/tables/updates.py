"""What else did updates come to: how often was a step clipped, cut short or not taken?"""

import numpy as np
import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables.kl_drift import over_runs
from rlbench.stats.intervals import Interval

MEASURED = {
    "clip_fraction": "clip fraction",
    "accepted": "steps taken",
    "step_fraction": "step fraction",
    "curvature_failures": "curvature failures",
    "penalty": "beta",
    "effective_sample_size": "effective sample size",
    "silent_groups": "silent groups",
}


def table(study: Study) -> Table:
    """Per-run averages over updates, and their mean over runs."""
    lines, intervals = [], []
    for task, method, variant, _ in study.cells():
        runs = study.cell_updates(task, method, variant)
        if len(runs):
            made = {name: over_runs(runs[name].to_numpy()) for name in MEASURED}
            intervals += [interval for interval in made.values() if np.isfinite(interval.estimate)]
            lines.append(
                {"task": task, **study.names(method, variant), "n": len(runs), "updates": runs["updates"].mean()}
                | {name: value for column, interval in made.items() for name, value in _columns(column, interval)}
            )
    names = [name for column in MEASURED for name in (column, f"{column}_low", f"{column}_high")]
    return Table(
        identifier="updates",
        question="How often were steps clipped, cut short or not taken, and what did updates have to work with?",
        frame=pd.DataFrame(lines, columns=["task", "method", "family", "n", "updates", *names]),
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=35,
        headings={**MEASURED, "updates": "updates per run"},
        section="task",
    )


def _columns(name: str, interval: Interval) -> list[tuple[str, float]]:
    return [(name, interval.estimate), (f"{name}_low", interval.low), (f"{name}_high", interval.high)]


def _notes() -> tuple[str, ...]:
    return (
        "Updates of one run depend on each other: each run gives one mean over its updates, "
        "and brackets are Student's 95 % t interval over the n runs (seeds) of these, which may pass a bound of the "
        "quantity itself. A dash: the method has no such thing.",
        "Clip fraction: decisions outside the clip range after the update. Steps taken: updates in which a natural "
        "gradient method moved at all, which with a line search are those that it accepted; step fraction: how much "
        "of the full step, 0 where none was taken. Curvature failures: updates that met no positive curvature, and "
        "took no step. Beta: the KL penalty's coefficient. Effective sample size: as a share of the batch. Silent "
        "groups: share of groups whose scores are all equal.",
        "Failed runs count as far as they came. Nothing is corrected for many comparisons.",
    )
