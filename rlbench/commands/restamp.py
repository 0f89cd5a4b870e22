"""Write recorded runs again under another fingerprint: the same rows, and beside them why that may be.

What was measured of the policies that they ended with goes along.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from rlbench.commands.earlier import Earlier
from rlbench.commands.earlier_code import ENGINE, EarlierCode
from rlbench.commands.recorded import read_about, read_record, record_of
from rlbench.commands.train import write_json
from rlbench.core.cell import Cell
from rlbench.core.ending import Ending
from rlbench.core.fingerprint import changes
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.loops.recorder import METRICS, SPLITS, Recorder
from rlbench.report.endings import write_ending


def restamp(plan: Plan, cell: Cell, earlier: Earlier, seeds: tuple[int, ...], code: EarlierCode | None = None) -> None:
    """Every earlier file of the cell under its present fingerprint, with the evidence in the record beside it: which
    seeds were trained again, what they were held against, and what had changed. The earlier files stay until they are
    pruned."""
    made, results = provenance(), plan.config.results
    evidence = {
        "from": earlier.fingerprint,
        "seeds_trained_again": list(seeds),
        "held_against": _described(code),
        "changed": changes(earlier.about["code"], cell.code),
        "at": now(),
        **{name: made[name] for name in ("commit", "dirty", "versions")},
    }
    for file in earlier.files:
        copy = results / cell.folder / file.name
        _write(file, copy, cell)
        _write_record(file, copy, {}, evidence)
    for ending in _endings(plan, cell, earlier):
        file, copy = results / ending.path_of(earlier.fingerprint), results / ending.path
        if record_of(file).exists():
            write_ending(copy, ending, pq.read_table(file).to_pandas())
            _write_record(file, copy, {"fingerprint": ending.fingerprint, "run": ending.run.as_posix()}, evidence)


def _endings(plan: Plan, cell: Cell, earlier: Earlier) -> list[Ending]:
    """What is asked now of the policies of these files. Where it had another code or other numbers, there is nothing
    under the fingerprint that it would have had."""
    asked = plan.config.studies.final_policies
    if asked is None or cell not in plan.cells or not asked.asks(cell):
        return []
    return [asked.ending(cell, file.stem) for file in earlier.files]


def _write_record(file: Path, copy: Path, changed: dict[str, Any], evidence: dict[str, Any]) -> None:
    record = read_record(file)
    write_json(record_of(copy), record | changed | {"adopted": [*record.get("adopted", []), evidence]})


def _described(code: EarlierCode | None) -> str | dict[str, Any]:
    if code is None:
        return "what is recorded"
    return {"code_of": code.commit, "share_of_budget": code.share, "engine": ENGINE}


def _write(file: Path, copy: Path, cell: Cell) -> None:
    about = read_about(file) | cell.content | {"fingerprint": cell.fingerprint, "code": cell.code}
    rows = pq.read_table(file).to_pandas()
    recorder = Recorder(tuple(about["seeds"]))
    metrics = METRICS + sorted(set(rows["metric"]) - set(METRICS))
    columns = {
        "split": _codes(rows["split"], SPLITS),
        "metric": _codes(rows["metric"], metrics),
        "position": _codes(rows["seed"], about["seeds"]),
        "step": rows["step"].to_numpy(),
        "value": rows["value"].to_numpy(),
    }
    recorder.restore({"columns": columns, "metrics": metrics})
    names = {"task": cell.task, "method": cell.method, "variant": cell.variant}
    recorder.write(copy, names, str(rows["unit"].iloc[0]), about)


def _codes(column: Any, words: list[Any]) -> np.ndarray:
    place = {word: index for index, word in enumerate(words)}
    return column.map(place).to_numpy(np.int64)
