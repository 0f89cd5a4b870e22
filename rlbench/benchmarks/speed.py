"""How fast is training, against Stable-Baselines3? The same method, one core each, in interleaved rounds."""

import importlib.util
import tempfile
from importlib import metadata
from typing import Any

import numpy as np

from rlbench.benchmarks.processes import ours, theirs, write
from rlbench.benchmarks.ratio import ratio

SEEDS = 10
ROLLOUTS = {
    ("ppo_clip", "CartPole-v1"): {"ours": 60, "peer": 40},
    ("ppo_clip", "HalfCheetah-v5"): {"ours": 3, "peer": 4},
    ("trpo", "CartPole-v1"): {"ours": 30, "peer": 40},
}
PEERS = ("stable-baselines3", "sb3-contrib")
COMPARED = ("eager", "compiled")


def speed(method: str, task: str, rounds: int) -> None:
    """Environment steps per CPU-second of ten seeds here and one seed there, and their ratio round by round.

    Raises LookupError where a peer is missing.
    """
    if missing := [name for name in PEERS if importlib.util.find_spec(name.replace("-", "_")) is None]:
        raise LookupError(f"not installed here: {', '.join(missing)}; in the extra: pip install -e '.[peers]'")
    print(f"  {method} on {task}, {SEEDS} seeds here, one seed there, {rounds} rounds; first compiling", flush=True)
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = (ours(method, task, "compiled", SEEDS, 1, cache)["compile_s"] for _ in range(2))
        measured = [_round(method, task, cache, number) for number in range(rounds)]
    report = {
        "seeds": SEEDS,
        "rounds": measured,
        "compile_s": {"cold": round(cold, 1), "warm": round(warm, 1)},
        "steps_per_cpu_s": {name: round(float(np.median([r[name] for r in measured]))) for name in measured[0]},
        "ratio_to_stable_baselines3": {
            name: ratio([r[name] / r["stable_baselines3"] for r in measured]) for name in COMPARED
        },
        "peers": {name: metadata.version(name) for name in PEERS},
    }
    _say(report)
    print(f"  written   {write('speed', method, task, report)}")


def _round(method: str, task: str, cache: str, number: int) -> dict[str, float]:
    """Steps per CPU-second of all three, in an order that alternates so that a drifting machine favours none."""
    rollouts = ROLLOUTS[method, task]
    runs = {
        "stable_baselines3": lambda: theirs(method, task, rollouts["peer"]),
        **{e: lambda e=e: ours(method, task, e, SEEDS, rollouts["ours"], cache) for e in COMPARED},
    }
    names = list(runs) if number % 2 == 0 else list(runs)[::-1]
    speeds = {name: (run := runs[name]())["steps"] / run["cpu_s"] for name in names}
    print("  " + "   ".join(f"{name} {speeds[name] / 1e3:.1f}k steps/CPU-s" for name in runs), flush=True)
    return {name: speeds[name] for name in runs}


def _say(report: dict[str, Any]) -> None:
    for name, times in report["ratio_to_stable_baselines3"].items():
        found = report["steps_per_cpu_s"][name]
        print(f"  {name:<9} {found:>8,} steps/CPU-s, {times['ratio']}x [{times['low']}, {times['high']}]")
    print(f"  compile   {report['compile_s']['cold']} s cold, {report['compile_s']['warm']} s warm")
