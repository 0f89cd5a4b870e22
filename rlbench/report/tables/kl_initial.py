"""How far is the last policy from the first one?"""

import numpy as np
import pandas as pd

from rlbench.core.ending import Asked
from rlbench.report import versus
from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import interval
from rlbench.report.frontier import finished
from rlbench.report.remarks import remarks
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.values import Series
from rlbench.report.verdict import Words, decided, factor, undecided
from rlbench.report.wording import paragraph
from rlbench.stats.intervals import Interval, t_interval

IDENTIFIER = "kl_initial"
HEADINGS = {"kl_initial": "KL per decision [95 %]", "kl_initial_episode": "KL per episode [95 %]"}
COLUMNS = ["task", "method", "family", "n", "tasks", *with_bounds(HEADINGS), *versus.COLUMNS]
PROMISES = ("mean: t", *versus.OF_MEANS)
WORDS = Words("ended nearer to the beginning", "ended farther from the beginning", factor)


def table(study: Study) -> Table:
    """KL(last policy || first policy) of the runs that finished, and its logarithm against the yardstick."""
    plan, intervals, lines = study.plan, list[Interval](), list[dict]()
    found = {(task, *series): ends(study, task, series) for task, series in study.places()}
    values = {cell: np.log(runs["kl_initial"].to_numpy()) for cell, runs in found.items() if _moved(runs)}
    compared = versus.against_yardstick(IDENTIFIER, plan, values, versus.of_means)
    for (task, *series), runs in found.items():
        if len(runs):
            made = {name: t_interval(runs[name]) for name in HEADINGS}
            intervals += made.values()
            lines.append(
                {"task": task, **study.names(*series), "n": len(runs)}
                | filled(made)
                | versus.columns(compared, task, (series[0], series[1]))
            )
    lines += versus.whole_lines(study, values, compared).values()
    frame = pd.DataFrame(lines, columns=COLUMNS).astype({"tasks": "Int64"})
    return Table(
        identifier=IDENTIFIER,
        question="How far is the last policy from the first one?",
        frame=frame,
        notes=(
            *_notes(),
            *versus.notes(study, "permutation test of the mean logarithm"),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(intervals),
        )
        if lines
        else ("The configuration asks for no study of final policies of control tasks.",),
        place=34,
        section="task",
        headings=HEADINGS | versus.headings(plan, "log ratio of KL per decision"),
        summary=paragraph(_farthest(frame), decided(frame, versus.yardstick(plan), WORDS)),
        undecided=undecided(frame, versus.yardstick(plan), WORDS),
    )


def ends(study: Study, task: str, series: Series) -> pd.DataFrame:
    """What was measured of a cell's runs that finished: of a policy that is lost nobody can say how far it went."""
    lines = study.cell_ending(task, *series, Asked.KL_INITIAL)
    return lines[lines["seed"].isin(finished(study, task, series))] if len(lines) else lines


def _moved(runs: pd.DataFrame) -> bool:
    """Whether there are runs, and each has a logarithm of how far it went."""
    return bool(len(runs) and (runs["kl_initial"] > 0).all())


def _farthest(frame: pd.DataFrame) -> str:
    """Between which cells the divergence lies."""
    lines = frame[frame["kl_initial"].notna()]
    if lines.empty:
        return ""
    said = []
    for at in (int(lines["kl_initial"].argmin()), int(lines["kl_initial"].argmax())):
        line = lines.iloc[at]
        size = interval(*line[with_bounds(["kl_initial"])])
        said.append(f"{size} nats per decision ({line['method']} on {line['task']}, n = {line['n']})")
    return f"KL(last policy || first policy) goes from {said[0]} to {said[1]}."


def _notes() -> tuple[str, ...]:
    return (
        "KL(last policy || first policy of the same run): exact at each decision, in nats, along further episodes of "
        "the last policy with sampled actions that are none of its evaluations'. Per decision: over all decisions of "
        "these episodes; per episode: summed, so that longer episodes have more of it. The other direction may be "
        "larger without bound, where the last policy does hardly anything but what it thinks best.",
        "Policies begin with parameters at random and do much the same in every state. DQN is not here: it takes any "
        "action at first and the best one but for a fixed share in the end, and that share alone says how far these "
        "are from each other. On language tasks and where preferences are told the first policy is the reference, and "
        "how far runs went from that is in tables answers and preferences. Runs that failed have no last policy and "
        "are left out. Brackets: Student's 95 % t interval over n runs (seeds).",
    )
