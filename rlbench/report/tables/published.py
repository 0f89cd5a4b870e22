"""Do these runs reach what others published?"""

import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.literature import Result, Source, sources
from rlbench.report.plan import DEFAULT_VARIANT
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables.final_performance import EVALUATIONS
from rlbench.stats.intervals import Interval, t_interval

COLUMNS = [
    *("task", "method", "family", "evaluation", "n", "budget", "mean", "mean_low", "mean_high"),
    *("standing", "published", "steps", "source", "differs"),
]
HEADINGS = {"mean": "mean here [95 %]", "budget": "steps here", "standing": "which is", "steps": "their steps"}
HEADINGS |= {"source": "published by", "differs": "they differ in"}


def table(study: Study) -> Table:
    """One line per published number whose method and task were run here."""
    found = sources()
    lines = [
        _line(study, task, method, scores, source, result)
        for task, method, variant, scores in study.cells()
        if variant == DEFAULT_VARIANT
        for source in found
        for result in source.results
        if (result.task, result.method) == (task, method)
    ]
    return Table(
        identifier="published",
        question="Do these runs reach what others published?",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=(*_notes(found), *cautions(study.calibration, ["mean: t"], together=False)),
        place=25,
        section="task",
        headings=HEADINGS,
    )


def _line(
    study: Study, task: str, method: str, scores: pd.DataFrame, source: Source, result: Result
) -> dict[str, object]:
    here = t_interval(scores[EVALUATIONS[source.evaluation]].to_numpy())
    return (
        {"task": task, **study.names(method, DEFAULT_VARIANT), "evaluation": source.evaluation, "n": len(scores)}
        | {"budget": study.plan.tasks[task].budget, "mean": here.estimate, "mean_low": here.low, "mean_high": here.high}
        | {"standing": standing(here, result.value), "published": result.value, "steps": result.steps}
        | {"source": source.source, "differs": result.differs or None}
    )


def standing(here: Interval, published: float) -> str:
    """Where the runs of this suite are, seen from a published number."""
    if here.high < published:
        return "below"
    return "above" if here.low > published else "level"


def _notes(found: list[Source]) -> tuple[str, ...]:
    return (
        "mean here: of the runs' scores as in table final_performance, with Student's 95 % t interval over n runs "
        "(seeds). Level: the published number lies within the interval. Of the published number no interval is known, "
        "so this is a check and no test.",
        "No two protocols are the same: settings and networks differ, a mean over training lags behind the policy at "
        "its end, and a number of one run says little of the next.",
        *(
            f"{one.source}: {one.runs} {'run' if one.runs == 1 else 'runs'}, {one.measured}, {one.reference}"
            for one in found
        ),
    )
