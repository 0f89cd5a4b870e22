"""A table: a question, one frame that holds the answer in full numbers, and notes on how it was made.

Names of columns carry the layout: `x` with `x_low` and `x_high` is shown as one column `estimate [low, high]`, and
`n` is the number of training runs behind a line, with a dagger where it is low.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from rlbench import __version__
from rlbench.report.digits import NOTHING, interval, shown
from rlbench.report.plan import Plan

FEW_SEEDS = 20
"""Below this many training runs a line is marked: only effects of about a standard deviation can be seen."""
DAGGER = "\N{DAGGER}"


@dataclass(frozen=True)
class Table:
    """What is written as CSV, Markdown, LaTeX and HTML.

    `identifier` names its files, `question` is its title. `headings` renames columns for readers, `missing` and
    `never` say what NaN and infinity in a column mean, and `place` orders the tables on the page.
    """

    identifier: str
    question: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    place: int
    headings: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> pd.DataFrame:
        """The frame as text for readers: intervals in one cell, few digits, daggers."""
        columns = {}
        for name in self.frame.columns:
            if self._is_bound(name):
                continue
            heading = self.headings.get(name, name.replace("_", " "))
            columns[heading] = pd.Series(self._cells(name), index=self.frame.index, dtype="str")
        return pd.DataFrame(columns)

    def numeric(self) -> list[bool]:
        """For each column of `shown`, whether it holds numbers and wants to stand to the right."""
        names = [name for name in self.frame.columns if not self._is_bound(name)]
        return [pd.api.types.is_numeric_dtype(self.frame[name].dtype) for name in names]

    def footer(self, plan: Plan) -> tuple[str, ...]:
        """The notes, and what a reader needs to make the table again."""
        few = "n" in self.frame and bool((self.frame["n"] < FEW_SEEDS).any())
        dagger = (f"{DAGGER} fewer than {FEW_SEEDS} training runs: only large differences can be seen.",) if few else ()
        made = f"Table {self.identifier}, rlbench {__version__}, plan {plan.digest}, made by: {plan.command}"
        return (*self.notes, *dagger, made)

    def _is_bound(self, name: str) -> bool:
        base, _, end = name.rpartition("_")
        return end in ("low", "high") and base in self.frame.columns

    def _cells(self, name: str) -> list[str]:
        values = self.frame[name].tolist()
        if f"{name}_low" in self.frame.columns:
            low, high = self.frame[f"{name}_low"].tolist(), self.frame[f"{name}_high"].tolist()
            return [interval(*numbers) for numbers in zip(values, low, high, strict=True)]
        words = {"missing": self.missing.get(name, NOTHING), "never": self.never.get(name, "not finite")}
        cells = [shown(value, **words) for value in values]
        if name == "n":
            return [cell + DAGGER * bool(n < FEW_SEEDS) for cell, n in zip(cells, values, strict=True)]
        return cells
