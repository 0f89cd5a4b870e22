"""Make one part of the analysis from recorded runs."""

import json

from rlbench.core.atomic import replacing
from rlbench.core.plan import Plan


def analyse(plan: Plan, part: str) -> None:
    """Write `summary`, `tables`, `figures`, `page` (with the README) or `manifest` into the results folder."""
    if part == "summary":
        _summary(plan)
        return
    from rlbench.report import manifest, publish

    parts = {
        "tables": publish.tables,
        "figures": publish.figures,
        "page": publish.page,
        "manifest": manifest.write_manifest,
    }
    parts[part](plan.config.results, plan.config.results / plan.analysis_path)


def _summary(plan: Plan) -> None:
    """Write what the analysis is made from, and remove summaries of earlier analyses."""
    path = plan.config.results / plan.analysis_path
    with replacing(path) as part:
        part.write_text(json.dumps(plan.analysis, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for old in path.parent.glob("*.json"):
        if old != path:
            old.unlink()
