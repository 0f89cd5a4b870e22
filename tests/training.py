"""Small training runs for tests: any method, any task, a few updates."""

import dataclasses
from pathlib import Path
from typing import Any

from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.core.registry import load_method, load_task, with_settings
from rlbench.core.rollout import Steps
from rlbench.loops.spec import RunSpec
from rlbench.loops.train import Training


def small(method: str, **changes: Any) -> Any:
    """A method with rollouts and minibatches small enough for tests, its other settings as they are."""
    instance = load_method(method)
    rollout = instance.rollout
    few = {"streams": 4, "steps": 8} if isinstance(rollout, Steps) else {"episodes": 4, "group": min(rollout.group, 2)}
    settings: dict[str, Any] = {"rollout": few}
    for rule in ("update", "critic"):
        if hasattr(instance, rule):
            settings[rule] = {"minibatches": 2, "epochs": 2, "lr": 1e-2}
    return with_settings(instance, settings | changes)


def task(name: str = "cartpole", **changes: Any) -> ControlTask:
    """A task of the benchmark with small networks."""
    return dataclasses.replace(load_task(name), width=16, **changes)


def probe(dynamics: Any, gamma: float = 0.9) -> ControlTask:
    """A probe environment as a task."""
    return ControlTask(env_id="probe", dynamics=dynamics, anchors=Anchors(random=0, solved=1), gamma=gamma, width=16)


def training(
    tmp_path: Path,
    method: Any,
    on: ControlTask,
    *,
    seeds: tuple[int, ...] = (0, 1, 2),
    budget: int = 200,
    evaluations: int = 2,
    engine: str = "eager",
) -> Training:
    """A run that has not begun; its checkpoint lies in tmp_path."""
    spec = RunSpec(
        task=on.env_id,
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
    )
    return Training(spec, on, method)


def finish(run: Training) -> Training:
    """Train to the end."""
    run.run(lambda progress: None)
    return run
