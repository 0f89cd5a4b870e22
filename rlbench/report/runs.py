"""Read the run files of a plan: rows, outcomes and what was recorded beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rlbench.core.schema import METADATA_KEY, ROWS, SCHEMA_VERSION
from rlbench.report.plan import Cell, Plan

OUTCOME_COLUMNS = ["task", "method", "variant", "seed", "outcome", "reason", "step"]


@dataclass(frozen=True)
class Block:
    """Seeds of one cell that were trained in one program.

    `measured` is the JSON record beside the run file (seconds, memory, versions, machine). Its costs are those of
    all `seeds` together: a figure per seed is an attribution, cost divided by len(seeds).
    """

    cell: Cell
    file: str
    seeds: tuple[int, ...]
    settings: Mapping[str, Any]
    task_settings: Mapping[str, Any]
    code: Mapping[str, Any]
    measured: Mapping[str, Any]


@dataclass(frozen=True)
class Runs:
    """All runs of a plan: `rows` as in schema.ROWS, `outcomes` with OUTCOME_COLUMNS and one line per run."""

    rows: pd.DataFrame
    outcomes: pd.DataFrame
    blocks: tuple[Block, ...]

    @classmethod
    def read(cls, results: Path, plan: Plan) -> "Runs":
        """Read every file that the plan names, and keep the seeds that its cells name.

        Raises FileNotFoundError for a file that is not there, and ValueError for one that is not what the plan says:
        another schema, cell or fingerprint, a seed that occurs twice or not at all.
        """
        tables, outcomes, blocks = [ROWS.empty_table()], [], []
        for cell in plan.cells:
            ends: list[dict[str, Any]] = []
            for file in cell.files:
                table, block, found = _read_block(Path(results), cell, file)
                tables.append(table)
                blocks.append(block)
                ends += [end for end in found if end["seed"] in cell.seeds]
            seeds = sorted(end["seed"] for end in ends)
            if seeds != sorted(cell.seeds):
                raise ValueError(f"{cell.task}/{cell.method}: files hold seeds {seeds}, the plan has {cell.seeds}")
            outcomes += ends
        rows = pa.concat_tables(tables).unify_dictionaries().to_pandas()
        frame = pd.DataFrame(outcomes, columns=OUTCOME_COLUMNS).astype({"seed": "int64", "step": "int64"})
        return cls(rows=rows, outcomes=frame, blocks=tuple(blocks))


def _read_block(results: Path, cell: Cell, file: str) -> tuple[pa.Table, Block, list[dict[str, Any]]]:
    path = results / file
    table = pq.read_table(path)
    if not table.schema.equals(ROWS):
        raise ValueError(f"{path}: its columns are not those of a run file")
    about = json.loads((table.schema.metadata or {}).get(METADATA_KEY, b"{}"))
    expected = {
        "schema_version": SCHEMA_VERSION,
        "task": cell.task,
        "method": cell.method,
        "variant": cell.variant,
        "fingerprint": cell.fingerprint,
    }
    for word, value in expected.items():
        if about.get(word) != value:
            raise ValueError(f"{path}: {word} is {about.get(word)!r}, the plan has {value!r}")
    measured = json.loads(path.with_suffix(".record.json").read_text(encoding="utf-8"))
    block = Block(
        cell=cell,
        file=file,
        seeds=tuple(about["seeds"]),
        settings=about["settings"],
        task_settings=about["task_settings"],
        code=about["code"],
        measured=measured,
    )
    run = {"task": cell.task, "method": cell.method, "variant": cell.variant}
    ends = [run | {"seed": int(seed)} | end for seed, end in about["outcomes"].items()]
    chosen = table.filter(pc.field("seed").isin(cell.seeds))
    return chosen.replace_schema_metadata(None), block, ends
