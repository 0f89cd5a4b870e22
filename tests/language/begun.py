"""A language so small that it can be listed by hand, a model that has imitated it for a moment, what was recorded of
that model, and tasks that begin from these."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rlbench.core import catalog
from rlbench.core.noise import Noise
from rlbench.core.registry import load_method, load_task
from rlbench.core.rollout import Episodes, Rollout
from rlbench.language import imitation, recording, reward_fitting
from rlbench.language.imitation import Imitation
from rlbench.language.recording import AnswerRecording
from rlbench.language.reward_fitting import RewardFitting
from rlbench.language.session import LanguageSession
from rlbench.language.task import LanguageTask
from rlbench.languages.enumerable import Enumerable
from rlbench.loops.train import Training
from rlbench.updates.minibatch_adam import MinibatchAdam
from tests.training import small, training

LANGUAGE = Enumerable(letters=3, answer_symbols=2)
MODEL = Imitation(width=16, layers=1, heads=2, steps=6, texts=16, lr=1e-2)
SMALL = {"language": LANGUAGE, "imitation": MODEL, "temperature": 0.8}
COMPARED = {
    "recording": AnswerRecording(prompts=16, temperature=0.1, fresh_pairs=40),
    "fitting": RewardFitting(rule=MinibatchAdam(lr=1e-2, epochs=2, minibatches=4)),
}
TASKS = ("enumerable", "enumerable_preferences")
GROUPS = Episodes(episodes=8, group=4)
RUN: dict[str, Any] = {"seeds": (4, 7), "budget": 30}
"""Two rollouts at least: eight answers of three tokens at most."""


@dataclass(frozen=True)
class Begun:
    """A small task with the files that it begins from."""

    task: Any
    artefacts: Mapping[str, Path]

    def open(
        self, seeds: tuple[int, ...] = (4, 0), rollout: Rollout = GROUPS, needs: tuple[str, ...] = (), **changes: Any
    ) -> LanguageSession:
        """A session whose evaluations ask for six answers."""
        return replace(self.task, **changes).open(Noise(seeds), rollout, 6, frozenset(needs), self.artefacts)

    def training(self, tmp_path: Path, method: str, *, counted: bool = False, **run: Any) -> Training:
        """A run of a method. To count its floating-point operations takes longer than the run."""
        found = training(tmp_path, spoken(method), self.task, artefacts=self.artefacts, **RUN | run)
        found._flop_per_row = 0.0 if counted else 1.0
        return found


def begun(name: str, folder: Path, **changes: Any) -> Begun:
    """A task of the benchmark with a smaller language and model, begun in a folder."""
    task = replace(load_task(name), **SMALL | (COMPARED if name == "enumerable_preferences" else {}) | changes)
    return Begun(task, made(task, folder))


def made(task: LanguageTask, folder: Path) -> dict[str, Path]:
    """All that a task begins from, in the order in which the one is made from the other."""
    files = {"model": "model", "comparisons": "comparisons.safetensors", "reward": "reward.safetensors"}
    paths = {kind: folder / files[kind] for kind in task.begins_from}
    with patch.object(imitation, "JUDGED", 20):
        imitation.make(task, paths["model"], {})
    if "comparisons" in paths:
        recording.make(task, paths["comparisons"], {"model": paths["model"]})
        reward_fitting.make(task, paths["reward"], {kind: paths[kind] for kind in ("model", "comparisons")})
    return paths


def spoken(name: str, **changes: Any) -> Any:
    """A method as it is on a language task, with rollouts and minibatches small enough for tests."""
    kind, rollout = catalog.methods()[name].takes, load_method(name).rollout
    chosen = {"Fresh": vars(GROUPS), "Comparisons": {"prompts": GROUPS.episodes // getattr(rollout, "answers", 1)}}
    return small(name, **({"rollout": chosen[kind]} if kind in chosen else {}) | changes)


def speakers(task: str) -> list[str]:
    """Every method that can run on a task."""
    return [name for name, card in catalog.methods().items() if not catalog.unsupported(card, catalog.tasks()[task])]
