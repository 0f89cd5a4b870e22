"""Where does the time go? CPU-seconds of training by what they were spent on."""

from typing import Any

import numpy as np

from rlbench.benchmarks.clock import PHASES
from rlbench.benchmarks.processes import ours, write

SEEDS = 10
ROLLOUTS = 20
ENGINES = ("eager", "compiled")


def phases(method: str, task: str, rounds: int) -> None:
    """Milliseconds for each update of ten seeds, median and range over the rounds, and shares of the medians."""
    report: dict[str, Any] = {"seeds": SEEDS, "rollouts": ROLLOUTS, "rounds": rounds}
    ours(method, task, "compiled", SEEDS, 1)  # compiled before the clocks start
    runs = {engine: [] for engine in ENGINES}
    for _ in range(rounds):
        for engine in ENGINES:
            runs[engine].append(ours(method, task, engine, SEEDS, ROLLOUTS)["phases"])
    for engine in ENGINES:
        report[engine] = _divided(runs[engine])
        shares = "   ".join(f"{name} {part['share']:.0%}" for name, part in report[engine].items())
        print(f"  {engine:<9} {shares}", flush=True)
    print(f"  written   {write('phases', method, task, report)}")


def _divided(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    each = {name: 1e3 / ROLLOUTS * np.array([run[name] for run in runs]) for name in PHASES}
    total = sum(np.median(times) for times in each.values())
    return {
        name: {
            "ms": round(float(np.median(times)), 2),
            "low_ms": round(float(times.min()), 2),
            "high_ms": round(float(times.max()), 2),
            "share": round(float(np.median(times) / total), 4),
        }
        for name, times in each.items()
    }
