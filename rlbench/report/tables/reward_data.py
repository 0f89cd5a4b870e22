"""How much do the number of comparisons and label noise matter to a learned reward?"""

import pandas as pd

from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import interval
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.wording import paragraph
from rlbench.stats.intervals import Interval, wilson_interval

HEADINGS = {
    "comparisons": "comparisons fitted to",
    "flipped": "turned round",
    "preferred_is_better": "preferred is better",
    "accuracy": "accuracy [95 %]",
    "pairs": "fresh pairs",
    "correlation": "rank correlation",
    "spread": "spread of learned reward",
}
COLUMNS = [
    *("task", "flipped", "comparisons", "preferred_is_better", "pairs", *with_bounds(["accuracy"])),
    *("correlation", "spread", "published"),
]


def table(study: Study) -> Table:
    """One line per reward model, by task and noise."""
    lines = [
        point | filled({"accuracy": accuracy(point["accuracy"], point["pairs"])})
        for point in study.reward_points.to_dict("records")
    ]
    frame = pd.DataFrame(lines, columns=COLUMNS).astype({"published": bool})
    return Table(
        identifier="reward_data",
        question="How much do the number of comparisons and label noise matter to a learned reward?",
        frame=frame.assign(published=frame["published"].map({True: "yes", False: ""})),
        notes=_notes() if lines else ("The configuration asks for no study of reward models.",),
        place=37,
        section="task",
        group="flipped",
        headings=HEADINGS,
        summary=paragraph(*(_said(str(task), own) for task, own in frame.groupby("task", sort=False))),
    )


def accuracy(share: float, pairs: int) -> Interval:
    """Of one reward model over fresh pairs: their number is known, and so how many of them it orders right."""
    return wilson_interval(round(share * pairs), pairs)


def _said(task: str, lines: pd.DataFrame) -> str:
    """From the fewest to the most comparisons without noise, and what the most noise does to the most comparisons."""
    quietest, loudest = (lines[lines["flipped"] == lines["flipped"].agg(end)] for end in ("min", "max"))
    fewest, most, noisy = quietest.iloc[0], quietest.iloc[-1], loudest.iloc[-1]
    sentence = (
        f"On {task}, a reward fitted to {fewest['comparisons']:,} comparisons orders {_size(fewest)} of "
        f"{fewest['pairs']:,} fresh pairs as the hidden reward does, and one fitted to {most['comparisons']:,} "
        f"{_size(most)} of them"
    )
    noise = (
        f"; with {100 * noisy['flipped']:g} % of rankings turned round, {noisy['comparisons']:,} give {_size(noisy)}"
        if noisy["flipped"] > most["flipped"]
        else ""
    )
    return f"{sentence}{noise}.{_falls(lines)}"


def _falls(lines: pd.DataFrame) -> str:
    """How often more comparisons of one noise came out worse than fewer: what single fits leave to luck."""
    steps = lines.groupby("flipped")["accuracy"].diff().dropna()
    falls = int((steps < 0).sum())
    return f" In {falls} of {len(steps)} cases the next larger number of comparisons gave less." if falls else ""


def _size(line: pd.Series) -> str:
    return interval(line["accuracy"], line["accuracy_low"], line["accuracy_high"])


def _notes() -> tuple[str, ...]:
    return (
        "One reward model at each point (n = 1): neither its recording nor its fitting has a seed that could be drawn "
        "again, and every number of prompts has answers of its own. Brackets are Wilson's 95 % intervals over fresh "
        "pairs and say nothing of how another fit would come out, of which there is no measure here but how uneven the "
        "lines are. All points of a task are measured on the same fresh pairs, none of them fitted to and none with "
        "noise, those with equal hidden rewards left out.",
        "Everything but the number of prompts and the noise is as the task has it: the model whose answers are "
        "compared, four answers to each prompt, and as many steps of fitting, so that fewer comparisons are smaller "
        "minibatches and not fewer steps. At one number of prompts, the answers and their order before the noise are "
        "the same, and what is turned round at one level of noise is so at every higher one.",
        "Turned round: share of rankings that were reversed on purpose. Preferred is better: share of recorded pairs "
        "whose preferred answer has the higher hidden reward, after that. Rank correlation: of learned and hidden "
        "reward over fresh answers. Spread: standard deviation of the learned reward over these, in nats of odds; a "
        "price of KL weighs the more, the smaller it is. Published: runs begin from this reward.",
    )
