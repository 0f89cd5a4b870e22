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
    """A sentence, and the identifiers of the tables that hold its numbers."""

    sentence: str
    tables: tuple[str, ...]


def findings(study: Study, best: Table, claims: Table) -> list[Finding]:
    """Four sentences: the best over all tasks, who may be the best on how many, what became of claims, what failed."""
    ranked = best.frame[best.frame["rank"].notna()]
    return [
        Finding(_over_all(ranked), (best.identifier,)),
        Finding(task_by_task(ranked[ranked["task"] != ALL_TASKS]), (best.identifier,)),
        Finding(_claims(claims.frame), (claims.identifier,)),
        Finding(f"{_failures(study)}; {_gaps(study)}.", ("outcomes", "matrix")),
    ]


def _over_all(ranked: pd.DataFrame) -> str:
    """The best method over all tasks, or that of the only one."""
    tasks = ranked["task"].unique()
    chosen = ALL_TASKS if ALL_TASKS in tasks else tasks[0] if len(tasks) == 1 else ""
    if not chosen:
        return "No method ran on every task, so there is no mean over all of them."
    return best_of(str(chosen), ranked[ranked["task"] == chosen])


def task_by_task(ranked: pd.DataFrame) -> str:
    """On how many tasks one method alone is the best, and which may be the best on the most."""
    chosen = ranked[ranked["among_best"].astype(bool)]
    tasks = chosen["task"].nunique()
    if not tasks:
        return "No task has a score by which methods could be ranked."
    alone = int((chosen.groupby("task")["method"].count() == 1).sum())
    counts = chosen.groupby("method", sort=False)["task"].nunique()
    most = counts.index[counts == counts.max()].tolist()
    which = (
        f"the one that may be the best on the most, {counts.max()}, is"
        if len(most) == 1
        else (f"those that may be the best on the most, {counts.max()}, are")
    )
    return (
        f"{alone or 'None'} of {counted(tasks, 'task')} {'has' if alone == 1 else 'have'} a single best method with "
        f"95 % confidence; {which} {few(most)}."
    )


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


def _claims(claims: pd.DataFrame) -> str:
    """How many questions of how many claims came out how."""
    counts = claims["verdict"].value_counts()
    parts = [f"{counts[verdict]} {verdict}" for verdict in Verdict if verdict in counts]
    asked = f"{len(claims)} questions that {claims['sentence'].nunique()} claims of a lecture are taken apart into"
    return f"Of {asked}, the answers are: {', '.join(parts)}."


def _failures(study: Study) -> str:
    outcomes = study.runs.outcomes
    failed = outcomes[outcomes["outcome"] != Outcome.FINISHED]
    if failed.empty:
        return f"None of the {len(outcomes):,} runs failed"
    pairs = failed[["method", "variant", "task"]].drop_duplicates().itertuples(index=False, name=None)
    where = [f"{study.plan.label(method, variant)} on {task}" for method, variant, task in pairs]
    return f"{len(failed)} of {len(outcomes):,} runs failed ({few(where)}), which count as the random policy"


def _gaps(study: Study) -> str:
    places = len(study.plan.series()) * len(study.plan.tasks)
    empty = places - sum(1 for _ in study.cells())
    if not empty:
        return f"All {places} cells of methods and tasks were run"
    return (
        f"{empty} of {places} cells of methods and tasks {'is' if empty == 1 else 'are'} empty, and the matrix says why"
    )
