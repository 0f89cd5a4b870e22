"""Where the numbers come from: code, machine and software of every run, as recorded beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from rlbench import __version__
from rlbench.report.machine import machine
from rlbench.report.study import Study


def provenance(study: Study) -> pd.DataFrame:
    """Columns item and value; where runs differ, every value with its number of run files."""
    plan = study.plan
    records = [block.measured for block in study.runs.blocks]
    lines = [
        ("command", plan.command),
        ("configuration", plan.config),
        ("plan digest", plan.digest),
        ("rlbench that made this page", __version__),
        ("rlbench that trained", _counted(record["version"] for record in records)),
        ("commit", _counted(record["commit"] or "unknown" for record in records)),
        ("uncommitted changes", dirty(records)),
        ("kept through changes of code", _counted(adopted(record) for record in records)),
        ("machine", _counted(machine(record) for record in records)),
        ("engine", _counted(f"{record['engine']} on {record['device']}" for record in records)),
        ("threads", _counted(str(record["threads"]) for record in records)),
        ("first start", min((record["started"] for record in records), default="no run")),
        ("last end", max((record["ended"] for record in records), default="no run")),
        ("run files", f"{len(records)}, in {sum(record['sittings'] for record in records)} sittings"),
    ]
    packages = sorted({package for record in records for package in record["versions"]})
    for package in packages:
        versions = _counted(record["versions"].get(package, "not installed") for record in records)
        lines.append((f"package {package}", versions))
    return pd.DataFrame(lines, columns=["item", "value"])


def dirty(records: Iterable[Mapping]) -> str:
    """Whether the code of some run was not what its commit says."""
    marks = [bool(record["dirty"]) for record in records]
    if not any(marks):
        return "none"
    return f"yes, in {sum(marks)} of {len(marks)} run files: the commit alone does not give their code"


def adopted(record: Mapping) -> str:
    """How a run came by its fingerprint: it was trained under it, or later code gave the same bytes again."""
    steps = record.get("adopted", [])
    if not steps:
        return "trained under this fingerprint"
    again = sum(len(step["seeds_trained_again"]) for step in steps)
    return f"adopted {len(steps)} times: {again} seeds trained again gave the same bytes"


def _counted(values: Iterable[str]) -> str:
    counts = Counter(values)
    if len(counts) <= 1:
        return next(iter(counts), "no run")
    return "; ".join(f"{value} ({count} run files)" for value, count in sorted(counts.items()))
