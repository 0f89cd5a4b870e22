"""Preference tasks small enough for tests, which begin from a random policy: its episodes differ in their worth."""

import dataclasses
from pathlib import Path
from typing import ClassVar

import pytest

from rlbench.control.environment import Environment
from rlbench.core.noise import Noise
from rlbench.core.registry import load_task
from rlbench.core.rollout import Rollout, Steps
from rlbench.envs.pendulum import Pendulum
from rlbench.preferences.preparation import Fitting, Recording
from rlbench.preferences.reference import write_reference
from rlbench.preferences.session import PreferenceSession
from rlbench.preferences.task import PreferenceTask
from rlbench.updates.minibatch_adam import MinibatchAdam
from tests.training import BriefCartPole

STEPS = Steps(streams=4, steps=8)


@dataclasses.dataclass(frozen=True, kw_only=True)
class BriefPendulum(Pendulum):
    """Long enough for a torque to tell."""

    time_limit: ClassVar[int] = 16


BRIEF = {"cartpole": BriefCartPole(), "pendulum": BriefPendulum()}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Begun(PreferenceTask):
    """A task that knows the file of its reference."""

    file: Path

    def open(self, noise, rollout: Rollout = STEPS, episodes=3, needs=frozenset(), artefacts=None) -> PreferenceSession:
        return super().open(noise, rollout, episodes, needs, artefacts or {"reference": self.file})


def begun(name: str, folder: Path, **changes) -> Begun:
    """A preference task of the benchmark with brief episodes, small networks and few comparisons."""
    whole = load_task(f"{name}_preferences")
    control = dataclasses.replace(whole.control, width=8, dynamics=BRIEF[name])
    settings = {f.name: getattr(whole, f.name) for f in dataclasses.fields(whole)} | {
        "control": control,
        "kl_coef": 0.5,
        "recording": Recording(segments=400, steps=12, temperature=0.1, fresh_pairs=40),
        "fitting": Fitting(width=8, rule=MinibatchAdam(lr=1e-2, epochs=5, minibatches=20)),
    }
    one = Begun(**settings | changes, file=folder / f"{name}.npz")
    actor = control.open(Noise([0]), STEPS, 1).actor
    theta = actor.start(Noise([77]))[0]
    # The last layer begins near zero: let the reference have opinions.
    actor.layout.views(theta[None])[4].mul_(100)
    write_reference(one.file, theta)
    return one


@pytest.fixture
def cartpole(tmp_path: Path) -> Begun:
    return begun("cartpole", tmp_path)


@pytest.fixture
def pendulum(tmp_path: Path) -> Begun:
    return begun("pendulum", tmp_path)


@pytest.fixture(params=["cartpole", "pendulum"])
def either(request, tmp_path: Path) -> Begun:
    return begun(request.param, tmp_path)


def spaces(task: Begun):
    return Environment(task.control.env_id, task.control.dynamics).spaces()
