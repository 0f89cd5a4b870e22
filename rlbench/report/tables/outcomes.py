"""Which runs failed, when and why?"""

from rlbench.core.schema import Outcome
from rlbench.report.study import Study
from rlbench.report.table import Table


def table(study: Study) -> Table:
    """One line per run that did not finish."""
    outcomes = study.runs.outcomes
    failed = outcomes[outcomes["outcome"] != Outcome.FINISHED].sort_values(["task", "method", "variant", "seed"])
    labels = [study.plan.label(*series) for series in zip(failed["method"], failed["variant"], strict=True)]
    frame = failed.assign(method=labels)[["task", "method", "seed", "step", "outcome", "reason"]]
    count = f"{len(failed)} of {len(outcomes)} runs failed" if len(failed) else f"None of {len(outcomes)} runs failed"
    return Table(
        identifier="outcomes",
        question="Which runs failed, when and why?",
        frame=frame.reset_index(drop=True),
        notes=(
            f"{count}. A failed run stays in every other table: its final score and its curve from that step on "
            "are those of the random policy.",
            "These are facts about single runs, so there is no interval.",
        ),
        place=60,
    )
