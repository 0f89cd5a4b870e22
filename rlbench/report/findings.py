"""The sentences at the head of the page: written from the tables' own numbers, never typed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report.digits import interval
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables.final_performance import ALL_TASKS
from rlbench.stats.updates import TOLERANCE
from rlbench.stats.verdict import Verdict

FEW = 5
"""More names than this are counted and not listed."""


@dataclass(frozen=True)
class Finding:
    """A sentence, and the identifier of the table that holds its numbers."""

    sentence: str
    table: str


def findings(study: Study, performance: Table, updates: Table, claims: Table) -> list[Finding]:
    """Best mean per task and the methods whose intervals overlap with it, kept bounds, claims, failures, and gaps."""
    frame = performance.frame
    deterministic = frame[(frame["evaluation"] == "deterministic") & frame["mean"].notna()]
    best = [
        Finding(best_of(str(task), lines), performance.identifier)
        for task, lines in deterministic.groupby("task", sort=False)
    ]
    return [
        *best,
        *_bounds(updates),
        _claims(claims),
        Finding(_failures(study), "outcomes"),
        Finding(_gaps(study), "matrix"),
    ]


def best_of(task: str, lines: pd.DataFrame) -> str:
    """One sentence for one task; `lines` are its lines of the table final_performance, one per method."""
    top = lines.iloc[int(lines["mean"].to_numpy().argmax())]
    score, runs = interval(top["mean"], top["mean_low"], top["mean_high"]), f"{top['n']} {_runs(top['n'])}"
    what, size = "mean final return", f"{score} over {runs}"
    if task == ALL_TASKS:
        what, size = "mean normalised final score", f"{score} over at least {runs} on each task"
    if len(lines) == 1:
        return f"{task}: {top['method']} is the only method{_of_all(task)}, with a {what} of {size}."
    tied = lines[lines["mean"] == top["mean"]]["method"].tolist()
    among = f" of the {len(lines)} methods{_of_all(task)}"
    who = f"{task}: {few(tied)} {'share' if len(tied) > 1 else 'has'} the highest {what}{among}, {size}"
    rest = lines[~lines["method"].isin(tied)]
    return f"{who}{_beside(top, rest)}."


def _runs(count: int) -> str:
    return "run" if count == 1 else "runs"


def _of_all(task: str) -> str:
    """An average over tasks says nothing of a method that was left out of it."""
    return " that ran on every task" if task == ALL_TASKS else ""


def _beside(top: pd.Series, rest: pd.DataFrame) -> str:
    """How the intervals of the other methods lie to that of the best one."""
    if rest.empty:
        return ""
    if pd.isna(top["mean_low"]) or rest["mean_low"].isna().any():
        return "; a single run has no interval, so this says little"
    near = rest[rest["mean_high"] >= top["mean_low"]]["method"].tolist()
    if not near:
        return "; no other method's interval overlaps with this one"
    return f"; {_intervals_of(near, len(rest))} with it"


def _intervals_of(near: Sequence[str], others: int) -> str:
    if len(near) > FEW:
        return f"the intervals of {len(near)} of the {others} others overlap"
    return f"the interval of {near[0]} overlaps" if len(near) == 1 else f"the intervals of {listed(near)} overlap"


def few(words: Sequence[str]) -> str:
    """All of them where they are few, else some and how many more."""
    return listed(words) if len(words) <= FEW else f"{', '.join(words[:FEW])} and {len(words) - FEW} more"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def _bounds(updates: Table) -> list[Finding]:
    """How often methods with a bound of their own on KL passed it, at most over all tasks; nothing without such."""
    bounded = updates.frame[updates.frame["above_limit"].notna()]
    worst = bounded.loc[bounded.groupby("method", sort=False)["above_limit"].idxmax()]
    lines = worst[["method", "above_limit", "task"]].itertuples(index=False, name=None)
    parts = [f"{method} in {100 * share:.3g} % ({task})" for method, share, task in lines]
    if not parts:
        return []
    sentence = f"Updates above {TOLERANCE} times the method's own bound on KL, on the task with most: {listed(parts)}."
    return [Finding(sentence, updates.identifier)]


def _claims(claims: Table) -> Finding:
    """How many questions of how many claims came out how."""
    frame = claims.frame
    counts = frame["verdict"].value_counts()
    parts = [f"{counts[verdict]} {verdict}" for verdict in Verdict if verdict in counts]
    asked = f"{len(frame)} questions that {frame['sentence'].nunique()} claims of a lecture are taken apart into"
    return Finding(f"Of {asked}, the answers are: {', '.join(parts)}.", claims.identifier)


def _failures(study: Study) -> str:
    outcomes = study.runs.outcomes
    failed = outcomes[outcomes["outcome"] != Outcome.FINISHED]
    if failed.empty:
        return f"None of the {len(outcomes)} runs failed."
    pairs = failed[["method", "variant", "task"]].drop_duplicates().itertuples(index=False, name=None)
    where = [f"{study.plan.label(method, variant)} on {task}" for method, variant, task in pairs]
    return f"{len(failed)} of {len(outcomes)} runs failed ({few(where)}); they count as the random policy."


def _gaps(study: Study) -> str:
    places = len(study.plan.series()) * len(study.plan.tasks)
    empty = places - sum(1 for _ in study.cells())
    if not empty:
        return f"All {places} cells of methods and tasks were run."
    return f"{empty} of {places} cells of methods and tasks {'is' if empty == 1 else 'are'} empty; the matrix says why."
