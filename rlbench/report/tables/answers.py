"""How do answers go wrong: too long, too short, or far from where they began?"""

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.report.at_the_end import FAILED, last, recorded
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import interval
from rlbench.report.frontier import DISTANCE
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series
from rlbench.report.wording import paragraph
from rlbench.stats.collected import over_training
from rlbench.stats.intervals import Interval, t_interval

EVALUATED = {
    "right": AnswerMetric.RIGHT,
    "ended": AnswerMetric.ENDED,
    "length": Metric.LENGTH_MEAN,
    "length_right": AnswerMetric.LENGTH_RIGHT,
    "length_wrong": AnswerMetric.LENGTH_WRONG,
    "kl_reference": DISTANCE,
}
HEADINGS = {
    "right": "right",
    "cut_off": "cut off",
    "length": "tokens",
    "length_right": "tokens if right",
    "length_wrong": "tokens if not",
    "kl_reference": "KL to reference",
    "entropy": "entropy",
    "logp_gap": "gap of log-probabilities",
}


def table(study: Study) -> Table:
    """What last policies answer on held-out prompts, and how learning saw what was answered."""
    lines, intervals = [], []
    for task in recorded(study, AnswerMetric.RIGHT):
        for series in study.plan.series():
            values = _measured(study, task, series)
            if runs := len(values["right"]):
                made = {name: over_runs(values[name]) for name in HEADINGS}
                intervals += [one for one in made.values() if np.isfinite(one.estimate)]
                lines.append({"task": task, **study.names(*series), "n": runs} | filled(made))
    frame = pd.DataFrame(lines, columns=["task", "method", "family", "n", *with_bounds(HEADINGS)])
    return Table(
        identifier="answers",
        question="How do answers go wrong?",
        frame=frame,
        notes=(*_notes(), *cautions(study.calibration, ["mean: t"], together=False), *remarks(intervals)),
        place=26,
        section="task",
        headings=HEADINGS,
        summary=paragraph(*(_extremes(str(task), own) for task, own in frame.groupby("task", sort=False))),
    )


def _measured(study: Study, task: str, series: Series) -> dict[str, np.ndarray]:
    """One number for each run, by column."""
    values = {name: last(study, task, series, metric) for name, metric in EVALUATED.items()}
    gap = over_training(study.cell_collected(task, *series, AnswerMetric.LOGP_GAP))
    seen = {"entropy": study.cell_updates(task, *series)["entropy"].to_numpy(), "logp_gap": gap.to_numpy()}
    return values | {"cut_off": 1 - values["ended"]} | seen


def over_runs(values: np.ndarray) -> Interval:
    """t interval over the runs that have such a number: where no answer is right, right ones have no length."""
    return t_interval(values[np.isfinite(values)])


def _extremes(task: str, lines: pd.DataFrame) -> str:
    """Who answers right most often and least often, and how long their answers are."""
    most, least = (lines.iloc[int(at)] for at in (lines["right"].argmax(), lines["right"].argmin()))
    shares = [interval(line["right"], line["right_low"], line["right_high"]) for line in (most, least)]
    if len(lines) == 1:
        return f"On {task}, the share of right answers of {most['method']} is {shares[0]} (n = {most['n']})."
    return (
        f"On {task}, the share of right answers goes from {shares[1]} ({least['method']}, {least['length']:.1f} tokens "
        f"in the mean, {100 * least['cut_off']:.0f} % cut off) to {shares[0]} ({most['method']}, "
        f"{most['length']:.1f} tokens, {100 * most['cut_off']:.0f} % cut off)."
    )


def _notes() -> tuple[str, ...]:
    return (
        "Answers to held-out prompts with sampled tokens, mean over the last tenth of the evaluations. Right: in every "
        "respect that the task asks for; which respects those are is in table answer_parts. Cut off: not ended by the "
        "most tokens that an answer may have. Tokens count the end of an answer; those of right answers are over the "
        "runs that gave any. KL(policy || reference): exact, summed over an answer, in nats.",
        "Entropy: of the policy after an update, in nats per token, mean over all updates. Gap: mean absolute "
        "difference of a token's log-probability in generating and in learning, over all answers learned from, in "
        "nats; what is more than rounding makes ratios wrong. A dash: not recorded. Clip fractions are in table "
        f"updates. {FAILED}",
        "Brackets: Student's 95 % t interval over n runs (seeds), which may pass a bound of the quantity itself. "
        "Nothing is corrected for many comparisons.",
    )
