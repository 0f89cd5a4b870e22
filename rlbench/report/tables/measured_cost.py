"""What did the runs cost on the machine that made them?"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from rlbench.report.costs import fronts
from rlbench.report.machine import machine
from rlbench.report.runs import Block
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.timing import cautions

IDENTIFIER = "measured_cost"
PARTS = ["rollout", "update", "evaluation"]


def table(study: Study) -> Table:
    """Seconds, memory and energy of the blocks of each cell, attributed to their seeds in equal parts."""
    front = fronts(study.finals, IDENTIFIER, _cpu_seconds(study))
    lines = []
    for task, method, variant, scores in study.cells():
        cell = study.plan.cell(task, method, variant)
        blocks = [block for block in study.runs.blocks if block.cell == cell]
        ends = study.runs.outcomes.merge(scores[["task", "method", "variant", "seed"]])
        lines.append(
            {"task": task, **study.names(method, variant)}
            | _costs(blocks, float(ends["step"].mean()))
            | {"on_front": front.get((task, method, variant), float("nan"))}
            | {"cautions": cautions(blocks, study.runs.blocks)}
        )
    return Table(
        identifier=IDENTIFIER,
        question="What did the runs cost on this machine? (measured: a second run does not give the same bytes)",
        frame=pd.DataFrame(lines, columns=COLUMNS),
        notes=(
            "All seeds of a block are trained in one program. A figure per run is an attribution: the block's cost "
            f"divided by its number of seeds; steps are {study.plan.units}. One measurement, so there is no interval.",
            "Percent: shares of the blocks' seconds from start to end; other is all the rest. Memory: the peak of the "
            "largest block.",
            "P(on front): of final score against CPU seconds, as in table compute_cost; only scores are drawn anew, "
            "since a block has one time.",
            "Cautions: what speaks against comparing a cell's seconds with others'. Beside other runs: some other "
            "block ran at the same time on the machine. Not interleaved: no other method of the task ran between two "
            "of its blocks, so the hour counts as well. Resumed: in more than one sitting. Counts (table "
            "compute_cost) have none of these weaknesses.",
            "Energy is read from a meter of the machine, never guessed; where there is none it was not measured.",
        ),
        place=50,
        section="task",
        once=("compile_s", "peak_cuda_mb", "energy_j_per_run", "engine", "threads", "machine", "cautions"),
        headings=HEADINGS,
        missing={"energy_j_per_run": "not measured", "peak_cuda_mb": "no GPU"},
    )


HEADINGS = {
    "task": "task",
    "method": "method",
    "family": "family",
    "trained_runs": "runs",
    "blocks": "blocks",
    "cpu_s_per_run": "CPU s / run (attributed)",
    "cpu_s_per_million_steps": "CPU s / 1M steps (attributed)",
    **{f"{part}_percent": f"{part} %" for part in [*PARTS, "other"]},
    "compile_s": "compile s (all blocks)",
    "peak_rss_mb": "peak memory MB",
    "peak_cuda_mb": "peak GPU memory MB",
    "energy_j_per_run": "energy J / run (attributed)",
    "on_front": "P(on front)",
    "cautions": "cautions",
    "engine": "engine",
    "threads": "threads",
    "machine": "machine",
}
COLUMNS = list(HEADINGS)


def _cpu_seconds(study: Study) -> dict[tuple[str, str, str], np.ndarray]:
    """CPU seconds attributed to each run of a cell, in the order of its scores."""
    attributed = {
        (block.cell.task, block.cell.method, block.cell.variant, seed): block.measured["cpu_s"] / len(block.seeds)
        for block in study.runs.blocks
        for seed in block.seeds
    }
    return {
        (task, method, variant): np.array([attributed[task, method, variant, seed] for seed in scores["seed"]])
        for task, method, variant, scores in study.cells()
    }


def _costs(blocks: Sequence[Block], steps_per_run: float) -> dict[str, object]:
    runs = sum(len(block.seeds) for block in blocks)
    records = [block.measured for block in blocks]
    cpu_s_per_run = sum(record["cpu_s"] for record in records) / runs
    return {
        "trained_runs": runs,
        "blocks": len(blocks),
        "cpu_s_per_run": cpu_s_per_run,
        "cpu_s_per_million_steps": cpu_s_per_run / steps_per_run * 1e6 if steps_per_run else float("nan"),
        **_shares([record["wall_s"] for record in records]),
        "compile_s": _sum(record["compile_s"] for record in records),
        "peak_rss_mb": float(max(record["peak_rss_mb"] for record in records)),
        "peak_cuda_mb": max((record["peak_cuda_mb"] or float("nan") for record in records), default=float("nan")),
        "energy_j_per_run": _sum(record["energy_j"] for record in records) / runs,
        "engine": ", ".join(sorted({f"{record['engine']} on {record['device']}" for record in records})),
        "threads": ", ".join(sorted({str(record["threads"]) for record in records})),
        "machine": "; ".join(sorted({machine(record) for record in records})),
    }


def _shares(walls: Sequence[dict[str, float]]) -> dict[str, object]:
    total = sum(wall["total"] for wall in walls)
    shares = {part: 100 * sum(wall[part] for wall in walls) / total if total else float("nan") for part in PARTS}
    return {f"{part}_percent": share for part, share in (shares | {"other": 100 - sum(shares.values())}).items()}


def _sum(values: Iterable[float | None]) -> float:
    """The sum, or NaN if one of the values was not measured: a sum over the rest would look like the whole."""
    return float(sum(float("nan") if value is None else value for value in values))
