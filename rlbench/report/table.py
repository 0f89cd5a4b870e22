"""A table: a question, one frame that holds the answer in full numbers, and notes on how it was made.

Names of columns carry the layout: `x` with `x_low` and `x_high` is shown as one column `estimate [low, high]`,
`n` is the number of training runs behind a line, with a dagger where it is low, and a line with another `family` (or
what else a table groups by) than the one before begins a group. Programs read the frame; readers see it as blocks
under headings.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from rlbench import __version__
from rlbench.report.digits import NOTHING, interval, shown
from rlbench.report.plan import Plan
from rlbench.report.wording import paragraph

FEW_SEEDS = 20
"""Below this many training runs a line is marked: only effects of about a standard deviation can be seen."""
DAGGER = "\N{DAGGER}"


class Bold(str):
    """A cell that stands out."""


@dataclass(frozen=True)
class Block:
    """Lines under one heading (empty where a table has no sections), parted into groups of kin."""

    heading: str
    groups: list[list[list[str]]]


@dataclass(frozen=True)
class Table:
    """What is written as CSV, Markdown, LaTeX and HTML.

    `identifier` names its files, `question` is its title. `headings` renames columns for readers, `missing` and
    `never` say what NaN and infinity in a column mean, and `place` orders the tables on the page. The values of the
    column `section` become headings between the lines. Columns in `once` that hold one value throughout become a note.
    Columns in `references` hold arXiv numbers and the like, which are links where there can be any. Changes of value
    in the column `group`, where there is one, part the lines of a block. `bold` names for a column the one that says,
    line by line, whether it stands out. `summary` is what the numbers say and `undecided` what they do not, with what
    would decide it, both in sentences.
    """

    identifier: str
    question: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    place: int
    headings: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)
    section: str = ""
    once: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    group: str = "family"
    bold: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    undecided: str = ""

    @property
    def paragraph(self) -> str:
        """All sentences on the table; none where it answers for itself."""
        return paragraph(self.summary, self.undecided)

    def shown(self) -> pd.DataFrame:
        """The frame as text for readers: intervals in one cell, few digits, daggers."""
        columns = {
            self.heading(name): pd.Series(self._cells(name), index=self.frame.index, dtype="str")
            for name in self._names()
        }
        return pd.DataFrame(columns)

    def blocks(self) -> list[Block]:
        """The lines of `shown`, under the headings that they belong to and in the groups that belong together."""
        names, shown = self._names(), self._emphasised()
        headings = self.frame[self.section].astype(str).tolist() if self.section else [""] * len(shown)
        families = self.frame[self.group].tolist() if self.group in names else [""] * len(shown)
        blocks: list[Block] = []
        before = None
        for heading, family, cells in zip(headings, families, shown, strict=True):
            if not blocks or blocks[-1].heading != heading:
                blocks.append(Block(heading, []))
                before = None
            if family != before:
                blocks[-1].groups.append([])
            elif self.group in names:
                cells[names.index(self.group)] = ""  # said once, at the head of the group
            blocks[-1].groups[-1].append(cells)
            before = family
        return blocks

    def heading(self, name: str) -> str:
        """What readers see above a column."""
        return self.headings.get(name, name.replace("_", " "))

    def numeric(self) -> list[bool]:
        """For each column of `shown`, whether it holds numbers and wants to stand to the right."""
        return [pd.api.types.is_numeric_dtype(self.frame[name].dtype) for name in self._names()]

    def linked(self) -> list[bool]:
        """For each column of `shown`, whether its cells say where a paper is."""
        return [name in self.references for name in self._names()]

    def footer(self, plan: Plan) -> tuple[str, ...]:
        """The notes, and what a reader needs to make the table again."""
        few = "n" in self.frame and bool((self.frame["n"] < FEW_SEEDS).any())
        dagger = (f"{DAGGER} fewer than {FEW_SEEDS} training runs: only large differences can be seen.",) if few else ()
        same = tuple(f"{self.heading(name)}, for every line: {self._cells(name)[0]}" for name in self._said_once())
        made = f"Table {self.identifier}, rlbench {__version__}, plan {plan.digest}, made by: {plan.command}"
        return (*self.notes, *same, *dagger, made)

    def _emphasised(self) -> list[list[str]]:
        """The lines of `shown`, with what stands out as Bold."""
        lines, names = self.shown().to_numpy().tolist(), self._names()
        for name, flag in self.bold.items():
            place = names.index(name)
            for line, stands_out in zip(lines, self.frame[flag], strict=True):
                line[place] = Bold(line[place]) if stands_out else line[place]
        return lines

    def _names(self) -> list[str]:
        """Columns that readers see as such."""
        apart = {self.section, *self._said_once(), *self.bold.values()}
        return [name for name in self.frame.columns if name not in apart and not self._is_bound(name)]

    def _said_once(self) -> list[str]:
        return [name for name in self.once if len(self.frame) > 1 and self.frame[name].nunique(dropna=False) == 1]

    def _is_bound(self, name: str) -> bool:
        base, _, end = name.rpartition("_")
        return end in ("low", "high") and base in self.frame.columns

    def _cells(self, name: str) -> list[str]:
        values = self.frame[name].tolist()
        if f"{name}_low" in self.frame.columns:
            low, high = self.frame[f"{name}_low"].tolist(), self.frame[f"{name}_high"].tolist()
            never = self.never.get(name, NOTHING)
            lines = zip(values, low, high, strict=True)
            return [never if math.isinf(numbers[0]) else interval(*numbers) for numbers in lines]
        words = {"missing": self.missing.get(name, NOTHING), "never": self.never.get(name, "not finite")}
        cells = [shown(value, **words) for value in values]
        if name == "n":
            return [cell + DAGGER * bool(n < FEW_SEEDS) for cell, n in zip(cells, values, strict=True)]
        return cells
