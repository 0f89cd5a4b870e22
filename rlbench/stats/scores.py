"""From evaluations to one line per training run: how good at the end, on the way, at best, and when solved.

The training run is the unit of every statistic, so this is the table that all intervals are made from.
A run that failed stays in it: its final scores are the task's `random` anchor, its curve is that anchor from
the failure on, and it does not count as solved even if it had passed the line before.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rlbench.core.anchors import Anchors
from rlbench.core.schema import Outcome, Split
from rlbench.stats.curves import SEED, seed_curves

FINAL_PARTS = 10
"""The final score is the mean over the last tenth of the evaluations."""
COLUMNS = [
    *SEED,
    "outcome",
    "final",
    "final_deterministic",
    "final_stochastic",
    "area_under_curve",
    "area_under_curve_deterministic",
    "peak",
    "steps_to_solved",
    "solved",
]


def at_the_end(steps: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The last tenth of what was evaluated, by step, at least one; what was at step 0 only if there is no other."""
    trained = values[steps > 0] if (steps > 0).any() else values
    return trained[-max(1, len(trained) // FINAL_PARTS) :]


def final(steps: np.ndarray, values: np.ndarray) -> float:
    """Mean of the last tenth of the evaluations; NaN without one."""
    return float(at_the_end(steps, values).mean()) if len(values) else float("nan")


def area_under_curve(steps: np.ndarray, values: np.ndarray) -> float:
    """Average return over training: trapezoid over steps, divided by the range of steps; in the reward's unit."""
    if len(steps) == 0:
        return float("nan")
    if steps[-1] == steps[0]:
        return float(values[-1])
    return float(np.trapezoid(values, steps) / (steps[-1] - steps[0]))


def steps_to_solved(steps: np.ndarray, values: np.ndarray, solved: float) -> float:
    """First evaluation step with a mean return of at least `solved`; NaN if there is none (a censored time)."""
    reached = np.flatnonzero(values >= solved)
    return float(steps[reached[0]]) if len(reached) else float("nan")


def seed_scores(
    rows: pd.DataFrame,
    outcomes: pd.DataFrame,
    judged: Mapping[str, Split],
    anchors: Mapping[str, Anchors],
    budgets: Mapping[str, int],
) -> pd.DataFrame:
    """One line per run in `outcomes`, sorted by task, method, variant, seed.

    Columns: those four, outcome, final, final_deterministic, final_stochastic, area_under_curve (sampled actions),
    area_under_curve_deterministic, peak, steps_to_solved (NaN is censored), solved. `judged` is each task's split for
    final, peak, steps_to_solved and solved.
    Scores are in the task's reward, NaN where the run has no such evaluation; steps in the task's unit.
    """
    kinds = (judged, dict.fromkeys(judged, Split.DETERMINISTIC), dict.fromkeys(judged, Split.STOCHASTIC))
    own, deterministic, stochastic = (_by_seed(seed_curves(rows, outcomes, one, anchors, budgets)) for one in kinds)
    nothing = (np.empty(0), np.empty(0))
    lines = []
    for key in outcomes[[*SEED, "outcome"]].itertuples(index=False, name=None):
        task, outcome = key[0], key[-1]
        finished = outcome == Outcome.FINISHED
        curve, greedy, sampled = (one.get(key[:-1], nothing) for one in (own, deterministic, stochastic))
        reached = steps_to_solved(*curve, anchors[task].solved) if finished else float("nan")
        lines.append(
            dict(zip(SEED, key[:-1], strict=True))
            | {
                "outcome": outcome,
                "final": final(*curve) if finished else anchors[task].random,
                "final_deterministic": final(*greedy) if finished else anchors[task].random,
                "final_stochastic": final(*sampled) if finished else anchors[task].random,
                "area_under_curve": area_under_curve(*sampled),
                "area_under_curve_deterministic": area_under_curve(*greedy),
                "peak": float(curve[1].max()) if len(curve[1]) else float("nan"),
                "steps_to_solved": reached,
                "solved": bool(np.isfinite(reached)),
            }
        )
    return pd.DataFrame(lines, columns=COLUMNS).sort_values(SEED, ignore_index=True)


def _by_seed(curves: pd.DataFrame) -> dict[tuple[Any, ...], tuple[np.ndarray, np.ndarray]]:
    """(task, method, variant, seed) -> (steps, values)."""
    return {
        key: (curve["step"].to_numpy(dtype=float), curve["value"].to_numpy(dtype=float))
        for key, curve in curves.groupby(SEED, observed=True)
    }
