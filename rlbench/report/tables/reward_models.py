"""How good are the rewards that were learned from comparisons?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rlbench.core.schema import Metric, Split
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.frontier import finished_ends, preference_tasks, returns
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.intervals import MadeBy, t_interval
from rlbench.stats.rank_correlation import rank_correlation

MEASURED = {"accuracy": Metric.REWARD_MODEL_ACCURACY, "correlation": Metric.REWARD_MODEL_CORRELATION}
SAID = ("preferred_is_better", "ties")
"""What records of comparisons say of them, by name."""
HEADINGS = {
    "models": "rewards fitted",
    "compared": "answers compared",
    "comparisons": "comparisons fitted to",
    "flipped": "turned round",
    "preferred_is_better": "preferred is better",
    "accuracy": "accuracy [95 %]",
    "correlation": "rank correlation [95 %]",
    "after_training": "over last policies [95 %]",
}
COLUMNS = [
    *("task", "models", "compared", "comparisons", "flipped", *SAID, "fresh_pairs"),
    *with_bounds(MEASURED),
    *with_bounds(["after_training"]),
]


def table(study: Study) -> Table:
    """What each task's rewards were fitted to, how they order what is new, and the policies that were paid by them."""
    lines, intervals = [], []
    for task in preference_tasks(study):
        quality = {name: _quality(study, task, name, metric) for name, metric in MEASURED.items()}
        made = {name: t_interval(values) for name, values in quality.items()}
        made["after_training"] = t_interval(after_training(study, task))
        intervals += [interval for interval in made.values() if interval.made_by != MadeBy.NO_VALUE]
        lines.append(
            {"task": task, "models": max(map(len, quality.values())), **_comparisons(study, task)} | filled(made)
        )
    return Table(
        identifier="reward_models",
        question="How good are the rewards that were learned from comparisons?",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=37,
        headings=HEADINGS,
    )


def _comparisons(study: Study, task: str) -> dict[str, object]:
    """How many were asked for, and what is known of those that were made once for all runs."""
    asked = next(block.task_settings for block in study.runs.blocks if block.cell.task == task)
    records = study.beginnings.get((task, "comparisons"), ())
    said = {name: _mean([record[name] for record in records if name in record]) for name in SAID}
    return counted(asked["recording"], asked["fitting"]) | said


def counted(recording: Mapping[str, Any], fitting: Mapping[str, Any]) -> dict[str, object]:
    """From the settings: answers (or segments) that were compared, and comparisons that rewards are fitted to, which
    are parts of the rankings and share no answer."""
    compared = recording["prompts"] * recording["answers"] if "prompts" in recording else recording["segments"]
    return {
        "compared": compared,
        "comparisons": compared // fitting["answers"],
        "flipped": recording.get("flipped", np.nan),
        "fresh_pairs": recording["fresh_pairs"],
    }


def _quality(study: Study, task: str, name: str, metric: Metric) -> list[float]:
    """Of each reward: of the one that was made for all runs, by its record, or of every seed's own."""
    records = study.beginnings.get((task, "reward"), ())
    if records:
        return [record[name] for record in records]
    rows = [study.cell_rows(task, *series, Split.PREPARATION, metric) for series in study.plan.series()]
    return pd.concat(rows).drop_duplicates("seed").sort_values("seed")["value"].tolist()


def after_training(study: Study, task: str) -> np.ndarray:
    """Rank correlation of learned and hidden return over the policies that the methods ended with, for each seed: those
    of one seed were paid by one reward. Nothing where there is no hidden return."""
    if Metric.RETURN_MEAN not in returns(study, task):
        return np.empty(0)
    learned, hidden = (
        pd.concat([finished_ends(study, task, series, metric) for series in study.plan.series()], axis=1)
        for metric in (Metric.PROXY_RETURN, Metric.RETURN_MEAN)
    )
    found = np.array([rank_correlation(learned.loc[seed], hidden.loc[seed]) for seed in learned.index])
    return found[np.isfinite(found)]


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _notes() -> tuple[str, ...]:
    return (
        "On control tasks every seed has comparisons of segments and a reward of its own, on language tasks one of "
        "each is made for all runs. Brackets: Student's 95 % t interval over rewards, or over seeds.",
        "Turned round: share of rankings that were reversed on purpose. Preferred is better: share of recorded pairs "
        "whose preferred answer has the higher hidden reward; ties: share of pairs that the data set scores alike. A "
        "dash: there is no such thing, or it was not recorded.",
        "Accuracy: share of fresh pairs from the reference, none of them fitted to, that the learned reward orders as "
        "the hidden one, or as the data set does; correlation: of ranks, on these.",
        "Over last policies: rank correlation of learned and hidden return over the policies that the methods ended "
        "with, one number for each seed, mean over seeds; failed runs are left out. It falls where policies went to "
        "where the reward is wrong; how far they went is in table preferences.",
    )
