"""How far are estimates of KL from sampled answers off the KL itself?"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from rlbench.report.calibrated import cautions
from rlbench.report.columns import filled, with_bounds
from rlbench.report.digits import interval
from rlbench.report.kl_estimates import DRAWS, Estimated, estimated, known
from rlbench.report.remarks import remarks
from rlbench.report.study import CELL, Study
from rlbench.report.table import Table
from rlbench.report.wording import listed, paragraph
from rlbench.stats.bootstrap import expanded_percentile_interval
from rlbench.stats.intervals import Interval, t_interval
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.relative_error import bias, relative_errors, root_mean_square
from rlbench.stats.task_means import mean_of_task_means

IDENTIFIER = "kl_estimators"
EDGES = (0.0, 0.01, 0.1, 1.0, 10.0, np.inf)
"""Of the bands of KL, in nats per answer."""
BANDS = ("below 0.01", "0.01 to 0.1", "0.1 to 1", "1 to 10", "above 10")
PAIRS = {"normal": "exactly, unit normal distributions", "random": "exactly, random choices of a token"}
ROUNDING = 1e-9
"""Relative bias below which there is none."""
MEASURED = {"bias": "mean error / KL [95 %]", "error": "root mean squared error / KL [95 %]"}
HEADINGS = MEASURED | {"kl": "KL, nats", "held_against": "held against"}
COUNTS = ("seeds", "runs", "evaluations")
COLUMNS = ["where", "kl", "estimator", "held_against", *COUNTS, *with_bounds(MEASURED)]
PAIRED = (("k1", "k3"), ("k3", "k1"))
PROMISES = ("mean: t", "mean: expanded percentile")


def table(study: Study) -> Table:
    """By task and band of KL, what recorded estimates came to; and what they come to exactly on pairs of policies."""
    lines, intervals = [], []
    for task, own in estimated(study).items():
        for line, made in _lines(task, own):
            intervals += made.values()
            lines.append({"where": task, **line, **filled(made)})
    # Without an estimate that was recorded there is nothing to compare what is exact with.
    lines += [line for pair in PAIRS for line in _known_lines(study, pair)] if lines else []
    frame = pd.DataFrame(lines, columns=COLUMNS).astype(dict.fromkeys(COUNTS, "Int64"))
    return Table(
        identifier=IDENTIFIER,
        question="How far are estimates of KL from sampled answers off the KL itself?",
        frame=frame,
        notes=(*_notes(), *cautions(study.calibration, PROMISES, together=False), *remarks(intervals)),
        place=34,
        section="where",
        group="kl",
        headings=HEADINGS,
        summary=paragraph(
            _compared(frame[frame["seeds"].notna()]),
            _exactly(study) if lines else "",
        ),
    )


def _lines(task: str, own: Estimated) -> Iterator[tuple[Mapping[str, object], Mapping[str, Interval]]]:
    """Every band that was come upon with every estimator, and the intervals of its errors."""
    places = pd.cut(own.evaluations["kl"], EDGES, labels=BANDS)
    for band, rows in own.evaluations.groupby(places, observed=True, sort=True):
        runs, seeds = len(rows.groupby([*CELL, "seed"])), rows["seed"].nunique()
        counts = {"seeds": seeds, "runs": runs, "evaluations": len(rows)}
        for name in own.estimators:
            errors = relative_errors(rows[name], rows["kl"], rows["seed"])
            generator = keyed_generator(IDENTIFIER, task, str(band), name)
            made = {"bias": bias(errors), "error": root_mean_square(errors, generator)}
            yield {"kl": band, "estimator": name, "held_against": own.truth} | counts, made


def _known_lines(study: Study, pair: str) -> Iterator[Mapping[str, object]]:
    """What the probe found of one kind of pair: nothing was sampled but the pairs, of which there may be one."""
    found = known(study)
    for (kl, name), own in found[found["pair"] == pair].groupby(["kl", "estimator"], sort=True):
        off = own["bias"].where(own["bias"].abs() > ROUNDING, 0.0).to_numpy()
        error, generator = own["error"].to_numpy(), keyed_generator(IDENTIFIER, pair, f"{kl:g}", str(name))
        made = {
            "bias": t_interval(off),
            "error": expanded_percentile_interval([error], mean_of_task_means, generator),
        }
        yield {"where": PAIRS[pair], "kl": f"{kl:g}", "estimator": name, "held_against": "exact"} | filled(made)


def _compared(recorded: pd.DataFrame) -> str:
    """Which of k1 and k3 errs less on which task, in the bands of smallest and of largest KL that several seeds saw."""
    said = []
    for end, words in ((0, "nearest to"), (-1, "farthest from")):
        less: dict[str, list[str]] = {"k1": [], "k3": []}
        for task, lines in recorded[recorded["seeds"] > 1].groupby("where", sort=False):
            own = lines[lines["kl"] == lines["kl"].iloc[end]].set_index("estimator")
            better, worse = own.loc[["k1", "k3"]].sort_values("error").iterrows()
            less[str(better[0])].append(f"{task} ({own['kl'].iloc[0]} nats: {_size(better[1])} and {_size(worse[1])})")
        parts = [f"{name} errs less than {other} on {listed(less[name])}" for name, other in PAIRED if less[name]]
        said += [f"Where policies are {words} the reference, {'; '.join(parts)}."] if parts else []
    unit = "These are root mean squared errors of an evaluation, in units of the KL." if said else ""
    return paragraph(*said, unit)


def _size(line: pd.Series) -> str:
    return interval(line["error"], line["error_low"], line["error_high"])


def _exactly(study: Study) -> str:
    """What one draw from a random choice is worth at the smallest and the largest distance."""
    found = known(study)
    means = found[found["pair"] == "random"].groupby(["kl", "estimator"])[["bias", "deviation"]].mean()
    parts, off = [], []
    for kl in (found["kl"].min(), found["kl"].max()):
        own = means.loc[kl]
        parts.append(f"{listed([f'{name} {size:.3g}' for name, size in own['deviation'].items()])} at {kl:g} nats")
        off.append(f"{100 * own['bias']['k2']:.2g} %")
    return (
        "Exactly, the standard deviation of one draw from a random choice of a token is, in units of the KL, "
        f"{'; '.join(parts)}. k1 and k3 have no bias there, and k2 is off by {listed(off)}."
    )


def _notes() -> tuple[str, ...]:
    return (
        "k1, k2 and k3 estimate KL(policy || reference) from the log-probabilities of what was drawn (Schulman 2020, "
        '"Approximating KL Divergence", http://joschu.net/blog/kl-approx.html). Runs record k1 and k3, summed over the '
        "decisions of an answer, as means over the answers of an evaluation. Exact at each decision: KL over the "
        "whole vocabulary after each sampled prefix, summed, which is k1 without the luck of each token (Rao and "
        "Blackwell). Where all answers can be listed, all are held against the KL over all answers to all prompts, so "
        "that the draw of prompts is part of their error. Elsewhere the best that is known is what is exact at each "
        "decision: there k1 and k3 are held against that, on the same answers, and its own error is not seen.",
        "Bands are fixed, in nats per answer. Evaluations of policies that have not left the reference are left out. "
        "Brackets are over seeds, each with the mean over its evaluations: Student's t interval of the mean error, and "
        "the expanded percentile bootstrap of the root mean squared error. All methods of one seed are asked the same "
        "prompts and draw with the same noise, so that runs are not independent. Nothing is corrected for many "
        "comparisons.",
        "In expectation k1 and k3 are right at any distance. The further apart the policies, the more of k3's "
        "expectation rests on answers that are hardly ever drawn: most of its estimates are too low and a few far too "
        "high, so that a mean error below zero is what so many answers show of it and no bias.",
        f"Exactly: by all outcomes of one decision, with the errors of a mean over {DRAWS} draws. Unit normal "
        "distributions are those of Schulman's examples; random choices are among 32 tokens, and their lines are means "
        "over 100 pairs of policies, with intervals over these.",
    )
