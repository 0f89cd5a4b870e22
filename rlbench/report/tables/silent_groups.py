"""How many groups of answers teach nothing, and because they are all wrong or all right?"""

import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import interval
from rlbench.report.remarks import remarks
from rlbench.report.silence import grouped
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.wording import paragraph
from rlbench.stats.collected import over_training
from rlbench.stats.intervals import t_interval

MEASURED = {
    "all_wrong": AnswerMetric.SILENT_WRONG,
    "all_right": AnswerMetric.SILENT_RIGHT,
    "wasted_tokens": AnswerMetric.WASTED_TOKENS,
    "effective_prompts": AnswerMetric.EFFECTIVE_PROMPTS,
}
HEADINGS = {
    "all_wrong": "silent, all wrong",
    "all_right": "silent, all right",
    "wasted_tokens": "wasted tokens",
    "effective_prompts": "effective prompts",
}
COLUMNS = ["task", "method", "family", "n", "groups", "group_size"]


def table(study: Study) -> Table:
    """Means over training, of the methods that have groups."""
    lines, intervals = [], []
    for task, kin in grouped(study).items():
        for series in kin:
            runs = {name: over_training(study.cell_collected(task, *series, what)) for name, what in MEASURED.items()}
            made = {name: t_interval(values.to_numpy()) for name, values in runs.items()}
            intervals += made.values()
            lines.append(
                {"task": task, **study.names(*series), "n": len(runs["all_wrong"])}
                | _batch(study, task, *series)
                | filled(made)
            )
    frame = pd.DataFrame(lines, columns=[*COLUMNS, *with_bounds(HEADINGS)])
    return Table(
        identifier="silent_groups",
        question="How many groups of answers teach nothing, and because they are all wrong or all right?",
        frame=frame,
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=38,
        section="task",
        headings=HEADINGS | {"groups": "groups in a batch", "group_size": "answers in a group"},
        summary=paragraph(*(_most(str(task), own) for task, own in frame.groupby("task", sort=False))),
    )


def _batch(study: Study, task: str, method: str, variant: str) -> dict[str, int]:
    """How many groups a batch has, and how many answers a group."""
    cell = study.plan.cell(task, method, variant)
    shape = next(block.settings["rollout"] for block in study.runs.blocks if block.cell == cell)
    return {"groups": shape["episodes"] // shape["group"], "group_size": shape["group"]}


def _most(task: str, lines: pd.DataFrame) -> str:
    """Whose tokens are wasted most."""
    if not lines["wasted_tokens"].any():
        return f"On {task}, no group of any method was silent."
    line = lines.iloc[int(lines["wasted_tokens"].argmax())]
    share = interval(line["wasted_tokens"], line["wasted_tokens_low"], line["wasted_tokens_high"])
    wrong, right = (100 * line[name] for name in ("all_wrong", "all_right"))
    return (
        f"On {task}, {line['method']} spends the largest share of its tokens on groups that teach nothing, {share} "
        f"(n = {line['n']}): {wrong:.0f} % of its groups are all wrong and {right:.0f} % all right."
    )


def _notes() -> tuple[str, ...]:
    return (
        "Silent: all answers of a group earned the same before any price of KL, so that no advantage is left but what "
        "that price makes; all wrong and all right say of what. Wasted tokens: share of all tokens in such groups. "
        "Effective prompts: groups of a batch that are not silent. A method that pays the price of KL in its reward "
        "may still move in them: what was silent for the update is in table updates.",
        "Means over all batches of a run's training; each run gives one number, and brackets are Student's 95 % t "
        "interval over n runs (seeds), which may pass 0 and 1. Failed runs count as far as they came. Nothing is "
        "corrected for many comparisons.",
    )
