"""How much memory does one more seed take? Peak resident memory of processes that train different numbers of seeds."""

import numpy as np

from rlbench.benchmarks.processes import ours, write

SEEDS = (2, 10, 20)
ROLLOUTS = 3
ENGINES = ("eager", "compiled")


def memory(method: str, task: str, rounds: int) -> None:
    """The median over the rounds for each number of seeds, and the straight line through them."""
    report = {}
    for engine in ENGINES:
        for seeds in SEEDS if engine == "compiled" else ():
            ours(method, task, engine, seeds, 1)  # compiled before, so that no compiler's memory is counted
        peaks = {seeds: _peak(method, task, engine, seeds, rounds) for seeds in SEEDS}
        slope, start = np.polyfit(list(peaks), list(peaks.values()), 1)
        report[engine] = {"peak_rss_mb": peaks, "mb_for_each_seed": round(slope, 2), "mb_before": round(start, 1)}
        print(f"  {engine:<9} {start:.0f} MB and {slope:.1f} MB for each seed; {peaks}", flush=True)
    print(f"  written   {write('memory', method, task, report | {'rounds': rounds, 'rollouts': ROLLOUTS})}")


def _peak(method: str, task: str, engine: str, seeds: int, rounds: int) -> float:
    return float(np.median([ours(method, task, engine, seeds, ROLLOUTS)["peak_rss_mb"] for _ in range(rounds)]))
