"""How much of a score is luck of its evaluation: a mean over few episodes differs from the policy's own mean."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rlbench.core.schema import Metric, Outcome, Split
from rlbench.stats.curves import SEED, of_splits
from rlbench.stats.scores import at_the_end


def standard_errors(rows: pd.DataFrame, splits: Mapping[str, Split]) -> pd.DataFrame:
    """Standard error of the mean return of each evaluation on its task's split: columns SEED, step and error.

    `rows` has the columns of schema.ROWS. The error is the standard deviation of return over an evaluation's
    episodes, divided by the root of their number; in the task's reward, NaN for one episode.
    """
    key = [*SEED, "step"]
    chosen = of_splits(rows, splits).astype({"task": "str", "method": "str", "variant": "str"})
    deviation, episodes = (
        chosen.loc[chosen["metric"] == metric, [*key, "value"]] for metric in (Metric.RETURN_SD, Metric.EPISODES)
    )
    both = deviation.merge(episodes, on=key, suffixes=("_sd", "_episodes"), validate="one_to_one")
    both["error"] = both["value_sd"] / np.sqrt(both["value_episodes"])
    return both[[*key, "error"]].sort_values(key, ignore_index=True)


def noise_of_mean(errors: np.ndarray) -> float:
    """Squared standard error of the mean of k evaluations, from the standard error of each, [k].

    Evaluations are independent of each other, given the policies: sum(error^2) / k^2.
    """
    return float((errors**2).sum() / len(errors) ** 2) if len(errors) else float("nan")


def final_noise(errors: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Squared standard error of every run's final score: the columns of SEED and noise, one line per run in `outcomes`.

    `errors` are those of `standard_errors`, in whose squared unit it is. NaN where a run has none; 0 for a run that
    failed, whose score is a fixed one.
    """
    noise = {
        key: noise_of_mean(at_the_end(error["step"].to_numpy(), error["error"].to_numpy()))
        for key, error in errors.groupby(SEED, observed=True)
    }
    runs = outcomes[SEED].itertuples(index=False, name=None)
    finished = (outcomes["outcome"] == Outcome.FINISHED).to_numpy()
    lines = [noise.get(key, np.nan) if whole else 0.0 for key, whole in zip(runs, finished, strict=True)]
    return outcomes[SEED].assign(noise=np.array(lines, dtype=float)).sort_values(SEED, ignore_index=True)
