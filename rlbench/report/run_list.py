"""Every training run of a study by itself: what it is called, how it ended, where it lies and what made it."""

import pandas as pd

from rlbench.report.study import Study
from rlbench.stats.curves import SEED

COLUMNS = ["run", "task", "method", "seed", "outcome", "reason", "fingerprint", "commit", "file"]
"""What the page holds of each."""


def run_list(study: Study) -> pd.DataFrame:
    """One line per run, in the plan's order: COLUMNS, and method_name and variant, of which `method` is the label.

    `run` numbers the lines from 0, `file` lies below the results folder, `commit` is cut to ten letters.
    """
    blocks = {
        (block.cell.task, block.cell.method, block.cell.variant, seed): block
        for block in study.runs.blocks
        for seed in block.seeds
    }
    told = study.runs.outcomes[[*SEED, "outcome", "reason"]].itertuples(index=False, name=None)
    ends = {tuple(run): (str(outcome), str(reason)) for *run, outcome, reason in told}
    lines = []
    for task, (method, variant) in study.places():
        for seed in study.cell_scores(task, method, variant)["seed"]:
            block, (outcome, reason) = blocks[task, method, variant, seed], ends[task, method, variant, seed]
            lines.append(
                {"run": len(lines), "task": task, "method": study.plan.label(method, variant), "seed": int(seed)}
                | {"outcome": outcome, "reason": reason}
                | {"fingerprint": block.cell.fingerprint, "commit": (block.measured["commit"] or "unknown")[:10]}
                | {"file": block.file, "method_name": method, "variant": variant}
            )
    return pd.DataFrame(lines, columns=[*COLUMNS, "method_name", "variant"])
