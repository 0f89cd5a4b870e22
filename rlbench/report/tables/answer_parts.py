"""Which parts of what was asked for do answers have?"""

import pandas as pd

from rlbench.core.answer_metrics import ANSWER_QUANTITIES, AnswerMetric
from rlbench.report.at_the_end import FAILED, last, recorded
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.intervals import t_interval

SHARE = "share of answers that "
PARTS = {
    metric: quantity.meaning.removeprefix(SHARE)
    for metric, quantity in ANSWER_QUANTITIES.items()
    if quantity.meaning.startswith(SHARE) and metric != AnswerMetric.RIGHT
}
"""What may be true of an answer, in words."""


def table(study: Study) -> Table:
    """Shares of answers of last policies, for every part that a task looks at."""
    lines, intervals = [], []
    tasks = recorded(study, AnswerMetric.RIGHT)
    for task in study.plan.tasks:
        for part, meaning in PARTS.items():
            for series in study.plan.series() if task in tasks else ():
                values = last(study, task, series, part)
                if len(values):
                    share = t_interval(values)
                    intervals.append(share)
                    line = {"task": task, "part": meaning, "method": study.plan.label(*series), "n": len(values)}
                    lines.append(line | filled({"share": share}))
    return Table(
        identifier="answer_parts",
        question="Which parts of what was asked for do answers have?",
        frame=pd.DataFrame(lines, columns=["task", "part", "method", "n", *with_bounds(["share"])]),
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=27,
        section="task",
        group="part",
        headings={"part": "answers that", "share": "share [95 %]"},
    )


def _notes() -> tuple[str, ...]:
    return (
        "Share of answers to held-out prompts, with sampled tokens, mean over the last tenth of the evaluations; every "
        f"task says by itself what it looks at. {FAILED}",
        "Brackets: Student's 95 % t interval over n runs (seeds), which may pass 0 and 1. Nothing is corrected for "
        "many comparisons.",
    )
