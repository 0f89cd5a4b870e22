"""The sentences at the head of the page: written from the tables' own numbers, never typed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from rlbench.core.schema import Outcome
from rlbench.report.digits import interval
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.versus import ALL_TASKS
from rlbench.report.wording import counted, few, listed
from rlbench.stats.verdict import Verdict


@dataclass(frozen=True)
class Finding:
    """A sentence, and the identifier of the table that holds its numbers."""

    sentence: str
    table: str


def findings(study: Study, best: Table, claims: Table) -> list[Finding]:
    """Best score and set of best per task, claims, failures, and gaps."""
    ranked = best.frame[best.frame["rank"].notna()]
    tops = [Finding(best_of(str(task), lines), best.identifier) for task, lines in ranked.groupby("task", sort=False)]
    return [*tops, _claims(claims), Finding(_failures(study), "outcomes"), Finding(_gaps(study), "matrix")]


def best_of(task: str, lines: pd.DataFrame) -> str:
    """One sentence for one task; `lines` are its lines of the table best, one per method."""
    top = lines.iloc[int(lines["score"].to_numpy().argmax())]
    runs = f"{counted(int(top['n']), 'run')}{' or more on each task' if task == ALL_TASKS else ''}"
    size = f"{interval(top['score'], top['score_low'], top['score_high'])} over {runs}"
    every = " that ran on every task" if task == ALL_TASKS else ""
    if len(lines) == 1:
        return f"{task}: {top['method']} is the only method{every}, with a mean final score of {size}."
    tied = lines[lines["score"] == top["score"]]["method"].tolist()
    who = f"{listed(tied)} share" if len(tied) > 1 else f"{top['method']} has"
    return f"{task}: {who} the highest mean final score of the {len(lines)} methods{every}, {size}; {_set_of(lines)}."


def _set_of(lines: pd.DataFrame) -> str:
    """Which of them may be the best."""
    chosen = lines[lines["among_best"]]["method"].tolist()
    if len(chosen) == len(lines):
        return "these runs rule none of them out as the best one"
    if len(chosen) == 1:
        return "with 95 % confidence it is the best one"
    return f"with 95 % confidence the best one is among {_all_or_how_many(chosen)}"


def _all_or_how_many(names: Sequence[str]) -> str:
    return few(names) if few(names) == listed(names) else f"{len(names)} methods, in bold in the table"


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
        return f"None of the {len(outcomes):,} runs failed."
    pairs = failed[["method", "variant", "task"]].drop_duplicates().itertuples(index=False, name=None)
    where = [f"{study.plan.label(method, variant)} on {task}" for method, variant, task in pairs]
    return f"{len(failed)} of {len(outcomes):,} runs failed ({few(where)}); they count as the random policy."


def _gaps(study: Study) -> str:
    places = len(study.plan.series()) * len(study.plan.tasks)
    empty = places - sum(1 for _ in study.cells())
    if not empty:
        return f"All {places} cells of methods and tasks were run."
    return f"{empty} of {places} cells of methods and tasks {'is' if empty == 1 else 'are'} empty; the matrix says why."
