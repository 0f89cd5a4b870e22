"""Synthetic results: run files, records and a plan, written as a real run writes them, with curves made of formulas."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rlbench.core import catalog
from rlbench.core.needs import NEEDS
from rlbench.core.probe import Probe
from rlbench.core.schema import METADATA_KEY, ROWS, Metric, Split
from rlbench.report.probes import write_probe
from tests.report.planted_probes import PLANTED
from tests.report.synthetic_calibration import write_calibration

TASKS = {
    "CartPole-v1": {"anchors": {"random": 22.0, "solved": 475.0}, "budget": 500_000},
    "Acrobot-v1": {"anchors": {"random": -499.0, "solved": -100.0}, "budget": 300_000},
    "Pendulum-v1": {"anchors": {"random": -1230.0, "solved": -300.0}, "budget": 400_000},
}
MORE_TASKS = {
    "MountainCarContinuous-v0": {"anchors": {"random": -33.0, "solved": 90.0}, "budget": 300_000},
    "LunarLander-v3": {"anchors": {"random": -180.0, "solved": 200.0}, "budget": 1_000_000},
    "Hopper-v5": {"anchors": {"random": 17.0, "solved": 3000.0}, "budget": 1_000_000},
    "HalfCheetah-v5": {"anchors": {"random": -280.0, "solved": 4800.0}, "budget": 1_000_000},
    "CartPole-preferences": {"anchors": {"random": 22.0, "solved": 475.0}, "budget": 200_000},
    "LunarLander-preferences": {"anchors": {"random": -180.0, "solved": 200.0}, "budget": 400_000},
}
CEILING = {"CartPole-v1": 500.0, "Acrobot-v1": -75.0, "Pendulum-v1": -140.0, "CartPole-preferences": 500.0}
SPEED = {"reinforce": 1.2, "a2c": 2.5, "trpo": 5.0, "ppo_clip": 7.0}
KL = {"trpo": 0.008, "npg": 0.009, "ppo_penalty": 0.011, "ppo_clip": 0.006, "a2c": 4e-4}
"""Typical KL of an update."""
EVALUATIONS = 20
EPISODES = 32
"""Of one evaluation."""
UPDATES = 12
"""Of a synthetic run, unless a cell says otherwise."""


@dataclass
class Builder:
    """Collects cells and gaps, writes their files, and last the plan."""

    results: Path
    cells: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    tasks: dict[str, Any] = field(default_factory=lambda: dict(TASKS))
    points: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gradients: dict[str, str] = field(default_factory=dict)
    reward_points: list[dict[str, Any]] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)

    def gap(self, task: str, method: str, reason: str, variant: str = "default") -> None:
        self.gaps.append({"task": task, "method": method, "variant": variant, "reason": reason})

    def cell(self, task: str, method: str, seeds: range, variant: str = "default", **changes: Any) -> Path:
        """Write one block of seeds; `changes` are `failures` {seed: (outcome, reason, step)}, `splits`, `record`,
        `updates`, further `settings`, `task_settings` and `began_from`, and `curve`, `costs` and `measured`, which
        stand for the functions of these names."""
        fingerprint = hashlib.sha256(f"{task} {method} {variant}".encode()).hexdigest()[:16]
        failures = changes.get("failures", {})
        rows, outcomes = [], {}
        for seed in seeds:
            outcome, reason, end = failures.get(seed, ("finished", "", self.tasks[task]["budget"]))
            outcomes[str(seed)] = {"outcome": outcome, "reason": reason, "step": end}
            for split in changes.get("splits", (Split.DETERMINISTIC, Split.STOCHASTIC)):
                draw = changes.get("curve", curve)
                steps, values = draw(task, method, variant, seed, split, self.tasks[task]["budget"])
                kept = steps < end if failures.get(seed) else steps >= 0
                for step, value in zip(steps[kept], values[kept], strict=True):
                    rows.append((seed, int(step), split, Metric.RETURN_MEAN, value))
                    rows.append((seed, int(step), split, Metric.RETURN_SD, self.deviation(task)))
                    rows.append((seed, int(step), split, Metric.EPISODES, EPISODES))
            rows.append((seed, end, Split.TRAIN, Metric.EPISODE_RETURN, 1.0))
            rows += updates(task, method, variant, seed, end, changes.get("updates", UPDATES))
            rows += changes.get("measured", preferences)(task, method, seed, steps[kept])
            rows += [
                (seed, end, Split.COST, metric, value)
                for metric, value in changes.get("costs", costs)(method, end).items()
            ]
        file = f"runs/{task}/{method}/{fingerprint}/seeds_{seeds[0]}-{seeds[-1]}.parquet"
        about = {
            "schema_version": 1,
            "task": task,
            "method": method,
            "variant": variant,
            "fingerprint": fingerprint,
            "settings": settings_of(task, method) | changes.get("settings", {}),
            "task_settings": {"gamma": 0.99, "streams": 8} | changes.get("task_settings", learned(task)),
            "seeds": list(seeds),
            "outcomes": outcomes,
            "code": {"rlbench/algo/gae.py": {"gae": "0" * 16}},
        } | changes.get("began_from", {})
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

    def point(self, task: str, method: str, setting: str, value: float, seeds: range, **changes: Any) -> None:
        """A point with a file of its own, of the study of step sizes unless `study` is among the changes."""
        study = changes.pop("study", "step_sizes")
        own = {"of": changes.pop("of", "default"), "setting": setting, "value": value, "published": False}
        self.cell(task, method, seeds, _named(own), **changes)
        self.points.setdefault(study, []).append(self.cells.pop() | own)

    def published_point(
        self, task: str, method: str, setting: str, value: float, seeds: range, study="step_sizes", of="default"
    ) -> None:
        """Some seeds of a cell as a point of the study."""
        [cell] = [c for c in self.cells if (c["task"], c["method"], c["variant"]) == (task, method, of)]
        own = {"of": of, "setting": setting, "value": value, "published": True}
        self.points.setdefault(study, []).append(cell | {"variant": _named(own), "seeds": list(seeds)} | own)

    def deviation(self, task: str) -> float:
        """Standard deviation of return within an evaluation: a tenth of the task's range."""
        anchors = self.tasks[task]["anchors"]
        return 0.1 * (anchors["solved"] - anchors["random"])

    def plan(self, **changes: Any) -> Path:
        """Write the plan of all that was added; `changes` replace its parts."""
        filled = {"unit": "env_steps", "side": "control", "evaluations": EVALUATIONS, "episodes": EPISODES}
        plan = {
            "version": 1,
            "digest": "0123456789abcdef",
            "config": "config.yaml",
            "command": "make results",
            "tasks": {
                name: filled | {"preferences": "preferences" in name} | task for name, task in self.tasks.items()
            },
            "methods": {name: about(name) for name in sorted({c["method"] for c in self.cells + self.gaps})},
            "cells": self.cells,
            "gaps": self.gaps,
            "probes": write_probes(self.results),
            "gradients": self.gradients,
            "points": self.points,
            "no_points": [],
            "reward_points": self.reward_points,
            "endings": self.endings,
        }
        path = self.results / "plan.json"
        # As the command writes it: mappings in alphabetical order, whatever order the configuration had.
        path.write_text(json.dumps(plan | changes, sort_keys=True))
        write_calibration(self.results, self.cells)
        return path


def _named(point: dict[str, Any]) -> str:
    """What a plan calls a point."""
    start = "" if point["of"] == "default" else f"{point['of']}, "
    return f"{start}{point['setting']} {point['value']:g}"


def write_probes(results: Path) -> dict[str, str]:
    """Every probe as if all that the lecture says were true, and where each lies."""
    probes = {name: Probe(name, {}) for name in PLANTED}
    for name, probe in probes.items():
        write_probe(results / probe.path, probe, PLANTED[name]())
    return {name: probe.path.as_posix() for name, probe in probes.items()}


def about(method: str) -> dict[str, str]:
    """What a plan says of a method."""
    card = catalog.methods()[method]
    return {"title": card.title, "family": card.family, "paper": card.paper, "reference": card.reference}


def settings_of(task: str, method: str) -> dict[str, Any]:
    """Settings as a run file records them, one of them set by task, and a limit where the method has one."""
    limit = {"trpo": {"max_kl": 0.01}, "npg": {"max_kl": 0.01}}.get(method, {})
    target = {"target_kl": 0.01} if method == "ppo_penalty" else {}
    epochs = 10 if task == "Pendulum-v1" else 4
    return {"lr": 3e-4, "hidden": [64, 64], **target, "update": {"epochs": epochs, "clip": 0.2, **limit}}


def learned(task: str) -> dict[str, Any]:
    """What a preference task says of its comparisons and of the reward that is fitted to them."""
    compared = {"segments": 2_000, "steps": 200, "temperature": 20.0, "fresh_pairs": 500}
    return {"recording": compared, "fitting": {"answers": 2}} if "preferences" in task else {}


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
    generator = generator_of(task, method, variant, seed, split)
    due = np.linspace(0, budget, EVALUATIONS + 1)
    steps = (due + generator.integers(0, 900, len(due)) * (due > 0)).astype(int)
    anchors = (TASKS | MORE_TASKS)[task]["anchors"]
    random, top = anchors["random"], CEILING.get(task, 1.1 * anchors["solved"])
    speed = SPEED.get(method, 1 + len(method) / 3)
    rise = 1 - np.exp(-speed * generator.uniform(0.7, 1.3) * due / budget)
    noise = generator.normal(0, 0.05, len(due)) * (due > 0)
    return steps, np.minimum(random + (top - random) * (rise + noise), top)


def generator_of(*words: object) -> np.random.Generator:
    """Other draws for other words, the same ones for the same."""
    digest = hashlib.sha256(" ".join(map(str, words)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def updates(task: str, method: str, variant: str, seed: int, end: int, count: int) -> list[tuple]:
    """`count` updates up to `end`, with the metrics that a method of this name records."""
    generator = generator_of("updates", task, method, variant, seed)
    steps = np.linspace(end / count, end, count).astype(int) if end else np.empty(0, int)
    spread = {
        Metric.KL_OLD_NEW: KL.get(method, 2e-3) * np.exp(generator.normal(0, 0.5, len(steps))),
        Metric.ENTROPY: 0.7 - 0.4 * steps / max(end, 1),
    }
    if catalog.methods()[method].needs & {"critic"}:
        spread[Metric.EXPLAINED_VARIANCE] = generator.uniform(0, 1, len(steps))
    if method in ("npg", "npg_dense", "trpo"):
        spread[Metric.STEP_FRACTION] = generator.choice([1.0, 0.8, 0.0], len(steps)) if method == "trpo" else 1.0
        spread[Metric.CURVATURE_FAILURE] = (np.arange(len(steps)) == 3).astype(float)
    if catalog.methods()[method].family == "groups":
        spread[Metric.SILENT_GROUPS] = generator.uniform(0, 0.5, len(steps))
    spread |= {"ppo_clip": {Metric.CLIP_FRACTION: generator.uniform(0, 0.3, len(steps))}}.get(method, {})
    spread |= {"ppo_penalty": {Metric.PENALTY: 2.0 ** generator.integers(-2, 3, len(steps))}}.get(method, {})
    spread |= {"off_policy_ac": {Metric.EFFECTIVE_SAMPLE_SIZE: generator.uniform(0.5, 1, len(steps))}}.get(method, {})
    return [
        (seed, int(step), Split.UPDATE, metric, float(value))
        for metric, values in spread.items()
        for step, value in zip(steps, np.broadcast_to(values, steps.shape), strict=True)
    ]


def preferences(task: str, method: str, seed: int, steps: np.ndarray) -> list[tuple]:
    """What a preference task records besides returns: nothing at the reference, then an ever farther policy."""
    if "preferences" not in task:
        return []
    generator = generator_of("preferences", task, method, seed)
    rows = [
        (seed, 0, Split.PREPARATION, Metric.REWARD_MODEL_ACCURACY, 0.8 + 0.01 * seed),
        (seed, 0, Split.PREPARATION, Metric.REWARD_MODEL_CORRELATION, 0.7 + 0.01 * seed),
    ]
    for place, step in enumerate(steps):
        kl = 20 * place / EVALUATIONS * generator.uniform(0.8, 1.2)
        values = {
            Metric.PROXY_RETURN: 2 * np.sqrt(kl),
            Metric.KL_REFERENCE: kl / 200,
            Metric.KL_REFERENCE_EPISODE: kl,
        }
        rows += [(seed, int(step), Split.STOCHASTIC, metric, float(value)) for metric, value in values.items()]
    return rows


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
        for method in SPEED:
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


def fill_all(builder: Builder, updates: int = UPDATES) -> Path:
    """Every method of the catalog and two variants on nine tasks, by the needs that the methods state."""
    builder.tasks |= MORE_TASKS
    series = [(name, "default") for name in catalog.methods()] + [("ppo_clip", "no_clip"), ("ppo_penalty", "fixed")]
    for task in builder.tasks:
        gives = {"critic", "reference", "old_policy"}
        gives |= {"preferences"} if "preferences" in task else {"lasting_rewards"}
        gives |= {"action_values"} if task in ("CartPole-v1", "Acrobot-v1", "LunarLander-v3") else set()
        seeds = 5 if "preferences" in task else 10 if task in ("Hopper-v5", "HalfCheetah-v5") else 20
        for method, variant in series:
            missing = sorted(catalog.methods()[method].needs - gives)
            if missing:
                builder.gap(task, method, "needs " + " and ".join(NEEDS[need] for need in missing), variant)
            else:
                failures = {2: ("diverged", "the gradient was not finite", 100_000)} if len(method) == 4 else {}
                builder.cell(task, method, range(seeds), variant, failures=failures, updates=updates)
    return builder.plan()
