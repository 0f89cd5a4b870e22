"""Synthetic results: run files, records and a plan, written as a real run writes them, with curves made of formulas."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlbench.core.schema import METADATA_KEY, ROWS, Metric, Split
from rlbench.report import publish
from rlbench.report.study import Study

TASKS = {
    "CartPole-v1": {"anchors": {"random": 22.0, "solved": 475.0}, "budget": 500_000},
    "Acrobot-v1": {"anchors": {"random": -499.0, "solved": -100.0}, "budget": 300_000},
    "Pendulum-v1": {"anchors": {"random": -1230.0, "solved": -300.0}, "budget": 400_000},
}
CEILING = {"CartPole-v1": 500.0, "Acrobot-v1": -75.0, "Pendulum-v1": -140.0}
METHODS = {
    "reinforce": ("REINFORCE", "Williams 1992", ""),
    "a2c": ("A2C", "Mnih et al. 2016", "arXiv:1602.01783"),
    "trpo": ("TRPO", "Schulman et al. 2015", "arXiv:1502.05477"),
    "ppo_clip": ("PPO-clip", "Schulman et al. 2017", "arXiv:1707.06347"),
}
SPEED = {"reinforce": 1.2, "a2c": 2.5, "trpo": 5.0, "ppo_clip": 7.0}
EVALUATIONS = 20


@dataclass
class Builder:
    """Collects cells and gaps, writes their files, and last the plan."""

    results: Path
    cells: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    tasks: dict[str, Any] = field(default_factory=lambda: dict(TASKS))

    def gap(self, task: str, method: str, reason: str) -> None:
        self.gaps.append({"task": task, "method": method, "variant": "default", "reason": reason})

    def cell(self, task: str, method: str, seeds: range, variant: str = "default", **changes: Any) -> Path:
        """Write one block of seeds; `changes` are `failures` {seed: (outcome, reason, step)}, `splits`, `record`."""
        fingerprint = hashlib.sha256(f"{task} {method} {variant}".encode()).hexdigest()[:16]
        failures = changes.get("failures", {})
        rows, outcomes = [], {}
        for seed in seeds:
            outcome, reason, end = failures.get(seed, ("finished", "", self.tasks[task]["budget"]))
            outcomes[str(seed)] = {"outcome": outcome, "reason": reason, "step": end}
            for split in changes.get("splits", (Split.DETERMINISTIC, Split.STOCHASTIC)):
                steps, values = curve(task, method, variant, seed, split, self.tasks[task]["budget"])
                kept = steps < end if failures.get(seed) else steps >= 0
                rows += [
                    (seed, int(s), split, Metric.RETURN_MEAN, v) for s, v in zip(steps[kept], values[kept], strict=True)
                ]
            rows.append((seed, end, Split.TRAIN, Metric.EPISODE_RETURN, 1.0))
            rows += [(seed, end, Split.COST, metric, value) for metric, value in costs(method, end).items()]
        file = f"runs/{task}/{method}/{fingerprint}/seeds_{seeds[0]}-{seeds[-1]}.parquet"
        about = {
            "schema_version": 1,
            "task": task,
            "method": method,
            "variant": variant,
            "fingerprint": fingerprint,
            "settings": {"lr": 3e-4, "hidden": [64, 64], "update": {"epochs": 4, "clip": 0.2}},
            "task_settings": {"gamma": 0.99, "streams": 8},
            "seeds": list(seeds),
            "outcomes": outcomes,
            "code": {"rlbench/algo/gae.py": {"gae": "0" * 16}},
        }
        write_run(self.results / file, task, method, variant, rows, about)
        record = RECORD | {"wall_s": WALL | {"total": 60.0}} | changes.get("record", {})
        (self.results / file).with_suffix(".record.json").write_text(json.dumps(record))
        known = next((c for c in self.cells if (c["task"], c["method"], c["variant"]) == (task, method, variant)), None)
        if known:
            known["seeds"] += list(seeds)
            known["files"].append(file)
        else:
            cell = {"task": task, "method": method, "variant": variant, "fingerprint": fingerprint}
            self.cells.append(cell | {"seeds": list(seeds), "files": [file]})
        return self.results / file

    def plan(self, **changes: Any) -> Path:
        """Write the plan of all that was added; `changes` replace its parts."""
        filled = {"unit": "env_steps", "evaluations": EVALUATIONS, "episodes": 32}
        plan = {
            "version": 1,
            "digest": "0123456789abcdef",
            "config": "config.yaml",
            "command": "make results",
            "tasks": {name: task | filled for name, task in self.tasks.items()},
            "methods": {
                name: dict(zip(("title", "paper", "reference"), about, strict=True)) for name, about in METHODS.items()
            },
            "cells": self.cells,
            "gaps": self.gaps,
        }
        path = self.results / "plan.json"
        path.write_text(json.dumps(plan | changes))
        return path


WALL = {"rollout": 20.0, "update": 25.0, "evaluation": 10.0}
RECORD = {
    "commit": "4f2a9c1d",
    "dirty": False,
    "version": "0.1.0",
    "versions": {"torch": "2.11.0", "numpy": "2.4.6"},
    "hardware": {"cpu": "AMD EPYC 7B13", "cores": 2, "gpu": None, "memory_gb": 15.6},
    "threads": 1,
    "engine": "compiled",
    "device": "cpu",
    "started": "2026-01-02T03:04:05Z",
    "ended": "2026-01-02T03:05:05Z",
    "sittings": 1,
    "cpu_s": 58.0,
    "compile_s": 7.5,
    "peak_rss_mb": 612.0,
    "peak_cuda_mb": None,
    "energy_j": None,
}


def curve(task: str, method: str, variant: str, seed: int, split: str, budget: int) -> tuple[np.ndarray, np.ndarray]:
    """Evaluation steps, late by up to 900, and returns that rise from random towards the task's ceiling."""
    words = f"{task} {method} {variant} {seed} {split}"
    generator = np.random.default_rng(int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big"))
    due = np.linspace(0, budget, EVALUATIONS + 1)
    steps = (due + generator.integers(0, 900, len(due)) * (due > 0)).astype(int)
    random, top = TASKS[task]["anchors"]["random"], CEILING[task]
    rise = 1 - np.exp(-SPEED[method] * generator.uniform(0.7, 1.3) * due / budget)
    noise = generator.normal(0, 0.05, len(due)) * (due > 0)
    return steps, np.minimum(random + (top - random) * (rise + noise), top)


def costs(method: str, steps: int) -> dict[str, float]:
    """Counts that differ by method."""
    epochs = {"ppo_clip": 4, "trpo": 2}.get(method, 1)
    return {
        Metric.ENV_STEPS: steps,
        Metric.UPDATES: steps // 512 * epochs,
        Metric.GRADIENT_SAMPLES: steps * epochs,
        Metric.PARAMETERS: 9_155,
        Metric.ROLLOUT_FLOP: steps * 9e3,
        Metric.UPDATE_FLOP: steps * epochs * 5.4e4,
    }


def write_run(path: Path, task: str, method: str, variant: str, rows: list[tuple], about: dict[str, Any]) -> None:
    """A parquet file with the schema of a run."""
    seeds, steps, splits, metrics, values = zip(*rows, strict=True)
    columns = {
        "task": [task] * len(rows),
        "method": [method] * len(rows),
        "variant": [variant] * len(rows),
        "seed": seeds,
        "step": steps,
        "unit": ["env_steps"] * len(rows),
        "split": [str(split) for split in splits],
        "metric": [str(metric) for metric in metrics],
        "value": [float(value) for value in values],
    }
    arrays = [pa.array(columns[column.name], column.type) for column in ROWS]
    schema = ROWS.with_metadata({METADATA_KEY: json.dumps(about).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path)


def fill(builder: Builder) -> Path:
    """Four methods on three tasks with ten seeds, one of them diverged, one cell in two blocks, and one gap."""
    for task in TASKS:
        for method in METHODS:
            if (task, method) == ("Pendulum-v1", "reinforce"):
                builder.gap(task, method, "needs a discrete action & a <b>short</b> episode")
            elif (task, method) == ("CartPole-v1", "a2c"):
                reason = "gradient norm is NaN, from update #41 | 50% of the batch"
                builder.cell(task, method, range(10), failures={3: ("diverged", reason, 263_000)})
            elif (task, method) == ("Acrobot-v1", "trpo"):
                builder.cell(task, method, range(4))
                builder.cell(task, method, range(4, 10))
            else:
                builder.cell(task, method, range(10))
    return builder.plan()


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "results")


@dataclass(frozen=True)
class Published:
    """A results folder with tables and page written into it, and what it was made from."""

    results: Path
    plan: Path
    study: Study


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Made once; tests only read it."""
    builder = Builder(tmp_path_factory.mktemp("published") / "results")
    plan = fill(builder)
    publish.tables(builder.results, plan)
    publish.page(builder.results, plan)
    return Published(builder.results, plan, Study.read(builder.results, plan))
