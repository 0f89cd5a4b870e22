"""A data set that a task is given: where it lies, and its rows."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset, disable_progress_bars, load_dataset
from datasets.exceptions import DatasetsError

from rlbench.core.hub import Pinned
from rlbench.core.noise import Noise, Purpose
from rlbench.core.places import DataOnHub, Local, Word
from rlbench.core.ranges import Count
from rlbench.core.supplies import Unsupplied, split_files

BETWEEN_TEXTS = "<|endoftext|>"
"""What divides the texts of a plain file."""
READERS = {"jsonl": "json", "json": "json", "parquet": "parquet", "csv": "csv"}

disable_progress_bars()


@dataclass(frozen=True, kw_only=True)
class GivenData:
    """Rows of one or two splits of a data set."""

    hub: DataOnHub
    folder: Local = ""
    """Taken in place of the hub's, if it is given: its files of data below it, each with the name of its split as a
    word of its own name, as JSON lines, parquet, CSV, or texts divided by <|endoftext|>."""
    subset: Word = ""
    """Of those that the hub lists, where it lists any."""
    directory: Word = ""
    """Of the hub's repository, if not all of it is wanted."""
    split: Word = "train"
    held_out: Word = ""
    """The split that is kept for evaluation; where none is, one prompt in five of the other is."""
    rows: Count = 20_000
    """Of each split at most so many are looked at, drawn at random."""

    def read(self, split: str, noise: Noise) -> list[dict[str, Any]]:
        """The rows of a split. Raises Unsupplied where it cannot be had."""
        with self._opened(split) as found:
            if len(found) > self.rows:
                draw = noise.generator(noise.seeds[0], Purpose.DATA, 0)
                found = found.select(sorted(draw.permutation(len(found))[: self.rows].tolist()))
            return found.to_list()

    @contextmanager
    def _opened(self, split: str) -> Iterator[Dataset]:
        """Of a local folder without a trace of it in the library's own cache."""
        try:
            if not self.folder:
                pinned = Pinned.of("datasets", self.hub)
                where = {"name": self.subset or None, "data_dir": self.directory or None}
                yield load_dataset(pinned.name, revision=pinned.revision, split=split, **where)  # pyright: ignore
                return
            with tempfile.TemporaryDirectory() as cache:
                yield _local(split_files(Path(self.folder), split), cache)
        except (OSError, ValueError, DatasetsError) as error:
            because = str(error.__cause__ or error).strip().splitlines()[0]
            raise Unsupplied(f"{self} cannot be read: {because}; data: {{folder: ...}} names a local copy") from None

    def __str__(self) -> str:
        return self.folder or self.hub


def _local(paths: list[Path], cache: str) -> Dataset:
    [kind, *others] = {next(s[1:] for s in path.suffixes if s[1:] in {*READERS, "txt"}) for path in paths}
    if others:
        raise ValueError(f"files of different kinds: {', '.join(path.name for path in paths)}")
    if kind == "txt":
        texts = [text.strip() for path in paths for text in path.read_text("utf-8").split(BETWEEN_TEXTS)]
        return Dataset.from_dict({"text": [text for text in texts if text]})
    named = [str(path) for path in paths]
    return load_dataset(READERS[kind], data_files=named, split="train", cache_dir=cache)  # pyright: ignore
