"""How much does a single setting matter, and is the published value among the best?"""

from collections.abc import Mapping, Sequence

import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import interval
from rlbench.report.other_curves import NAME, by_setting
from rlbench.report.remarks import remarks
from rlbench.report.setting_curves import Curve, title
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.versus import ALL_TASKS
from rlbench.report.wording import between, counted, listed, paragraph
from rlbench.stats.intervals import Interval, satterthwaite_interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.ranking import ranking
from rlbench.stats.task_means import mean_of_task_means

COLUMNS = [
    *("task", "setting", "value", "published", "n", "tasks", *with_bounds(["score", "difference"]), "among_best"),
    *("collapsed", "failed"),
]
HEADINGS = {
    "setting": "method: setting",
    "score": "score [95 %]",
    "difference": "less that of the published value [95 %]",
    "collapsed": "collapsed runs",
    "failed": "failed runs",
}
PROMISES = ("mean: t", "best of three equal methods")


def table(study: Study) -> Table:
    """A line for every value of every setting, on each task and over all of them."""
    found = by_setting(study)
    lines = [
        line
        for task in _tasks(found)
        for own in found
        for one in own
        if one.task == task
        for line in _lines(study, [one])
    ]
    lines += [line for own in found if len(own) > 1 for line in _lines(study, own)]
    counts = dict.fromkeys(("tasks", "collapsed", "failed"), "Int64")
    frame = pd.DataFrame([facts | filled(made) for facts, made in lines], columns=COLUMNS).astype(counts)
    frame["among_best"] = frame["among_best"].eq(True)
    return Table(
        identifier=NAME,
        question="How much does a single setting matter, and is the published value among the best?",
        frame=frame,
        notes=(
            *_notes(found),
            *cautions(study.calibration, PROMISES, together=True),
            *remarks(made["score"] for _, made in lines),
        ),
        place=33,
        section="task",
        group="setting",
        headings=HEADINGS,
        bold={"score": "among_best"},
        summary=paragraph(_best(frame), _cases(frame), _losses(frame)),
    )


def _lines(study: Study, own: Sequence[Curve]) -> list[tuple[dict[str, object], Mapping[str, Interval]]]:
    """What a line says, and its intervals, of each value that all these curves of one setting have."""
    first = own[0]
    values = [value for value in first.values if all(value in one.values for one in own)]
    place = first.task if len(own) == 1 else ALL_TASKS
    standings = ranking(
        {f"{value:g}": [one.at(value) for one in own] for value in values},
        mean_of_task_means,
        keyed_generator(NAME, place, *first.series, first.setting),
    ).set_index("method")
    lines = []
    for value in values:
        published = [one.published == value for one in own]
        where = [one.values.index(value) for one in own]
        facts = {
            "task": place,
            "setting": title(study.plan, first),
            "value": value,
            "published": "yes" if all(published) else "on some" if any(published) else "",
            "n": min(len(one.scores) for one in own),
            "tasks": len(own) if len(own) > 1 else pd.NA,
            "among_best": bool(standings.loc[f"{value:g}", "among_best"]),
            "collapsed": sum(round(one.collapsed[at] * len(one.scores)) for one, at in zip(own, where, strict=True)),
            "failed": sum(int(one.failed[at]) for one, at in zip(own, where, strict=True)),
        }
        made = {"score": satterthwaite_interval([one.at(value) for one in own])}
        if not all(published):
            made["difference"] = satterthwaite_interval([one.at(value) - one.at(one.published) for one in own])
        lines.append((facts, made))
    return lines


def _tasks(found: Sequence[Sequence[Curve]]) -> list[str]:
    return list(dict.fromkeys(one.task for own in found for one in own))


def _best(frame: pd.DataFrame) -> str:
    """Which values may be the best over all tasks, setting by setting."""
    whole = frame[frame["task"] == ALL_TASKS]
    if whole.empty:
        return ""
    sets = [
        f"{name} {listed([f'{value:g}' for value in lines.loc[lines['among_best'], 'value']])} (of {len(lines)})"
        for name, lines in whole.groupby("setting", sort=False)
    ]
    return f"Values that may be the best over all tasks, with 95 % confidence: {'; '.join(sets)}."


def _cases(frame: pd.DataFrame) -> str:
    """How often the published value may be the best."""
    own = frame[(frame["task"] != ALL_TASKS) & (frame["published"] == "yes")]
    if own.empty:
        return ""
    return (
        f"On single tasks the published value may be the best one in {int(own['among_best'].sum())} of "
        f"{counted(len(own), 'case')}."
    )


def _losses(frame: pd.DataFrame) -> str:
    """The value that gains most against the published one, and the one that loses most, over all tasks."""
    whole = frame[(frame["task"] == ALL_TASKS) & frame["difference"].notna()]
    if whole.empty:
        return ""
    most, least = (whole.loc[whole["difference"].agg(which)] for which in ("idxmax", "idxmin"))
    return (
        f"Against the published values, {_shown(least)} comes to least and {_shown(most)} to most, in parts of the "
        "task's range."
    )


def _shown(line: pd.Series) -> str:
    size = interval(line["difference"], line["difference_low"], line["difference_high"])
    return f"{line['value']:g} ({line['setting']}, {size})"


def _notes(found: Sequence[Sequence[Curve]]) -> tuple[str, ...]:
    if not found:
        return ("The configuration asks for no study of other settings.",)
    runs = between([len(one.scores) for own in found for one in own])
    return (
        f"One setting varied at a time, all else as published: {runs} runs at each value, the same seeds; the runs of "
        "the published value are those of the matrix with these seeds. Scores are final scores as in table best, as "
        "parts of the task's range; a run that failed counts as the random policy. All else, step sizes above all, was "
        "chosen with the published value, which favours it. Where runs end at the highest return that there is, values "
        "cannot be told apart.",
        "Score: t interval, over all tasks of the mean of task means, for values that all tasks have. Less that of the "
        "published value: seed by seed, then t interval over seeds, on each task its own published value. "
        "Bold: with 95 % confidence the best of these values is one of those (table best), each setting by itself.",
        "Collapsed: fell by half of the task's range and did not recover, as in table stability. Published, on some: "
        "not on all tasks.",
    )
