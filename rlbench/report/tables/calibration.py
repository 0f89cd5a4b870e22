"""Do intervals and tests hold what they promise, at the numbers of seeds that were run?"""

import pandas as pd

from rlbench.report.calibrated import percent, runs, short
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.calibration import METHODS, RESAMPLES
from rlbench.stats.intervals import CONFIDENCE
from rlbench.stats.populations import POPULATIONS


def table(study: Study) -> Table:
    """One line per design and promise: its nominal frequency, and the actual one for each population."""
    lines = [
        {"runs": runs(str(design)).capitalize(), "what": what, "nominal": those["nominal"].iloc[0]}
        | {name: value for line in those.to_dict("records") for name, value in _actual(line).items()}
        | {"not_kept": ", ".join(map(short, those.loc[~those["kept"], "population"])) or None}
        for (design, what), those in study.calibration.groupby(["design", "what"], sort=False)
    ]
    names = [short(population.name) for population in POPULATIONS]
    actual = [column for name in names for column in (name, f"{name}_low", f"{name}_high")]
    return Table(
        identifier="calibration",
        question="Do intervals and tests hold what they promise at these numbers of runs?",
        frame=pd.DataFrame(lines, columns=["runs", "what", "nominal", *actual, "not_kept"]),
        notes=_notes(study.calibration),
        place=65,
        headings={"what": "interval or test", "not_kept": "not kept for"},
        section="runs",
    )


def _actual(line: dict) -> dict[str, float]:
    name = short(line["population"])
    return {name: line["actual"], f"{name}_low": line["low"], f"{name}_high": line["high"]}


def _notes(calibration: pd.DataFrame) -> tuple[str, ...]:
    simulated = int(calibration["simulations"].max()) if len(calibration) else 0
    known = "; ".join(population.name for population in POPULATIONS)
    return (
        f"Each number is a share of {simulated:,} simulated studies of {METHODS} methods, whose runs come from one "
        f"known distribution: {known}. What makes the tables is what was tried, with {RESAMPLES:,} resamples or "
        "permutations.",
        "An interval promises to cover the truth at least as often as nominal, a test to reject at most as often where "
        "there is nothing to find. Ranks and best: that the interval of ranks reaches over all of them, and that the "
        "set of the best holds the first, of methods that are the same.",
        f"Brackets: Wilson's Monte-Carlo intervals, which hold with {percent(CONFIDENCE)} for all numbers of the table "
        "together. Not kept: the whole interval is on the wrong side of nominal.",
        "Percentile intervals without expansion, and the interval of an inter-percentile range, are in no table; they "
        "are here to show why.",
    )
