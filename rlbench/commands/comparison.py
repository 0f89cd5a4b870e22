"""Two recordings of the same seeds, held against each other row by row and bit by bit."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from rlbench.commands.recorded import read_about

ORDER = ["seed", "step", "split", "metric"]


@dataclass(frozen=True)
class Comparison:
    """What differs between what was recorded and what is recorded now."""

    rows: int
    """Recorded before."""
    differing: int
    """Rows that are not the same in every bit."""
    largest: float
    """The largest difference of two values, as a share of the larger one; infinite where rows have no counterpart."""
    first: str | None
    """The first row that differs, or else the end of a run that does, in words; None where nothing differs."""


def compare(before: Iterable[Path], now: Path, seeds: tuple[int, ...]) -> Comparison:
    """Every row of these seeds and how they ended; before, they may lie in several files."""
    before = list(before)
    was, is_now = _rows(before, seeds), _rows([now], seeds)
    made = _compare(was, is_now)
    ends = None if made.first else _compare_ends(before, now, seeds)
    return Comparison(made.rows, made.differing, np.inf, ends) if ends else made


def _rows(files: list[Path], seeds: tuple[int, ...]) -> pd.DataFrame:
    tables = [pq.read_table(file, filters=[("seed", "in", seeds)]).to_pandas() for file in files]
    rows = pd.concat([table.astype(dict.fromkeys(("split", "metric", "unit"), "str")) for table in tables])
    return rows.sort_values(ORDER, kind="stable", ignore_index=True)


def _compare(before: pd.DataFrame, now: pd.DataFrame) -> Comparison:
    """Values by their bits: what is not a number is the same as itself, and zero is not minus zero."""
    keys, shared = [*ORDER, "unit"], min(len(before), len(now))
    old, new = (frame["value"].to_numpy()[:shared] for frame in (before, now))
    elsewhere = (before[keys][:shared] != now[keys][:shared]).any(axis=1).to_numpy()
    other = np.nonzero((old.view(np.int64) != new.view(np.int64)) | elsewhere)[0]
    lost = abs(len(before) - len(now))
    largest = np.inf if lost or elsewhere.any() else _relative(old[other], new[other])
    first = f"{len(before)} rows were recorded, now there are {len(now)}" if lost else None
    if len(other):
        was, is_now = before.iloc[other[0]], now.iloc[other[0]]
        place = "" if _place(was) == _place(is_now) else f"{_place(is_now)} is "
        first = f"{_place(was)} was {float(was['value'])!r}, now {place}{float(is_now['value'])!r}"
    return Comparison(len(before), len(other) + lost, largest, first)


def _relative(old: np.ndarray, new: np.ndarray) -> float:
    if not (np.isfinite(old) & np.isfinite(new)).all():
        return np.inf
    scale = np.maximum(np.abs(old), np.abs(new))
    return float(np.divide(np.abs(old - new), scale, out=np.zeros_like(scale), where=scale > 0).max(initial=0))


def _place(row: pd.Series) -> str:
    return f"seed {row['seed']}, step {row['step']}, {row['split']} {row['metric']}"


def _compare_ends(before: list[Path], again: Path, seeds: tuple[int, ...]) -> str | None:
    now = read_about(again)["outcomes"]
    ended = {seed: end for file in before for seed, end in read_about(file)["outcomes"].items()}
    for seed in map(str, seeds):
        if ended[seed] != now[seed]:
            return f"seed {seed} ended {json.dumps(ended[seed])}, now {json.dumps(now[seed])}"
    return None
