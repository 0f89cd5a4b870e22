"""Read the run files of a plan: what was evaluated, what the updates came to, and what was recorded beside them.

A plan's files hold millions of rows, nearly all of them on single updates and on episodes during training. Updates
and batches of answers are put together as each file is read and training episodes are left where they are, so that
memory holds one file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rlbench.core.schema import METADATA_KEY, ROWS, SCHEMA_VERSION, Split
from rlbench.report.beginnings import FOLDERS
from rlbench.report.limits import kl_limit
from rlbench.report.plan import Cell, Plan
from rlbench.stats.collected import COLLECTED, KEPT, collected
from rlbench.stats.curves import SEED
from rlbench.stats.updates import SUMMARY, TRACE, kl_trace, summarise

OUTCOME_COLUMNS = [*SEED, "outcome", "reason", "step"]
ROW_COLUMNS = [*SEED, "step", "split", "metric", "value"]
READ = ROW_COLUMNS[len(SEED) - 1 :]
"""The columns that differ within a file."""


@dataclass(frozen=True)
class Block:
    """Seeds of one cell that were trained in one program.

    `measured` is the JSON record beside the run file (seconds, memory, versions, machine). Its costs are those of
    all `seeds` together: a figure per seed is an attribution, cost divided by len(seeds). `began_from` has the
    fingerprint of each artefact that they began from, by its kind.
    """

    cell: Cell
    file: str
    seeds: tuple[int, ...]
    settings: Mapping[str, Any]
    task_settings: Mapping[str, Any]
    code: Mapping[str, Any]
    measured: Mapping[str, Any]
    began_from: Mapping[str, str]


@dataclass(frozen=True)
class Runs:
    """All runs of a plan, every frame with the columns of SEED.

    `rows` holds what was evaluated, prepared and spent: step, split, metric, value. `outcomes` has one line per run
    and OUTCOME_COLUMNS, `updates` one line per run that made any and stats.updates.SUMMARY, `kl` stats.updates.TRACE,
    `collected` stats.collected.COLLECTED.
    """

    rows: pd.DataFrame
    outcomes: pd.DataFrame
    updates: pd.DataFrame
    kl: pd.DataFrame
    collected: pd.DataFrame
    blocks: tuple[Block, ...]

    @property
    def names(self) -> set[tuple[str, int]]:
        """File and seed of each run."""
        return {(block.file, seed) for block in self.blocks for seed in block.seeds}

    @classmethod
    def read(cls, results: Path, plan: Plan) -> "Runs":
        """Read every file that the plan names, and keep the seeds that its cells name.

        Raises FileNotFoundError for a file that is not there, and ValueError for one that is not what the plan says:
        another schema, cell or fingerprint, a seed that occurs twice or not at all.
        """
        contents = [
            _read(Path(results) / file, file, cell, plan.tasks[cell.task].budget)
            for cell in plan.cells
            for file in cell.files
        ]
        for cell in plan.cells:
            seeds = sorted(end["seed"] for content in contents if content.block.cell is cell for end in content.ends)
            if seeds != sorted(cell.seeds):
                raise ValueError(f"{cell.task}/{cell.method}: files hold seeds {seeds}, the plan has {cell.seeds}")
        ends = [end for content in contents for end in content.ends]
        return cls(
            rows=_together([content.rows for content in contents], ROW_COLUMNS),
            outcomes=pd.DataFrame(ends, columns=OUTCOME_COLUMNS).astype({"seed": "int64", "step": "int64"}),
            updates=_together([content.updates for content in contents], [*SEED, *SUMMARY[1:]]),
            kl=_together([content.kl for content in contents], [*SEED, *TRACE[1:]]),
            collected=_together([content.collected for content in contents], [*SEED, *COLLECTED[1:]]),
            blocks=tuple(content.block for content in contents),
        )


@dataclass(frozen=True)
class _Content:
    """What is kept of one file."""

    block: Block
    ends: list[dict[str, Any]]
    rows: pd.DataFrame
    updates: pd.DataFrame
    kl: pd.DataFrame
    collected: pd.DataFrame


def _read(path: Path, file: str, cell: Cell, budget: int) -> _Content:
    schema = pq.read_schema(path)
    if not schema.equals(ROWS):
        raise ValueError(f"{path}: its columns are not those of a run file")
    about = json.loads((schema.metadata or {}).get(METADATA_KEY, b"{}"))
    _check(path, cell, about)
    run = {"task": cell.task, "method": cell.method, "variant": cell.variant}
    ends = [run | {"seed": int(seed)} | end for seed, end in about["outcomes"].items()]
    wanted = (pc.field("split") != Split.TRAIN.value) | pc.field("metric").isin([metric.value for metric in KEPT])
    rows = pq.read_table(path, columns=READ, filters=wanted & pc.field("seed").isin(cell.seeds)).to_pandas()
    updates, batches = (rows[rows["split"] == split] for split in (Split.UPDATE, Split.TRAIN))
    others = rows[~rows["split"].isin([Split.UPDATE, Split.TRAIN])]
    return _Content(
        block=Block(
            cell=cell,
            file=file,
            seeds=tuple(about["seeds"]),
            settings=about["settings"],
            task_settings=about["task_settings"],
            code=about["code"],
            measured=json.loads(path.with_suffix(".record.json").read_text(encoding="utf-8")),
            began_from={kind: about[kind] for kind in FOLDERS if kind in about},
        ),
        ends=[end for end in ends if end["seed"] in cell.seeds],
        rows=others.astype({"split": "str", "metric": "str"}).assign(**run),
        updates=summarise(updates, kl_limit(about["settings"])).assign(**run),
        kl=kl_trace(updates, budget).assign(**run),
        collected=collected(batches.astype({"metric": "str"}), budget).assign(**run),
    )


def _check(path: Path, cell: Cell, about: Mapping[str, Any]) -> None:
    """That it is the cell's, whatever its variant was called when it was made."""
    expected = {
        "schema_version": SCHEMA_VERSION,
        "task": cell.task,
        "method": cell.method,
        "fingerprint": cell.fingerprint,
    }
    for word, value in expected.items():
        if about.get(word) != value:
            raise ValueError(f"{path}: {word} is {about.get(word)!r}, the plan has {value!r}")


def _together(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    kept = [frame[columns] for frame in frames if len(frame)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns)
