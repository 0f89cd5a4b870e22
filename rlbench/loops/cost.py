"""What a run costs: seconds by what they went into, memory, energy. Sittings before a kill are added up."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from rlbench.core.energy import joules

PHASES = ("preparation", "rollout", "update", "evaluation")


class Meter:
    """Clocks of one sitting, and what earlier sittings of the same run have cost."""

    def __init__(self):
        self._sums: dict[str, float] = dict.fromkeys((*PHASES, "total", "cpu", "compile", "energy"), 0.0)
        self._wall, self._cpu, self._joules = time.perf_counter(), time.process_time(), joules()
        self.compile_s = 0.0

    def add(self, before: dict[str, float]) -> None:
        """Count what earlier sittings have cost as well."""
        self._sums = {name: value + before[name] for name, value in self._sums.items()}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the seconds inside towards one of PHASES."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._sums[name] += time.perf_counter() - start

    def sums(self) -> dict[str, float]:
        """Totals so far, to be handed to the next sitting's meter."""
        spent = 0.0 if self._joules is None else (joules() or 0.0) - self._joules
        return self._sums | {
            "total": self._sums["total"] + time.perf_counter() - self._wall,
            "cpu": self._sums["cpu"] + time.process_time() - self._cpu,
            "compile": self._sums["compile"] + self.compile_s,
            "energy": self._sums["energy"] + spent,
        }

    def record(self) -> dict[str, Any]:
        """The same for the run's record, in seconds, megabytes and joules; None for what the machine does not tell."""
        sums = self.sums()
        return {
            "wall_s": {name: round(sums[name], 3) for name in (*PHASES, "total")},
            "cpu_s": round(sums["cpu"], 3),
            "compile_s": round(sums["compile"], 3),
            "peak_rss_mb": round(_peak_rss_mb()),
            "peak_cuda_mb": round(torch.cuda.max_memory_allocated() / 2**20) if torch.cuda.is_initialized() else None,
            "energy_j": None if self._joules is None else round(sums["energy"], 1),
        }


def _peak_rss_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
