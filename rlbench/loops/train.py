"""The only function that trains: collect, credit, step, evaluate, until every seed has used its budget."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from rlbench.core.noise import Noise
from rlbench.core.registry import load_method, load_task, with_settings
from rlbench.core.rollout import Comparisons, Episodes
from rlbench.core.schema import SCHEMA_VERSION, Metric, Outcome, Split
from rlbench.engine.choose import open_engine
from rlbench.loops import checkpoint
from rlbench.loops.cost import Meter
from rlbench.loops.episodes import by_length
from rlbench.loops.flop import flop_per_row
from rlbench.loops.learner import Learner
from rlbench.loops.recorder import Recorder
from rlbench.loops.spec import RunSpec

CHECKPOINT_EVERY_S = 20.0


@dataclass(frozen=True)
class Progress:
    """How far the slowest seed of a run has come."""

    step: int
    budget: int


def open_training(spec: RunSpec) -> "Training":
    """The training of a method and a task that are named, with the settings of the spec."""
    task = with_settings(load_task(spec.task_file), spec.task_settings)
    method = with_settings(load_method(spec.method), spec.settings)
    return Training(spec, task, method)


class Training:
    """One block of seeds of one method on one task, from first parameters to the last evaluation."""

    def __init__(self, spec: RunSpec, task: Any, method: Any):
        self._spec, self._task, self._meter = spec, task, Meter()
        noise, seeds = Noise(spec.seeds), len(spec.seeds)
        self._whole = isinstance(method.rollout, Episodes)
        # Where seeds are through at different times, or episodes differ in length, batches change their size from
        # update to update: a graph for each would never pay.
        changing = isinstance(method.rollout, Episodes | Comparisons)
        self._engine = open_engine("eager" if changing else spec.engine)
        with self._meter.phase("preparation"):
            self._session = task.open(noise, method.rollout, spec.evaluation_episodes, method.needs, spec.artefacts)
        self.learner = Learner(method, self._session, noise, self._engine, spec.device)
        self._recorder = Recorder(spec.seeds)
        self._iteration = 0
        self._used = np.zeros(seeds, np.int64)
        self._evaluated = np.full(seeds, -1, np.int64)
        self._ends: dict[int, dict[str, Any]] = {}
        self._flop_per_row = 0.0
        self._sittings = 1

    def run(self, report: Callable[[Progress], None]) -> None:
        """Train to the end, going on from a checkpoint if there is one; `report` hears of every iteration."""
        self._resume()
        saved = time.monotonic()
        self._evaluate()
        while self._active().any():
            self._iterate()
            self._evaluate()
            report(Progress(int(self._used[self._active()].min(initial=self._spec.budget)), self._spec.budget))
            if time.monotonic() - saved > CHECKPOINT_EVERY_S:
                self._save()
                saved = time.monotonic()

    def _active(self) -> np.ndarray:
        """Seeds that have budget left and have not failed, [S]."""
        active = self._used < self._spec.budget
        active[list(self._ends)] = False
        return active

    def _iterate(self) -> None:
        active = self._active()
        with self._meter.phase("rollout"):
            experience = self._session.collect(self.learner.theta, self._iteration, np.nonzero(active)[0].tolist())
        positions, decisions = np.array(experience.positions), experience.decisions
        self._used[positions] += experience.used * active[positions]
        self._record_episodes(positions, experience.episodes, active)
        self._record(Split.TRAIN, positions, experience.measured, active)
        if not self._flop_per_row:
            self._flop_per_row = flop_per_row(self.learner, decisions, experience.positions, self._task.gamma)
        with self._meter.phase("update"):
            blocks = by_length(decisions, experience.positions) if self._whole else [(decisions, experience.positions)]
            for part, where in blocks:
                measured = self.learner.learn(part, where, self._task.gamma, self._iteration)
                on_cpu = {metric: values.cpu().numpy() for metric, values in measured.items()}
                self._record(Split.UPDATE, np.array(where), on_cpu, active)
        self._iteration += 1
        self._note_failures()

    def _record_episodes(self, positions: np.ndarray, episodes: tuple[np.ndarray, ...], active: np.ndarray) -> None:
        index, returns, lengths = episodes
        counted = active[positions[index]]
        where = positions[index][counted]
        self._recorder.add(Split.TRAIN, Metric.EPISODE_RETURN, where, self._used[where], returns[counted])
        self._recorder.add(Split.TRAIN, Metric.EPISODE_LENGTH, where, self._used[where], lengths[counted])

    def _record(
        self, split: Split, positions: np.ndarray, measured: Mapping[Any, np.ndarray], active: np.ndarray
    ) -> None:
        counted = active[positions]
        where = positions[counted]
        for metric, values in measured.items():
            self._recorder.add(split, metric, where, self._used[where], values[counted])

    def _note_failures(self) -> None:
        for position, reason in self._session.failures.items():
            self._end(position, Outcome.ENVIRONMENT_FAILED, reason)
        for position in np.nonzero(~self.learner.alive.cpu().numpy())[0]:
            self._end(int(position), Outcome.DIVERGED, "the gradient was not finite")

    def _end(self, position: int, outcome: Outcome, reason: str) -> None:
        end = {"outcome": str(outcome), "reason": reason, "step": int(self._used[position])}
        self._ends.setdefault(position, end)

    def _evaluate(self) -> None:
        """Evaluate each seed that has passed the next of its evenly spaced points."""
        spec = self._spec
        point = np.minimum(self._used * spec.evaluations // spec.budget, spec.evaluations)
        due = point > self._evaluated
        due[list(self._ends)] = False
        positions = np.nonzero(due)[0].tolist()
        if not positions:
            return
        for index in sorted({int(point[p]) for p in positions}):
            self._evaluate_at(index, [p for p in positions if point[p] == index])
        self._evaluated[due] = point[due]
        self._note_failures()

    def _evaluate_at(self, index: int, positions: list[int]) -> None:
        with self._meter.phase("evaluation"):
            measured = self._session.evaluate(self.learner.theta, index, positions)
        where = np.array(positions)
        for split, metrics in measured.items():
            for metric, values in metrics.items():
                self._recorder.add(split, metric, where, self._used[where], values)

    def write(self, path: Path) -> dict[str, Any]:
        """Write the run file, and return what the record beside it says of cost."""
        where = np.arange(len(self._spec.seeds))
        for metric, values in self._session.prepared().items():
            self._recorder.add(Split.PREPARATION, metric, where, np.zeros_like(where), values)
        for metric, values in self._costs().items():
            self._recorder.add(Split.COST, metric, where, self._used[where], values[where])
        outcomes = {}
        for position, seed in enumerate(self._spec.seeds):
            finished = {"outcome": str(Outcome.FINISHED), "reason": "", "step": int(self._used[position])}
            outcomes[str(seed)] = self._ends.get(position, finished)
        names = {"task": self._spec.task, "method": self._spec.method, "variant": self._spec.variant}
        about = self._spec.about() | {"schema_version": SCHEMA_VERSION, "outcomes": outcomes}
        self._recorder.write(path, names, self._task.unit, about)
        self._meter.compile_s = self._engine.compile_s
        ran = {"engine": self._engine.name, "device": self.learner.theta.device.type, "sittings": self._sittings}
        return ran | self._meter.record()

    def _costs(self) -> dict[StrEnum, np.ndarray]:
        """Totals for each seed, [S]."""
        work = self.learner.work
        recorded = isinstance(self.learner.method.rollout, Comparisons)
        played = np.zeros_like(self._used) if recorded else self._used
        return {
            **self._session.spent(played),
            Metric.UPDATES: work.updates.numpy(),
            Metric.GRADIENT_SAMPLES: work.gradient_samples.numpy(),
            Metric.PARAMETERS: np.full(len(self._used), self.learner.trainable),
            Metric.ROLLOUT_FLOP: played * self._session.actor.flop_per_decision,
            Metric.UPDATE_FLOP: work.rows.numpy() * self._flop_per_row,
        }

    def _save(self) -> None:
        self._meter.compile_s = self._engine.compile_s
        checkpoint.save(
            self._spec.checkpoint,
            {
                "iteration": self._iteration,
                "used": self._used,
                "evaluated": self._evaluated,
                "ends": self._ends,
                "flop_per_row": self._flop_per_row,
                "sittings": self._sittings,
                "cost": self._meter.sums(),
                "rows": self._recorder.state(),
                "session": self._session.state(),
                "learner": self.learner.state(),
            },
        )

    def _resume(self) -> None:
        saved = checkpoint.load(self._spec.checkpoint)
        if saved is None:
            return
        arrays = checkpoint.as_arrays({k: saved[k] for k in ("used", "evaluated", "rows", "session")})
        self._used, self._evaluated = arrays["used"], arrays["evaluated"]
        self._recorder.restore(arrays["rows"])
        self._session.restore(arrays["session"])
        self.learner.restore(saved["learner"])
        self._iteration, self._ends = saved["iteration"], saved["ends"]
        self._flop_per_row, self._sittings = saved["flop_per_row"], saved["sittings"] + 1
        self._meter.add(saved["cost"])
