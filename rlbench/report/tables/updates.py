"""How far does an update move the policy, and does a method keep to its own bound?"""

import numpy as np
import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.intervals import Interval, t_interval
from rlbench.stats.updates import TOLERANCE

MEASURED = {
    "kl_mean": "KL mean",
    "kl_95th": "KL 95th percentile",
    "above_limit": f"above {TOLERANCE} x bound",
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
                | {"kl_limit": runs["kl_limit"].max()}
                | {name: value for column, interval in made.items() for name, value in _columns(column, interval)}
            )
    names = [name for column in MEASURED for name in (column, f"{column}_low", f"{column}_high")]
    return Table(
        identifier="updates",
        question="How far does one update move the policy, and does a method keep to its own bound?",
        frame=pd.DataFrame(lines, columns=["task", "method", "family", "n", "updates", "kl_limit", *names]),
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=34,
        headings={**MEASURED, "updates": "updates per run", "kl_limit": "own bound on KL"},
        section="task",
    )


def over_runs(values: np.ndarray) -> Interval:
    """t interval over the runs that recorded it; a run that failed at once has no update to be averaged."""
    return t_interval(values[np.isfinite(values)])


def _columns(name: str, interval: Interval) -> list[tuple[str, float]]:
    return [(name, interval.estimate), (f"{name}_low", interval.low), (f"{name}_high", interval.high)]


def _notes() -> tuple[str, ...]:
    return (
        "Updates of one run depend on each other: each run gives one mean (or percentile, or share) over its updates, "
        "and brackets are Student's 95 % t interval over the n runs (seeds) of these, which may pass a bound of the "
        "quantity itself. A dash: the method has no such thing.",
        "KL: exact KL(policy before || after the update) in nats per decision, mean over the update's batch. An update "
        "without a finite KL is in no mean and counts as above the bound. Own bound: max_kl or target_kl of the "
        "method's settings. Failed runs count as far as they came.",
        "Clip fraction: decisions outside the clip range after the update. Steps taken: updates in which a natural "
        "gradient method moved at all, which with a line search are those that it accepted; step fraction: how much "
        "of the full step, 0 where none was taken. Curvature failures: updates that met no positive curvature, and "
        "took no step. Beta: the KL penalty's coefficient. Effective sample size: as a share of the batch. Silent "
        "groups: share of groups whose scores are all equal.",
        "Nothing is corrected for many comparisons.",
    )
