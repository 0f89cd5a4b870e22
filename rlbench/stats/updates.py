"""What a run's updates did to its policy: one line per training run, and how it went over training.

A run makes hundreds or tens of thousands of updates, which depend on each other: the run stays the unit of every
statistic, and its updates are only averaged over. An update whose KL is not a finite number has passed every limit;
it is counted so, and in no average.
"""

import numpy as np
import pandas as pd

from rlbench.core.schema import Metric
from rlbench.stats.rank_correlation import rank_correlation

TOLERANCE = 1.5
"""An update has passed a limit above this many times it: where PPO with an adaptive penalty doubles its coefficient
(Schulman et al. 2017, "Proximal Policy Optimization Algorithms", section 4)."""
PARTS = 40
"""Equal parts of the budget in which the updates of a run are put together for a picture."""
AVERAGES = {
    Metric.CLIP_FRACTION: "clip_fraction",
    Metric.STEP_FRACTION: "step_fraction",
    Metric.CURVATURE_FAILURE: "curvature_failures",
    Metric.PENALTY: "penalty",
    Metric.EFFECTIVE_SAMPLE_SIZE: "effective_sample_size",
    Metric.SILENT_GROUPS: "silent_groups",
    Metric.ENTROPY: "entropy",
    Metric.EXPLAINED_VARIANCE: "explained_variance",
}
"""Metrics that are averaged over a run's updates, and the columns that they fill."""
KL = ["kl_mean", "kl_median", "kl_95th", "kl_largest", "kl_path", "kl_limit"]
BOUND = ["overshoot", "beyond_limit", "above_limit", "near_limit"]
SUMMARY = ["seed", "updates", *KL, *BOUND, "clip_follows_kl", "accepted", *AVERAGES.values()]
TRACE = ["seed", "step", "kl"]


def summarise(rows: pd.DataFrame, limit: float) -> pd.DataFrame:
    """One line per seed, columns SUMMARY; NaN in what these runs did not record.

    `rows` has seed, metric and value, `limit` is the method's own bound on the KL of an update, NaN if it has none.
    `beyond_limit` and `above_limit` are the shares of updates above that and above TOLERANCE times it, `near_limit` of
    those at most that factor away from it on either side, and `overshoot` is `kl_largest` over it; `kl_path` is
    `path_length`, `clip_follows_kl` the rank correlation of clip fraction and KL. `accepted` is the share of updates
    that moved the policy at all, and the rest are means over a run's updates.
    """
    parts = _parts(rows)
    lines = [{"seed": seed} | _summary(values, limit) for seed, values in parts.items()]
    return pd.DataFrame(lines, columns=SUMMARY)


def _parts(rows: pd.DataFrame) -> dict[int, dict[str, np.ndarray]]:
    """The values of each seed and metric. Sorting once is many times as fast as asking pandas for every group."""
    metric, names = pd.factorize(rows["metric"], sort=True)
    seed = rows["seed"].to_numpy()
    order = np.lexsort((metric, seed))
    key = np.stack([seed[order], metric[order]])
    starts = np.flatnonzero((np.diff(key, axis=1, prepend=-1) != 0).any(0))
    pieces = np.split(rows["value"].to_numpy()[order], starts[1:])
    parts: dict[int, dict[str, np.ndarray]] = {}
    for start, values in zip(starts, pieces, strict=False):
        parts.setdefault(int(key[0, start]), {})[str(names[key[1, start]])] = values
    return parts


def _summary(values: dict[str, np.ndarray], limit: float) -> dict[str, float]:
    """`values` are those of one seed's updates by metric."""
    kl = values.get(Metric.KL_OLD_NEW, np.empty(0))
    moved = _finite(kl)
    return {
        "updates": float(len(kl)),
        "kl_mean": _mean(moved),
        "kl_median": float(np.median(moved)) if len(moved) else float("nan"),
        "kl_95th": float(np.quantile(moved, 0.95)) if len(moved) else float("nan"),
        "kl_largest": float(moved.max()) if len(moved) else float("nan"),
        "kl_path": path_length(moved),
        "kl_limit": limit,
        "overshoot": float(moved.max()) / limit if len(moved) else float("nan"),
        "beyond_limit": above(kl, limit, 1.0),
        "above_limit": above(kl, limit, TOLERANCE),
        "near_limit": above(kl, limit, 1 / TOLERANCE) - above(kl, limit, TOLERANCE),
        "clip_follows_kl": rank_correlation(values.get(Metric.CLIP_FRACTION, np.empty(0)), kl),
        "accepted": _mean(_finite(values.get(Metric.STEP_FRACTION, np.empty(0))) > 0),
        **{column: _mean(_finite(values.get(metric, np.empty(0)))) for metric, column in AVERAGES.items()},
    }


def _finite(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def above(kl: np.ndarray, limit: float, times: float) -> float:
    """Share of updates that moved the policy by more than so many `times` the limit; NaN where there is none."""
    return float((~(kl <= times * limit)).mean()) if np.isfinite(limit) and len(kl) else float("nan")


def path_length(kl: np.ndarray) -> float:
    """Sum of sqrt(2 KL) over the updates of a run: how long the way was, whatever the end is far from the beginning.

    KL itself cannot be added: ten equal steps in one direction come to a hundred times the KL of one. The root of
    twice a small KL is a length, that of Fisher's metric. NaN without an update.
    """
    return float(np.sqrt(2 * np.maximum(kl, 0)).sum()) if len(kl) else float("nan")


def kl_trace(rows: pd.DataFrame, budget: int) -> pd.DataFrame:
    """Median KL of a seed's updates in each of PARTS equal parts of the budget; columns TRACE, step at its middle.

    An update at a step belongs to the part that this step ends or lies in; a part without an update has no line.
    """
    own = rows[(rows["metric"] == Metric.KL_OLD_NEW) & np.isfinite(rows["value"])]
    part = np.clip(np.ceil(own["step"].to_numpy() / budget * PARTS), 1, PARTS)
    step = (part - 0.5) * budget / PARTS
    medians = own.assign(step=step).groupby(["seed", "step"])["value"].median()
    return medians.rename("kl").reset_index()[TRACE]
