"""What each training run cost, counted, and which methods give the most for it."""

import numpy as np
import pandas as pd

from rlbench.core.schema import Metric, Split
from rlbench.report.values import Values
from rlbench.stats.censored import restricted
from rlbench.stats.curves import SEED
from rlbench.stats.keyed import keyed_generator
from rlbench.stats.pareto import probability_on_front


def run_costs(rows: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The columns of SEED, one for each metric of Split.COST, flop and flop_to_solved; one line per run in `scores`.

    `flop` are those of acting and updating; `flop_to_solved` those until the run's task was solved, in proportion to
    steps, or all where it never was. NaN where a run left no count.
    """
    spent = rows[rows["split"] == Split.COST]
    wide = spent.pivot(index=SEED, columns="metric", values="value").reset_index()
    steps = spent.groupby(SEED, observed=True)["step"].max().rename("end").reset_index()
    both = scores[[*SEED, "steps_to_solved"]].merge(wide, how="left", on=SEED).merge(steps, how="left", on=SEED)
    flop = both.reindex(columns=[Metric.ROLLOUT_FLOP, Metric.UPDATE_FLOP]).astype(float).sum(axis=1, skipna=False)
    to_solved = restricted(flop * both["steps_to_solved"] / both["end"].where(both["end"] > 0), flop)
    return both.drop(columns=["steps_to_solved", "end"]).assign(flop=flop, flop_to_solved=to_solved)


def fronts(finals: Values, identifier: str, costs: Values) -> dict[tuple[str, str, str], float]:
    """Chance of each cell to be on its task's front of final score against cost; `costs` are [seeds] like `finals`."""
    found: dict[tuple[str, str, str], float] = {}
    for task in dict.fromkeys(task for task, *_ in finals):
        cells = [cell for cell in finals if cell[0] == task and np.isfinite(costs.get(cell, np.array([np.nan]))).all()]
        chances = probability_on_front(
            [costs[cell] for cell in cells], [finals[cell] for cell in cells], keyed_generator(identifier, task)
        )
        found |= dict(zip(cells, chances.tolist(), strict=True))
    return found
