"""What are the policies worth that runs end with, asked more than runs ask them, and how far are they from the first?

Answers of language models to one list of prompts, the same for all runs and methods: what seeds and prompts contribute
to a mean can then be told apart. Policies of control tasks are held against those that they began as. The runs are
those of the matrix; none is added.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rlbench.core import catalog, ranges
from rlbench.core.catalog import TaskCard
from rlbench.core.cell import Cell, Job
from rlbench.core.ending import Asked, Ending
from rlbench.core.source import imported_names
from rlbench.core.studies.section import TASKS, section, tasks_of, unknown_tasks
from rlbench.core.validation import Path, Problem, fits

NUMBERS = {"prompts": ranges.Pair, "samples": ranges.Pair, "episodes": ranges.Count}
KEYS = (TASKS, *NUMBERS)


@dataclass(frozen=True)
class FinalPolicies:
    """What is asked: `samples` answers to each of so many `prompts` of every language model, and that many `episodes`
    of every other policy."""

    tasks: tuple[str, ...]
    prompts: int
    samples: int
    episodes: int

    def endings(self, published: Iterable[Job]) -> Iterator[Ending]:
        """One for each run file of these tasks."""
        for job in published:
            if self.asks(job.cell):
                yield self.ending(job.cell, job.path.stem)

    def asks(self, cell: Cell) -> bool:
        """Whether there is something to ask of its policies. Who takes the action of largest value and now and then any
        other is from any action at random as far as the share of these says, whatever was learned."""
        return cell.task in self.tasks and "action_values" not in catalog.methods()[cell.method].needs

    def ending(self, cell: Cell, block: str) -> Ending:
        """That of one block of seeds."""
        episodes = Ending(cell, block, {"episodes": self.episodes})
        if episodes.asked is Asked.KL_INITIAL:
            return episodes
        return Ending(cell, block, {"prompts": self.prompts, "samples": self.samples})


def read(given: Mapping[str, Any]) -> FinalPolicies:
    """What a configuration without problems asks."""
    return FinalPolicies(tuple(given[TASKS]), **{name: given[name] for name in NUMBERS})


def problems(given: Any, seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """All that is wrong with the section. `seeds` are those of every task of the configuration."""
    found = section(given, KEYS, path)
    if isinstance(given, dict):
        found += [
            problem
            for name, wanted in NUMBERS.items()
            if given.get(name)
            for problem in fits(wanted, given[name], (*path, name))
        ]
    found += unknown_tasks(given, seeds, path)
    cards = [(place, catalog.tasks().get(name)) for place, name in enumerate(tasks_of(given)) if name in seeds]
    reasons = [(place, card.name, _not_asked(card)) for place, card in cards if card]
    return found + [Problem((*path, TASKS, place), f"{name!r}: {why}") for place, name, why in reasons if why]


def _not_asked(card: TaskCard) -> str:
    """Why there is nothing to measure on a task; empty where there is."""
    if "given_comparisons" in card.begins_from:
        return "nobody knows what its answers are worth"
    if card.side == "control" and card.begins_from:
        return "its policies begin as the reference, and how far they are from that every run records"
    if "Standardised" in imported_names(card.path):
        return "what its policies are shown depends on all that they saw in training, and that is not kept"
    return ""
