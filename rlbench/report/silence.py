"""Groups of answers from which nothing can be learned, as far as runs recorded them."""

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.report.study import Study
from rlbench.report.values import Series

SILENT = {AnswerMetric.SILENT_WRONG: "all wrong", AnswerMetric.SILENT_RIGHT: "all right"}


def grouped(study: Study) -> dict[str, list[Series]]:
    """The tasks on which groups of answers were looked at, each with the methods that have such groups."""
    found = {
        task: [one for one in study.plan.series() if len(study.cell_collected(task, *one, AnswerMetric.SILENT_WRONG))]
        for task in study.plan.tasks
    }
    return {task: series for task, series in found.items() if series}
