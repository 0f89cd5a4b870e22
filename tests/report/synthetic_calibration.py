"""Counts as simulation would have given them, made of the promises themselves."""

from pathlib import Path
from typing import Any

import pandas as pd

from rlbench.commands.calibrate import write_frame
from rlbench.core.calibration import calibration_of
from rlbench.stats.calibration import COLUMNS, name
from rlbench.stats.populations import POPULATIONS
from rlbench.stats.promises import PROMISES

BROKEN = "mean: t"
"""The promise that does not hold, on single tasks and for the last population; the others just do."""
FOUND = 800
"""How often it did, of so many simulations."""
SIMULATIONS = 1_000


def write_calibration(results: Path, cells: list[dict[str, Any]]) -> Path:
    """For the designs of a plan's cells, where a study of them looks for it."""
    wanted = calibration_of((cell["task"], len(cell["seeds"])) for cell in cells)
    lines = [
        {"design": name(design), "population": population.name, "what": check.what, "bound": str(check.bound)}
        | {"nominal": check.nominal, "simulations": SIMULATIONS}
        | {"happened": FOUND if broken else round(SIMULATIONS * check.nominal)}
        for design in wanted.designs
        for population in POPULATIONS
        for check in PROMISES
        if len(design) == 1 or not check.one_task
        for broken in [(check.what, len(design), population) == (BROKEN, 1, POPULATIONS[-1])]
    ]
    write_frame(results / wanted.path, pd.DataFrame(lines, columns=COLUMNS), wanted)
    return results / wanted.path
