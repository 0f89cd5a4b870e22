"""How near does each method come to the best policy there is?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.report.at_the_end import FAILED, last, recorded
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import interval
from rlbench.report.optimum import optimum
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series
from rlbench.report.wording import counted, few, paragraph
from rlbench.stats.intervals import t_interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.ranking import ranking
from rlbench.stats.task_means import mean_of_task_means

IDENTIFIER = "optimum"
MEASURED = {
    "regret": AnswerMetric.REGRET,
    "kl_optimum": AnswerMetric.KL_OPTIMUM,
    "total_variation": AnswerMetric.TOTAL_VARIATION_OPTIMUM,
    "exact_return": AnswerMetric.EXACT_RETURN,
    "exact_kl_reference": AnswerMetric.EXACT_KL_REFERENCE,
}
HEADINGS = {
    "regret": "regret [95 %]",
    "kl_optimum": "KL to the optimum [95 %]",
    "total_variation": "total variation [95 %]",
    "exact_return": "return [95 %]",
    "exact_kl_reference": "KL to the reference [95 %]",
}
PROMISES = ("mean: t", "best of three equal methods")


def table(study: Study) -> Table:
    """Exact distances of last policies to the optimum under the task's price of KL, and the set of nearest."""
    lines, intervals = [], []
    tasks = recorded(study, AnswerMetric.EXACT_RETURN)
    for task in tasks:
        near = nearest(study, task)
        for series in study.plan.series():
            values = {name: last(study, task, series, metric) for name, metric in MEASURED.items()}
            if runs := max(map(len, values.values())):
                made = {name: t_interval(own) for name, own in values.items()}
                intervals += [one for one in made.values() if np.isfinite(one.estimate)]
                line = {"task": task, **study.names(*series), "n": runs, "among_nearest": near.get(series, False)}
                lines.append(line | filled(made))
    columns = ["task", "method", "family", "n", *with_bounds(MEASURED), "among_nearest"]
    frame = pd.DataFrame(lines, columns=columns).astype({"among_nearest": bool})
    return Table(
        identifier=IDENTIFIER,
        question="How near does each method come to the best policy there is?",
        frame=frame,
        notes=(
            *_notes(study, tasks),
            *cautions(study.calibration, PROMISES, together=False),
            *remarks(intervals),
        ),
        place=22,
        section="task",
        headings=HEADINGS,
        bold={"regret": "among_nearest"},
        summary=paragraph(*(_nearest_of(str(task), own) for task, own in frame.groupby("task", sort=False))),
    )


def nearest(study: Study, task: str) -> Mapping[Series, bool]:
    """Whether each method may be the one with the least regret, with 95 % confidence."""
    regret = {series: last(study, task, series, AnswerMetric.REGRET) for series in study.plan.series()}
    known = {series: values for series, values in regret.items() if len(values) and np.isfinite(values).all()}
    methods = {"/".join(series): [-values] for series, values in known.items()}
    lines = ranking(methods, mean_of_task_means, keyed_generator(IDENTIFIER, task))
    return dict(zip(known, lines["among_best"].tolist(), strict=True))


def _nearest_of(task: str, lines: pd.DataFrame) -> str:
    """Who comes nearest on a task, and who cannot be told from that."""
    known = lines[lines["regret"].notna()]
    if known.empty:
        return ""
    top = known.iloc[int(known["regret"].to_numpy().argmin())]
    size = interval(top["regret"], top["regret_low"], top["regret_high"])
    away = interval(top["kl_optimum"], top["kl_optimum_low"], top["kl_optimum_high"])
    names = known.loc[known["among_nearest"], "method"].tolist()
    count = counted(len(known), "method")
    which = f"it is the nearest of {count}" if len(names) == 1 else f"the nearest of {count} is among {few(names)}"
    return (
        f"On {task}, {top['method']} lacks least of the greatest reward less price of KL: {size}, at {away} nats from "
        f"the optimum (n = {top['n']}); with 95 % confidence {which}."
    )


def _notes(study: Study, tasks: list[str]) -> tuple[str, ...]:
    best = {task: found for task in tasks if (found := optimum(study, task))}
    prices = "; ".join(
        f"{task} {found.price:.3g}, so that the optimum is worth {found.worth:.3g} and the reference lacks "
        f"{found.lacking:.3g}"
        for task, found in best.items()
    )
    return (
        "All answers of these tasks can be listed, so that nothing is sampled in these numbers: each is the mean over "
        "all prompts of what a run's last policies are exactly, over the last tenth of its evaluations. Brackets: "
        f"Student's 95 % t interval over n runs (seeds), which may pass 0. {FAILED}",
        "The optimum is the policy of greatest reward less price of KL to the reference: the reference tilted by the "
        "reward (arXiv:2305.18290, appendix A.1). Regret: what a policy lacks of its worth, in reward, the price times "
        "KL(policy || optimum). Total variation: the largest difference of the two probabilities of any set of "
        f"answers. Return and KL to the reference are those of the policy itself, in reward and nats per answer."
        f"{f' Price of a nat: {prices}.' if prices else ''}",
        "Bold: with 95 % confidence the method of least regret is one of these. Nothing else is corrected for many "
        "comparisons.",
    )
