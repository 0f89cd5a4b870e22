"""What was measured of the answers that a run collected to learn from: put together in parts of its training.

A run collects hundreds of batches, which depend on each other: the run stays the unit of every statistic, and its
batches are only averaged over.
"""

import numpy as np
import pandas as pd

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.stats.updates import PARTS

KEPT = (
    AnswerMetric.SILENT_WRONG,
    AnswerMetric.SILENT_RIGHT,
    AnswerMetric.EFFECTIVE_PROMPTS,
    AnswerMetric.WASTED_TOKENS,
    AnswerMetric.LOGP_GAP,
)
"""What only collecting tells: the rest is measured in evaluations as well, on prompts that nobody learns from."""
COLLECTED = ["seed", "step", "metric", "value", "batches"]


def collected(rows: pd.DataFrame, budget: int) -> pd.DataFrame:
    """Mean over the batches of a seed in each of PARTS equal parts of the budget; columns COLLECTED.

    `rows` has seed, step, metric and value, one line per batch; `step` becomes the middle of the part that the batch
    ends or lies in, and `batches` says how many there were. A part without a batch has no line.
    """
    part = np.clip(np.ceil(rows["step"].to_numpy() / budget * PARTS), 1, PARTS)
    placed = rows.assign(step=(part - 0.5) * budget / PARTS)
    grouped = placed.groupby(["seed", "metric", "step"], observed=True)["value"]
    return grouped.agg(value="mean", batches="count").reset_index()[COLLECTED]


def over_training(parts: pd.DataFrame) -> pd.Series:
    """Mean over all batches of each seed, index seed; `parts` are those of one metric, as `collected` makes them."""
    totals = parts.assign(value=parts["value"] * parts["batches"]).groupby("seed")[["value", "batches"]].sum()
    return totals["value"] / totals["batches"]
