"""Each measurement in a process of its own, with one thread, and what it found on disk with where it comes from."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from rlbench.core.atomic import replacing
from rlbench.core.provenance import now, provenance

RESULTS = Path("results/benchmarks")


def ours(method: str, task: str, engine: str, seeds: int, rollouts: int, cache: str | None = None) -> dict[str, Any]:
    """What `rlbench.benchmarks.ours` prints; compiled graphs lie where they always do unless `cache` says otherwise."""
    where = {} if cache is None else {"RLBENCH_CACHE": cache}
    return _run(["rlbench.benchmarks.ours", method, task, engine, str(seeds), str(rollouts)], where)


def theirs(method: str, task: str, rollouts: int) -> dict[str, Any]:
    """What `rlbench.benchmarks.theirs` prints."""
    return _run(["rlbench.benchmarks.theirs", method, task, str(rollouts)], {})


def language_ours(method: str, steps: int, model: Path) -> dict[str, Any]:
    """What `rlbench.benchmarks.language_ours` prints, of the model in a folder."""
    return _run(["rlbench.benchmarks.language_ours", method, str(steps), str(model)], {})


def language_theirs(method: str, steps: int, model: Path, *more: str) -> dict[str, Any]:
    """What `rlbench.benchmarks.language_theirs` prints."""
    return _run(["rlbench.benchmarks.language_theirs", method, str(steps), str(model), *more], {})


def write(question: str, method: str, task: str, report: dict[str, Any]) -> Path:
    """Keep a report, as `results/benchmarks/QUESTION_METHOD_TASK.json`."""
    path = RESULTS / f"{question}_{method}_{task}.json"
    whole = {"method": method, "task": task, **report, "provenance": provenance() | {"measured": now()}}
    with replacing(path) as part:
        part.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _run(module: list[str], surroundings: dict[str, str]) -> dict[str, Any]:
    """Run a module and read the last line that it prints."""
    surroundings = os.environ | surroundings | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *module], env=surroundings, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])
