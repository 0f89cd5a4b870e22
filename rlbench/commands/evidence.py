"""Whether the present code still gives what is recorded: some seeds are trained again and compared to the byte."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from rlbench.commands.earlier import Earlier
from rlbench.commands.recorded import read_about, record_of
from rlbench.commands.train import train_job
from rlbench.core.plan import Cell, Job, Plan, block_name
from rlbench.core.scratch import FOLDER

ORDER = ["seed", "step", "split", "metric"]


def chosen_seeds(cell: Cell, seeds: list[int], count: int) -> tuple[int, ...]:
    """Seeds to train again, drawn by the cell's new fingerprint: nobody can pick them, and the next time they are the
    same."""
    draw = np.random.default_rng(int(cell.fingerprint, 16))
    return tuple(sorted(int(seed) for seed in draw.choice(seeds, min(count, len(seeds)), replace=False)))


def first_difference(plan: Plan, cell: Cell, earlier: Earlier, seeds: tuple[int, ...]) -> str | None:
    """Train these seeds with the present code and say where their rows first differ from the earlier ones, if they do.

    The engine and the machine are the present ones: bits that differ for their sake count as well.
    """
    job = Job(cell, seeds, Path(FOLDER, "adopt", cell.fingerprint, f"{block_name(seeds)}.parquet"), done=False)
    again = plan.config.results / job.path
    if not record_of(again).exists():
        train_job(plan, job)
    found = _compare(_rows(list(earlier.files), seeds), _rows([again], seeds)) or _compare_ends(earlier, again, seeds)
    for path in (again, record_of(again)):
        path.unlink()
    return found


def _rows(files: list[Path], seeds: tuple[int, ...]) -> pd.DataFrame:
    tables = [pq.read_table(file, filters=[("seed", "in", seeds)]).to_pandas() for file in files]
    rows = pd.concat([table.astype(dict.fromkeys(("split", "metric", "unit"), "str")) for table in tables])
    return rows.sort_values(ORDER, kind="stable", ignore_index=True)


def _compare(before: pd.DataFrame, now: pd.DataFrame) -> str | None:
    """Values by their bits: what is not a number is the same as itself, and zero is not minus zero."""
    keys = [*ORDER, "unit"]
    same_length = min(len(before), len(now))
    bits = [frame["value"].to_numpy()[:same_length].view(np.int64) for frame in (before, now)]
    other = np.nonzero((bits[0] != bits[1]) | (before[keys][:same_length] != now[keys][:same_length]).any(axis=1))[0]
    if len(other):
        was, is_now = before.iloc[other[0]], now.iloc[other[0]]
        return f"{_place(was)} was {was['value']!r}, now {_place(is_now)} is {is_now['value']!r}"
    if len(before) != len(now):
        return f"{len(before)} rows were recorded, now there are {len(now)}"
    return None


def _place(row: pd.Series) -> str:
    return f"seed {row['seed']}, step {row['step']}, {row['split']} {row['metric']}"


def _compare_ends(earlier: Earlier, again: Path, seeds: tuple[int, ...]) -> str | None:
    now = read_about(again)["outcomes"]
    before = {seed: end for file in earlier.files for seed, end in read_about(file)["outcomes"].items()}
    for seed in map(str, seeds):
        if before[seed] != now[seed]:
            return f"seed {seed} ended {json.dumps(before[seed])}, now {json.dumps(now[seed])}"
    return None
