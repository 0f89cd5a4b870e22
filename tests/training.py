"""Small training runs for tests: any method, any task, a few updates."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import gymnasium
import jaxtyping
import numpy as np
import pytest
import torch
from torch import Tensor

from rlbench.control.observation import Standardised
from rlbench.control.task import ControlTask
from rlbench.core import catalog
from rlbench.core.anchors import Anchors
from rlbench.core.experience import Experience
from rlbench.core.registry import load_method, load_task, with_settings
from rlbench.core.schema import Split
from rlbench.envs.cartpole import CartPole
from rlbench.loops.recorder import SPLITS
from rlbench.loops.spec import RunSpec
from rlbench.loops.train import Training

FEW: dict[str, Any] = {
    "streams": 4,
    "steps": 8,
    "episodes": 8,
    "capacity": 80,
    "samples": 32,
    "prompts": 8,
    "minibatches": 2,
    "epochs": 2,
    "lr": 1e-2,
    "iterations": 5,
    "lag": 3,
    "exploration_steps": 300,
}
"""What a method sets by these names is set to this: enough of everything that a mistake in it would show."""
GROUP = 4


def small(method: str, **changes: Any) -> Any:
    """A method with rollouts and minibatches small enough for tests, its other settings as they are."""
    instance = load_method(method)
    return with_settings(with_settings(instance, _few(instance)), changes)


def _few(instance: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in vars(instance).items():
        if dataclasses.is_dataclass(value):
            found[name] = _few(value)
        elif name in FEW:
            found[name] = FEW[name]
        elif name == "group":
            found[name] = min(value, GROUP)
    return found


@dataclasses.dataclass(frozen=True, kw_only=True)
class BriefCartPole(CartPole):
    """Of some groups of episodes the longest is twice as long as of others, and now and then one is cut off."""

    time_limit: ClassVar[int] = 40


BRIEF = {"BriefCartPole-v0": "cartpole:CartPoleEnv", "BriefPendulum-v0": "pendulum:PendulumEnv"}


def brief(env_id: str) -> str:
    """Have Gymnasium know one of its own environments under this id, with episodes of twelve steps."""
    if env_id not in gymnasium.registry:
        gymnasium.register(env_id, f"gymnasium.envs.classic_control.{BRIEF[env_id]}", max_episode_steps=12)
    return env_id


def task(name: str = "cartpole", **changes: Any) -> ControlTask:
    """A task of the benchmark with small networks."""
    return dataclasses.replace(load_task(name), **{"width": 8} | changes)


def probe(dynamics: Any, gamma: float = 0.9) -> ControlTask:
    """A probe environment as a task."""
    return ControlTask(
        env_id="probe",
        dynamics=dynamics,
        anchors=Anchors(random=0, solved=1),
        gamma=gamma,
        width=8,
        offers=("action_values",),
    )


CASES = {
    "batched": lambda: task("cartpole", dynamics=BriefCartPole()),
    "gymnasium": lambda: task("pendulum", env_id=brief("BriefPendulum-v0"), dynamics=None, observation=Standardised()),
    "gymnasium, actions counted": lambda: task(
        "cartpole", env_id=brief("BriefCartPole-v0"), dynamics=None, observation=Standardised()
    ),
}
"""Two kinds of streams, of actions and of what is shown of an observation are six pieces of code that do not know of
each other: a method meets all six in two of these tasks, one that counts its actions five."""


def can_run(method: str, on: ControlTask) -> bool:
    """Whether the task gives what the method asks for."""
    return catalog.methods()[method].needs <= {*on.gives, *on.offers}


def runs() -> list[Any]:
    """Each method with the first case and with the first of the others that it can run on.

    All tests of one method go to one process: they look at the same finished runs.
    """
    pairs = []
    for method in learners():
        others = [case for case in list(CASES)[1:] if can_run(method, CASES[case]())]
        pairs += [
            pytest.param(method, case, marks=pytest.mark.xdist_group(method)) for case in ("batched", *others[:1])
        ]
    return pairs


RUN = {"seeds": (4, 0, 7), "budget": 300, "evaluations": 3}
"""Two rollouts or three of whole episodes, ten of steps."""


def learners() -> list[str]:
    """Every method that learns from its own experience."""
    return [name for name in catalog.methods() if can_run(name, CASES["batched"]())]


@contextmanager
def shapes_checked(checked: bool) -> Iterator[None]:
    """Whether annotations are looked at meanwhile. It takes two thirds of a small run's time: one run of each method
    in each case is enough."""
    before = jaxtyping.config.jaxtyping_disable
    jaxtyping.config.jaxtyping_disable = not checked
    try:
        yield
    finally:
        jaxtyping.config.jaxtyping_disable = before


def training(
    tmp_path: Path,
    method: Any,
    on: Any,
    *,
    seeds: tuple[int, ...] = (0, 1, 2),
    budget: int = 200,
    evaluations: int = 2,
    engine: str = "eager",
    artefacts: Mapping[str, Path] = MappingProxyType({}),
) -> Training:
    """A run that has not begun; its checkpoint lies in tmp_path."""
    spec = RunSpec(
        task=on.name if hasattr(on, "name") else on.env_id,
        task_file="",
        method=type(method).__name__,
        variant="default",
        fingerprint="0" * 16,
        settings={},
        task_settings={},
        budget=budget,
        evaluations=evaluations,
        evaluation_episodes=3,
        seeds=seeds,
        code={},
        engine=engine,
        device="cpu",
        checkpoint=tmp_path / "checkpoint",
        artefacts=artefacts,
    )
    return Training(spec, on, method)


def finish(run: Training) -> Training:
    """Train to the end."""
    run.run(lambda progress: None)
    return run


@dataclasses.dataclass(frozen=True)
class Watched:
    """A finished run, to be looked at and not to be changed, with what its policies collected."""

    run: Training
    seen: list[tuple[Tensor, Experience]]
    """Rollout by rollout, all policies' parameters when they acted, and what came of it."""
    written: bytes
    """The run file."""
    untouched: bool
    """Whether torch's and NumPy's global generators are where they were."""

    def rows(self, split: Split, metric: StrEnum, position: int) -> tuple[np.ndarray, np.ndarray]:
        """Steps and values recorded of the seed at a position."""
        return rows(self.run, split, metric, position)

    def learnt(self, position: int) -> list[tuple[int, int, int]]:
        """The rollouts from which the seed learnt while it had budget left: which, where it stood among those that
        took part, and how many steps it had used by then."""
        found, used = [], 0
        for iteration, (_, experience) in enumerate(self.seen):
            if position in experience.positions and used < self.run._spec.budget:
                index = experience.positions.index(position)
                used += int(experience.used[index])
                found.append((iteration, index, used))
        return found

    def after(self, iteration: int) -> Tensor:
        """All policies' parameters when they had learnt from a rollout."""
        return self.seen[iteration + 1][0] if iteration + 1 < len(self.seen) else self.run.learner.theta


def watch(run: Training) -> Watched:
    """Train to the end and keep what was seen on the way."""
    session, seen = run._session, []
    collect = session.collect

    def seeing(theta: Tensor, iteration: int, positions: list[int]) -> Experience:
        experience = collect(theta, iteration, positions)
        seen.append((theta.clone(), experience))
        return experience

    session.collect = seeing
    before = generators()
    finish(run)
    return Watched(run, seen, written(run), before == generators())


def written(run: Training) -> bytes:
    """The file of a finished run, which can be finished again: totals are added to its rows when it is written."""
    path, state = run._spec.checkpoint.with_name("run.parquet"), run._recorder.state()
    run.write(path)
    run._recorder.restore(state)
    return path.read_bytes()


def generators() -> tuple[bytes, bytes]:
    """Where the global generators are."""
    return torch.get_rng_state().numpy().tobytes(), np.random.get_state()[1].tobytes()  # noqa: NPY002


def rows(run: Training, split: Split, metric: StrEnum, position: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values recorded of the seed at a position."""
    columns = run._recorder.columns()
    chosen = (columns["split"] == SPLITS.index(split)) & (columns["metric"] == run._recorder._metrics.index(metric))
    chosen &= columns["position"] == position
    return columns["step"][chosen], columns["value"][chosen]
