"""Collect what a run emits and write it as one parquet file."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rlbench.core.atomic import replacing
from rlbench.core.schema import METADATA_KEY, ROWS, Metric, Split

SPLITS: list[str] = list(Split)
METRICS = [str(metric) for metric in Metric]
"""Those of every task, in their order; a run may have others of its own after these."""
ENCODINGS = {"seed": "DELTA_BINARY_PACKED", "step": "DELTA_BINARY_PACKED", "value": "BYTE_STREAM_SPLIT"}
"""A quarter smaller than plain: the whole matrix is kept in the repository."""


class Recorder:
    """Rows of one block of seeds, kept as columns."""

    def __init__(self, seeds: tuple[int, ...]):
        self._seeds = np.array(seeds)
        self._metrics = list(METRICS)
        self._chunks: list[tuple[np.ndarray, ...]] = []

    def add(self, split: Split, metric: StrEnum, positions: np.ndarray, steps: np.ndarray, values: np.ndarray) -> None:
        """One row for each position of a seed in the block, with the step it is at and a value."""
        count = len(positions)
        words = np.full(count, SPLITS.index(split), np.int16), np.full(count, self._code(metric), np.int16)
        self._chunks.append((*words, np.asarray(positions, np.int64), np.asarray(steps), np.asarray(values, float)))

    def _code(self, metric: str) -> int:
        if metric not in self._metrics:
            self._metrics.append(str(metric))
        return self._metrics.index(metric)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs: columns of numbers, and the names of metrics that some of these stand for."""
        return {"columns": self.columns(), "metrics": self._metrics}

    def columns(self) -> dict[str, np.ndarray]:
        """Everything so far, row by row in the order of arrival."""
        names = ("split", "metric", "position", "step", "value")
        empty = tuple(np.zeros(0, kind) for kind in (np.int16, np.int16, np.int64, np.int64, float))
        return dict(zip(names, map(np.concatenate, zip(empty, *self._chunks, strict=True)), strict=True))

    def restore(self, state: dict[str, Any]) -> None:
        columns, self._metrics = state["columns"], list(state["metrics"])
        self._chunks = [tuple(columns[name] for name in ("split", "metric", "position", "step", "value"))]

    def write(self, path: Path, names: dict[str, str], unit: str, about: dict[str, Any]) -> None:
        """Sorted rows with task, method and variant from `names`, and `about` as the file's own metadata."""
        columns = self.columns()
        seed = self._seeds[columns["position"]]
        words = METRICS + sorted(self._metrics[len(METRICS) :])  # whichever of a run's own came first
        metric = np.array([words.index(name) for name in self._metrics], np.int16)[columns["metric"]]
        order = np.lexsort((metric, columns["split"], columns["step"], seed))
        count = len(order)
        table = pa.table(
            [
                *(_word(np.zeros(count, np.int16), [names[key]]) for key in ("task", "method", "variant")),
                pa.array(seed[order], pa.int32()),
                pa.array(columns["step"][order], pa.int64()),
                _word(np.zeros(count, np.int16), [unit]),
                _word(columns["split"][order], SPLITS),
                _word(metric[order], words),
                pa.array(columns["value"][order], pa.float64()),
            ],
            schema=ROWS.with_metadata({METADATA_KEY: json.dumps(about, sort_keys=True).encode()}),
        )
        dictionaries = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
        with replacing(path) as part:
            pq.write_table(
                table,
                part,
                compression="zstd",
                compression_level=9,
                use_dictionary=dictionaries,  # pyright: ignore[reportArgumentType] - the stub forgets lists
                column_encoding=ENCODINGS,
            )


def _word(codes: np.ndarray, words: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int16()), pa.array([str(word) for word in words]))
