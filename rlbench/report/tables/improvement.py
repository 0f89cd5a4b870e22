"""How often is a run of one method better than a run of another?"""

import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.wording import counted
from rlbench.stats.bootstrap import REPLICATES
from rlbench.stats.intervals import CONFIDENCE

IDENTIFIER = "improvement"
PROMISES = (
    *("probability of improvement, none", "probability of improvement, one standard deviation"),
    "permutation test of ranks: equal methods",
)
BETTER = ["better", "better_low", "better_high"]
COLUMNS = ["method", "than", "n", "tasks", *BETTER, "p_value"]


def table(study: Study) -> Table:
    """One line for every two methods with a task in common."""
    label, found = study.plan.label, study.improvements
    summary, undecided = _told(study)
    lines = [
        {"method": label(*pair.first), "than": label(*pair.second), "n": pair.seeds, "tasks": pair.tasks}
        | dict(zip(BETTER, (pair.better.estimate, pair.better.low, pair.better.high), strict=True))
        | {"p_value": pair.p_value}
        for pair in found
    ]
    return Table(
        identifier=IDENTIFIER,
        question="How often is a run of one method better than a run of another?",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=(
            *_notes(),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(pair.better for pair in found),
        ),
        place=22,
        section="method",
        headings={"than": "better than", "better": "probability [95 %]", "p_value": "corrected p"},
        summary=summary,
        undecided=undecided,
    )


def _told(study: Study) -> tuple[str, str]:
    """How many pairs can be told apart, and how many cannot."""
    pairs = study.improvements
    apart = sum(pair.p_value <= 1 - CONFIDENCE for pair in pairs)
    if not pairs:
        return "", ""
    return (
        f"Of {counted(len(pairs), 'pair')} of methods with a task in common, {apart} can be told apart.",
        f"Of {len(pairs) - apart} pairs these runs do not say which method ends higher." * (apart < len(pairs)),
    )


def _notes() -> tuple[str, ...]:
    return (
        "Probability that a run of the first method ends above a run of the second, judged by the most likely "
        "actions, on language tasks by sampled answers, ties counted half, mean over the tasks that both ran on: 1/2 "
        "where they are the same, and for the pair the other way round what is left to 1. 95 % interval: expanded "
        f"percentile bootstrap, {REPLICATES:,} resamples of runs within tasks, and Clopper and Pearson's where no two "
        "runs overlap.",
        "p: two-sided permutation test of the ranks of both methods' runs within tasks, corrected by Benjamini and "
        "Hochberg over all pairs, which is an exploratory grid. Pairs with different tasks are not compared with each "
        "other.",
    )
