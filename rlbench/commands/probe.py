"""Make one probe: what a job of the workflow does."""

import importlib
import sys
import time
from pathlib import Path

import pandas as pd

from rlbench.commands.train import write_json
from rlbench.core.plan import Plan
from rlbench.core.probe import Probe
from rlbench.core.provenance import now, provenance
from rlbench.report.probes import write_probe


def probe(plan: Plan, path: Path) -> int:
    """Make the probe that is `path`; returns an exit code."""
    results = plan.config.results
    wanted = {results / one.path: one for one in plan.probes}.get(path)
    if wanted is None:
        print(
            "\n".join([f"{path}: no probe; there are", *(str(results / one.path) for one in plan.probes)]),
            file=sys.stderr,
        )
        return 2
    started, clock = now(), time.perf_counter()
    write_probe(path, wanted, ask(wanted))
    made = {"probe": wanted.name, "fingerprint": wanted.fingerprint, "code": wanted.code}
    spent = {"started": started, "ended": now(), "wall_s": round(time.perf_counter() - clock, 3)}
    write_json(results / wanted.record, provenance() | made | spent)
    return 0


def ask(one: Probe) -> pd.DataFrame:
    """What a probe finds, computed now."""
    return importlib.import_module(f"rlbench.probes.questions.{one.name}").ask()
