"""The records of a data set that fit a task, in a file, and as the language that the task speaks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rlbench.core.atomic import replacing
from rlbench.corpora.corpus import Corpus, Record
from rlbench.languages.language import Judgement
from rlbench.languages.split import Split


@dataclass(frozen=True)
class Recorded:
    """A data set's prompts with their answers. Each prompt is either trained on or held out."""

    source: Corpus
    train: tuple[Record, ...]
    held_out: tuple[Record, ...]

    @classmethod
    def read(cls, path: Path, source: Corpus) -> "Recorded":
        """From the file that `write` wrote."""
        found: dict[bool, list[Record]] = {False: [], True: []}
        for row in pq.read_table(path).to_pylist():
            held_out = row.pop("held_out")
            values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
            found[held_out].append(Record(**values))
        return cls(source, tuple(found[False]), tuple(found[True]))

    def write(self, path: Path) -> None:
        """The same records are the same bytes."""
        rows = [
            asdict(record) | {"held_out": held_out}
            for held_out, records in ((False, self.train), (True, self.held_out))
            for record in records
        ]
        with replacing(path) as part:
            pq.write_table(pa.Table.from_pylist(rows), part)

    def prompts(self, draw: np.random.Generator, count: int, split: Split = "train") -> list[str]:
        """Of one split, drawn with replacement."""
        records = self.train if split == "train" else self.held_out
        return [records[n].prompt for n in draw.integers(len(records), size=count)]

    def corpus(self, draw: np.random.Generator, count: int) -> list[tuple[str, str]]:
        """Prompts to train on, drawn with replacement, each with its preferred answer."""
        return [preferred(self.train[n]) for n in draw.integers(len(self.train), size=count)]

    def judge(self, prompts: Sequence[str], answers: Sequence[str]) -> Judgement:
        """As the data set judges new answers. Raises KeyError for a prompt that is none of its own."""
        return self.source.judge(answers, [self._solutions[prompt] for prompt in prompts])

    @cached_property
    def _solutions(self) -> dict[str, str]:
        return {record.prompt: record.solution for record in (*self.train, *self.held_out)}


def preferred(record: Record) -> tuple[str, str]:
    """The prompt and the answer of the largest score, the first of them where there are several."""
    return record.prompt, record.answers[record.scores.index(max(record.scores))]
