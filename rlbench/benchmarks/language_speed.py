"""How many steps a second do we train language models with, beside TRL?

Both train the same Llama with the same method's numbers on batches of the same size, in processes of their own with
one thread, in turns. A step is a new batch and one step of the optimiser with all that a user of either has around it.
"""

import importlib.util
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from rlbench.benchmarks.language_settings import ANSWERS, make_model
from rlbench.benchmarks.processes import language_ours, language_theirs, write
from rlbench.benchmarks.ratio import ratio

STEPS = {"0.13M": 30, "10M": 6}
"""That the clock counts, in each round."""

PEER = "trl"
PEERS = {"dpo": {"trl": (), "trl_precomputed": ("precomputed",)}, "grpo": {"trl": ()}, "ppo_clip": {}}
"""What stands beside us, by what TRL is asked for besides the method. TRL 1.16 has no trainer for PPO."""

WITHIN = {
    "ours": "tokens, generation, judge, log-probabilities of policy and reference, the step; and before and after it "
    "the distributions at every token, for the exact KL of the step and its entropy. Of recorded pairs the reference's "
    "log-probabilities are looked up.",
    "trl": "data loader, tokens, generation, judge, log-probabilities of the reference, the step, and the trainer's "
    "own measures and logs. Its defaults but for single precision and no gradient checkpointing.",
    "trl_precomputed": "the same, with the reference's log-probabilities of recorded pairs looked up.",
}


def language_speed(method: str, size: str, rounds: int) -> None:
    """Steps per CPU-second of each, the ratio of their medians, and peak memory. Raises LookupError where TRL is
    missing."""
    peers = PEERS[method]
    if peers and importlib.util.find_spec(PEER) is None:
        raise LookupError(f"not installed here: {PEER}; in the extra: pip install -e '.[peers]'")
    print(f"  {method}, a model of {size} parameters, {STEPS[size]} steps in each of {rounds} rounds", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        make_model(model, size)
        measured = [_round(method, size, model, number) for number in range(rounds)]
    report = {
        "answers": ANSWERS * (2 if method == "dpo" else 1),
        "steps": STEPS[size],
        "within_a_step": {name: WITHIN[name] for name in ("ours", *peers)},
        "without_peer": "TRL 1.16 has no trainer for this method" if not peers else None,
        "median_step_ms": {name: [1e3 * _median(r[name]) for r in measured] for name in measured[0]},
        "peak_rss_mb": {name: max(r[name]["peak_rss_mb"] for r in measured) for name in measured[0]},
        "ratio": {name: ratio([_median(r[name]) / _median(r["ours"]) for r in measured]) for name in peers},
        "tokens_per_cpu_s": _tokens([r["ours"] for r in measured]),
        "peers": {PEER: metadata.version(PEER)} if peers else {},
    }
    _say(report)
    print(f"  written   {write('language_speed', method, size, report)}")


def _round(method: str, size: str, model: Path, number: int) -> dict[str, dict[str, Any]]:
    """All once, in an order that alternates so that a drifting machine favours none."""
    programs = {"ours": lambda: language_ours(method, STEPS[size], model)} | {
        name: lambda more=more: language_theirs(method, STEPS[size], model, *more)
        for name, more in PEERS[method].items()
    }
    names = list(programs) if number % 2 == 0 else list(programs)[::-1]
    found = {name: programs[name]() for name in names}
    print("  " + "   ".join(f"{name} {1e3 * _median(found[name]):.1f} ms a step" for name in programs), flush=True)
    return {name: found[name] for name in programs}


def _median(run: dict[str, Any]) -> float:
    return float(np.median(run["step_cpu_s"]))


def _tokens(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Tokens of the batches' answers for each CPU-second of a phase, in the median round; a phase in which nothing is
    done is left out."""
    rates = {
        name: np.median([sum(run["tokens"]) / sum(run["phases"][name]) for run in runs])
        for name in runs[0]["phases"]
        if all(sum(run["phases"][name]) > 0 for run in runs)
    }
    return {name: round(float(rate)) for name, rate in rates.items()}


def _say(report: dict[str, Any]) -> None:
    for name, found in report["ratio"].items():
        print(f"  {found['ratio']}x [{found['low']}, {found['high']}] the steps a second of {name}")
    print("  " + "   ".join(f"{name} {peak:,} MB at most" for name, peak in report["peak_rss_mb"].items()))
    print("  tokens per CPU-s   " + "   ".join(f"{k} {v:,}" for k, v in report["tokens_per_cpu_s"].items()))
