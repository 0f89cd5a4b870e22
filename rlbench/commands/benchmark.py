"""Training speed against Stable-Baselines3: the same PPO, one core each, in interleaved rounds."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from rlbench.core.atomic import replacing
from rlbench.core.provenance import now, provenance
from rlbench.core.validation import unknown

SEEDS = 10
ROLLOUTS = {"CartPole-v1": {"ours": 60, "peer": 40}, "HalfCheetah-v5": {"ours": 3, "peer": 4}}
RESULTS = Path("results/benchmarks")


def benchmark(task: str, rounds: int) -> None:
    """Measure, print and write `results/benchmarks/speed_TASK.json`. Raises LookupError where a peer is missing."""
    if task not in ROLLOUTS:
        raise LookupError(unknown("benchmark", task, ROLLOUTS))
    if importlib.util.find_spec("stable_baselines3") is None:
        raise LookupError("Stable-Baselines3 is not installed here; it is in the extra: pip install -e '.[peers]'")
    with tempfile.TemporaryDirectory() as cache:
        print(f"  {task}: PPO, {SEEDS} seeds here, one seed there, {rounds} rounds; first compiling", flush=True)
        cold, warm = (_ours(task, "compiled", cache, rollouts=1)["compile_s"] for _ in range(2))
        measured = [_round(task, cache, number) for number in range(rounds)]
    report = {
        "task": task,
        "seeds": SEEDS,
        "rounds": measured,
        "compile_s": {"cold": round(cold, 1), "warm": round(warm, 1)},
        "steps_per_cpu_s": {name: round(float(np.median([r[name] for r in measured]))) for name in measured[0]},
        "ratio_to_stable_baselines3": {name: _ratio(measured, name) for name in ("eager", "compiled")},
        "provenance": provenance() | {"measured": now()},
    }
    path = RESULTS / f"speed_{task}.json"
    with replacing(path) as part:
        part.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _say(report, path)


def _round(task: str, cache: str, number: int) -> dict[str, float]:
    """Steps per CPU-second of all three, in an order that alternates so that a drifting machine favours none."""
    runs = {
        "stable_baselines3": lambda: _peer(task),
        "eager": lambda: _ours(task, "eager", cache),
        "compiled": lambda: _ours(task, "compiled", cache),
    }
    names = list(runs) if number % 2 == 0 else list(runs)[::-1]
    speeds = {name: (run := runs[name]())["steps"] / run["cpu_s"] for name in names}
    print("  " + "   ".join(f"{name} {speeds[name] / 1e3:.1f}k steps/CPU-s" for name in runs), flush=True)
    return {name: speeds[name] for name in runs}


def _ours(task: str, engine: str, cache: str, rollouts: int | None = None) -> dict[str, Any]:
    number = rollouts or ROLLOUTS[task]["ours"]
    return _run(["rlbench.benchmarks.ours", task, engine, str(SEEDS), str(number)], cache)


def _peer(task: str) -> dict[str, Any]:
    return _run(["rlbench.benchmarks.theirs", task, str(ROLLOUTS[task]["peer"])], "")


def _run(module: list[str], cache: str) -> dict[str, Any]:
    """Run a module as a process of its own and read the last line that it prints."""
    surroundings = os.environ | {"RLBENCH_CACHE": cache, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *module], env=surroundings, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def _ratio(measured: list[dict[str, float]], name: str) -> dict[str, float]:
    """Geometric mean of the ratio round by round, with a 95 % t interval of its logarithm."""
    logs = np.log([r[name] / r["stable_baselines3"] for r in measured])
    half = stats.t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / len(logs) ** 0.5 if len(logs) > 1 else np.nan
    low, middle, high = np.exp([logs.mean() - half, logs.mean(), logs.mean() + half])
    return {"ratio": round(middle, 2), "low": round(low, 2), "high": round(high, 2)}


def _say(report: dict[str, Any], path: Path) -> None:
    for name, ratio in report["ratio_to_stable_baselines3"].items():
        speed = report["steps_per_cpu_s"][name]
        print(f"  {name:<9} {speed:>8,} steps/CPU-s, {ratio['ratio']}x [{ratio['low']}, {ratio['high']}]")
    print(f"  compile   {report['compile_s']['cold']} s cold, {report['compile_s']['warm']} s warm\n  written   {path}")
