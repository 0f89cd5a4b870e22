"""What did each run lose of what it had learned? Collapse and drawdown, one line per training run."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rlbench.core.anchors import Anchors
from rlbench.stats.collapse import COLUMNS as COLLAPSE
from rlbench.stats.collapse import collapses
from rlbench.stats.curves import SEED
from rlbench.stats.drawdown import excess_drawdown
from rlbench.stats.keyed import keyed_generator

COLUMNS = [*COLLAPSE, "excess_drawdown"]


def falls(curves: pd.DataFrame, errors: pd.DataFrame, anchors: Mapping[str, Anchors]) -> pd.DataFrame:
    """COLUMNS, sorted by SEED: those of `collapses` and the excess drawdown, in parts of the task's range.

    `curves` are those of `curves.seed_curves`, `errors` those of `evaluation_noise.standard_errors`. What has no error
    counts as exact, and what is worse than the random policy counts as that. Each run has noise of its own, so that no
    run moves another one's line.
    """
    both = curves.merge(errors, how="left", on=[*SEED, "step"])
    lines = []
    for key, curve in both.dropna(subset="value").groupby(SEED, observed=True):
        task = anchors[str(key[0])]
        ordered = curve.sort_values("step")
        values = np.array([task.normalise(value) for value in ordered["value"]])
        noise = ordered["error"].to_numpy(dtype=float) / abs(task.solved - task.random)
        made = excess_drawdown(values, noise, keyed_generator("falls", *map(str, key)), floor=0.0)
        lines.append(dict(zip(SEED, key, strict=True)) | {"excess_drawdown": made.excess})
    drawdowns = pd.DataFrame(lines, columns=[*SEED, "excess_drawdown"])
    return collapses(curves, anchors).merge(drawdowns, on=SEED, how="left")[COLUMNS]
