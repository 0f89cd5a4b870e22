"""Learning curves: what each seed's evaluations gave, at its own steps and on a grid that all seeds share.

A seed that failed is never dropped. From the step of its failure to the end of the budget its curve is
the task's `random` anchor, and what was measured at or after that step does not count.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rlbench.core.anchors import Anchors
from rlbench.core.schema import Metric, Outcome, Split

SEED = ["task", "method", "variant", "seed"]
"""The columns that name one training run."""


def of_splits(rows: pd.DataFrame, splits: Mapping[str, Split]) -> pd.DataFrame:
    """The rows that were measured on the split that `splits` has for their task."""
    return rows[rows["split"].astype("str") == rows["task"].astype("str").map(splits)]


def seed_curves(
    rows: pd.DataFrame,
    outcomes: pd.DataFrame,
    splits: Mapping[str, Split],
    anchors: Mapping[str, Anchors],
    budgets: Mapping[str, int],
) -> pd.DataFrame:
    """Mean return of each evaluation on the task's own split: columns task, method, variant, seed, step, value, sorted
    by these.

    `rows` has the columns of schema.ROWS; `outcomes` has SEED, outcome and step, one line per run.
    `step` is in the task's unit, `value` in its reward. A run without an evaluation is absent, unless it failed.
    """
    returns = rows.loc[rows["metric"] == Metric.RETURN_MEAN, [*SEED, "step", "split", "value"]]
    chosen = of_splits(returns, splits).drop(columns="split")
    chosen = chosen.astype({"task": "str", "method": "str", "variant": "str"})
    failed = outcomes.loc[outcomes["outcome"] != Outcome.FINISHED, [*SEED, "step"]]
    if failed.empty:
        return chosen.sort_values([*SEED, "step"], ignore_index=True)
    ends = chosen.merge(failed, how="left", on=SEED, suffixes=("", "_of_failure"))["step_of_failure"]
    # A failed seed's NaN before its failure is part of the failure; a finished seed's NaN stays and is seen.
    counts = ends.isna() | ((chosen["step"].to_numpy() < ends) & np.isfinite(chosen["value"].to_numpy()))
    kept = chosen[counts.to_numpy()]
    floors = [
        {**dict(zip(SEED, (task, method, variant, seed), strict=True)), "step": at, "value": anchors[task].random}
        for task, method, variant, seed, step in failed.itertuples(index=False)
        for at in sorted({step, max(step, budgets[task])})
    ]
    return pd.concat([kept, pd.DataFrame(floors)], ignore_index=True).sort_values([*SEED, "step"], ignore_index=True)


def nominal_steps(budget: int, evaluations: int) -> np.ndarray:
    """The steps at which an evaluation was due: 0 and `evaluations` equal parts of the budget; [evaluations + 1]."""
    return np.linspace(0, budget, evaluations + 1)


def align(curves: pd.DataFrame, grids: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Put curves onto their task's grid by carrying the last value forward.

    A seed evaluates when an update or an episode ends, so a little off the step that was due. Its evaluation counts
    for the nearest grid step: else every late one would be shown a whole grid step too late, and the last one never.
    Same columns as `seed_curves`; a grid step before a seed's first evaluation has NaN.
    """
    keys, steps, values = [], [], []
    for key, curve in curves.groupby(SEED, observed=True):
        grid = grids[str(key[0])]
        reach = grid + (np.diff(grid).min() / 2 if len(grid) > 1 else 0)
        last = np.searchsorted(curve["step"].to_numpy(), reach, side="right") - 1
        keys += [key] * len(grid)
        steps.append(grid)
        values.append(np.where(last >= 0, curve["value"].to_numpy()[np.maximum(last, 0)], np.nan))
    if not keys:
        return curves.iloc[:0]
    return pd.DataFrame(keys, columns=SEED).assign(step=np.concatenate(steps), value=np.concatenate(values))
