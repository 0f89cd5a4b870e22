"""How much do the number of comparisons and label noise matter to a reward that is learned from them?

A reward model for every number of prompts and every share of rankings that are turned round, everything else as the
task has it. No run begins from these: what they are worth is in their records.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rlbench.core import catalog
from rlbench.core.artefact import Artefact, artefacts_of
from rlbench.core.catalog import TaskCard
from rlbench.core.clashes import of_fitting
from rlbench.core.studies.section import TASKS, section, tasks_of
from rlbench.core.validation import Path, Problem, check, kind

RECORDING = "recording"
SIZE, NOISE = "prompts", "flipped"
"""What is varied of it."""
KEYS = (TASKS, RECORDING)

Settings = dict[str, Any]
Resolved = Callable[[str, Settings], Settings]
"""The settings of a task with some changes laid over them."""


@dataclass(frozen=True)
class RewardModels:
    """What is asked: on which tasks, with how many prompts and what share of rankings turned round."""

    tasks: tuple[str, ...]
    prompts: tuple[int, ...]
    flipped: tuple[float, ...]

    def points(self, resolved: Resolved) -> Iterator["RewardPoint"]:
        """Every reward model, by task, noise and size, the smallest first; a task's own size and noise are among
        them."""
        for task in self.tasks:
            own = resolved(task, {})[RECORDING]
            for flipped in sorted({own[NOISE], *self.flipped}):
                for prompts in sorted({own[SIZE], *self.prompts}):
                    settings = resolved(task, {RECORDING: {SIZE: prompts, NOISE: flipped}})
                    artefacts = artefacts_of(catalog.tasks()[task], settings)
                    yield RewardPoint(task, settings, artefacts, (prompts, flipped) == (own[SIZE], own[NOISE]))


@dataclass(frozen=True)
class RewardPoint:
    """A reward model, and what it is made from."""

    task: str
    settings: Settings
    """Of the task."""
    artefacts: tuple[Artefact, ...]
    """Each after those that it is made from."""
    published: bool
    """Whether runs of the matrix begin from it."""

    def clashes(self) -> Iterator[str]:
        """One sentence for each pair of settings that do not fit together."""
        yield from of_fitting(self.settings[RECORDING], self.settings["fitting"])

    @property
    def summary(self) -> dict[str, Any]:
        """What the analysis has to know of it: files lie below the results folder."""
        recording, fitting = self.settings[RECORDING], self.settings["fitting"]
        made = {one.kind: one for one in self.artefacts}
        return {
            "task": self.task,
            "prompts": recording[SIZE],
            "comparisons": recording[SIZE] * recording["answers"] // fitting["answers"],
            "flipped": recording[NOISE],
            "published": self.published,
            "compared": made["comparisons"].path.as_posix(),
            "compared_record": made["comparisons"].record.as_posix(),
            "reward_record": made["reward"].record.as_posix(),
        }


def read(given: Mapping[str, Any]) -> RewardModels:
    """What a configuration without problems asks."""
    recording = given[RECORDING]
    return RewardModels(tuple(given["tasks"]), tuple(recording[SIZE]), tuple(map(float, recording[NOISE])))


def problems(given: Any, seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """All that is wrong with the section. `seeds` has every task of the configuration."""
    found = section(given, KEYS, path)
    if not isinstance(given, dict):
        return found
    tasks, asked = tasks_of(given), given.get(RECORDING) or {}
    fitting = [name for name in seeds if _records(catalog.tasks().get(name))]
    wanted = f"of the tasks above, {', '.join(fitting) or 'none'} can be asked"
    found += [
        Problem((*path, TASKS, place), f"{name!r}: {wanted}") for place, name in enumerate(tasks) if name not in fitting
    ]
    return found + (_recording([name for name in tasks if name in fitting], asked, (*path, RECORDING)) if asked else [])


def _records(card: TaskCard | None) -> bool:
    """Whether a task has the answers of a model compared, as many as one likes."""
    return card is not None and "comparisons" in card.begins_from


def _recording(tasks: list[str], asked: Any, path: Path) -> list[Problem]:
    """Two lists of values, each in the range of the setting."""
    if not isinstance(asked, dict) or asked.keys() != {SIZE, NOISE}:
        return [Problem(path, f"a mapping with lists of {SIZE} and of {NOISE} is wanted")]
    found = []
    for name, values in asked.items():
        if not isinstance(values, list) or not values or len(set(map(str, values))) < len(values):
            found.append(Problem((*path, name), f"{values!r} is {kind(values)}; a list of different values is wanted"))
            continue
        for task in tasks[:1]:  # the setting has the same range on all of them
            known = {RECORDING: catalog.tasks()[task].settings[RECORDING]}
            found += [one for value in values for one in check(known, {RECORDING: {name: value}}, path[:-1])]
    return found
