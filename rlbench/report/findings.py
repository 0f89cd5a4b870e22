"""The sentences at the head of the page: written from the tables' own numbers, never typed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report.digits import interval
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables.final_performance import ALL_TASKS


@dataclass(frozen=True)
class Finding:
    """A sentence, and the identifier of the table that holds its numbers."""

    sentence: str
    table: str


def findings(study: Study, performance: Table) -> list[Finding]:
    """Best mean per task with the methods that its interval cannot be told from by eye, failures, and gaps."""
    frame = performance.frame
    deterministic = frame[(frame["evaluation"] == "deterministic") & frame["mean"].notna()]
    best = [
        Finding(best_of(str(task), lines), performance.identifier)
        for task, lines in deterministic.groupby("task", sort=False)
    ]
    return [*best, Finding(_failures(study), "outcomes"), Finding(_gaps(study), "matrix")]


def best_of(task: str, lines: pd.DataFrame) -> str:
    """One sentence for one task; `lines` are its lines of the table final_performance, one per method."""
    top = lines.iloc[int(lines["mean"].to_numpy().argmax())]
    score = interval(top["mean"], top["mean_low"], top["mean_high"])
    size = f"{score} over {top['n']} {'run' if top['n'] == 1 else 'runs'}"
    what = "mean final return"
    if task == ALL_TASKS:
        what, size = "mean normalised final score", f"{size} per task"
    if len(lines) == 1:
        return f"{task}: {top['method']} is the only method, with a {what} of {size}."
    tied = lines[lines["mean"] == top["mean"]]["method"].tolist()
    who = f"{task}: {listed(tied)} {'share' if len(tied) > 1 else 'has'} the highest {what}, {size}"
    rest = lines[~lines["method"].isin(tied)]
    return f"{who}{_beside(top, rest)}."


def _beside(top: pd.Series, rest: pd.DataFrame) -> str:
    """How the intervals of the other methods lie to that of the best one."""
    if rest.empty:
        return ""
    if pd.isna(top["mean_low"]) or rest["mean_low"].isna().any():
        return "; a single run has no interval, so this says little"
    near = rest[rest["mean_high"] >= top["mean_low"]]["method"].tolist()
    if not near:
        return "; no other method's interval overlaps with this one"
    return f"; {_interval_of(near)} with it"


def _interval_of(methods: Sequence[str]) -> str:
    many = len(methods) > 1
    return f"the interval{'s' * many} of {listed(methods)} overlap{'s' * (not many)}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def _failures(study: Study) -> str:
    outcomes = study.runs.outcomes
    failed = outcomes[outcomes["outcome"] != Outcome.FINISHED]
    if failed.empty:
        return f"None of the {len(outcomes)} runs failed."
    pairs = failed[["method", "variant", "task"]].drop_duplicates().itertuples(index=False, name=None)
    where = [f"{study.plan.label(method, variant)} on {task}" for method, variant, task in pairs]
    return f"{len(failed)} of {len(outcomes)} runs failed ({listed(where)}); they count as the random policy."


def _gaps(study: Study) -> str:
    places = len(study.plan.series()) * len(study.plan.tasks)
    empty = places - sum(1 for _ in study.cells())
    if not empty:
        return f"All {places} cells of methods and tasks were run."
    return f"{empty} of {places} cells of methods and tasks {'is' if empty == 1 else 'are'} empty; the matrix says why."
