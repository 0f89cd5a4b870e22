"""Policies that stay as they are while gradients are taken at them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jaxtyping import Float
from torch import Tensor

from rlbench.control.task import ControlTask
from rlbench.core.noise import Noise
from rlbench.core.rollout import Episodes
from rlbench.core.types import Decisions, each_tensor
from rlbench.preferences.reference import read_reference
from rlbench.preferences.task import PreferenceTask

SEED = 2**31 + 1_000
"""A configuration's seeds lie below, and so do those of the policies that tasks begin from."""
NEEDS = frozenset({"reference"})
"""Whoever holds on to the reference by himself is not charged for leaving it: rewards are the task's own."""
EVALUATION = 1
"""Episodes of an evaluation: there is none."""


@dataclass(frozen=True)
class Frozen:
    """A policy with the task that it acts in. `words` say which it is."""

    words: str
    gamma: float
    open: Callable[[Noise, Episodes], Any]
    """A session of the task: seeds are batches here."""
    theta: Float[Tensor, " P"]

    def collect(self, session: Any, batches: int, iteration: int) -> Decisions:
        """So many independent batches of whole episodes, as seeds, cut after the longest episode."""
        positions = list(range(batches))
        d = session.collect(self.theta.repeat(batches, 1), iteration, positions).decisions
        return _cut(d, int(d.mask.amax((1, 2)).sum()))


def freeze(task: Any, artefacts: Mapping[str, Path]) -> Frozen:
    """The policy that a task's runs begin with: at random, half-trained, or a language model.

    Where nobody is told the reward, it is the environment's own that is paid here.
    """
    match task:
        case PreferenceTask(control=control):
            session = control.open(Noise([SEED]), Episodes(), EVALUATION, NEEDS)
            theta = read_reference(artefacts["reference"], session.actor.layout.size)
            return Frozen("half-trained", control.gamma, _opener(control, {}), theta)
        case _:
            words = "untrained" if isinstance(task, ControlTask) else "base model"
            opened = _opener(task, artefacts)
            return Frozen(words, task.gamma, opened, opened(Noise([SEED]), Episodes()).start()[0])


def _opener(task: Any, artefacts: Mapping[str, Path]) -> Callable[[Noise, Episodes], Any]:
    return lambda noise, rollout: task.open(noise, rollout, EVALUATION, NEEDS, artefacts)


def _cut(d: Decisions, length: int) -> Decisions:
    beyond = len(d.mask) - length  # cut from the end: what a language model is shown begins with prompts
    return each_tensor(d, lambda x: x[: len(x) - beyond])
