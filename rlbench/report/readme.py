"""The results folder's own README: what was found, what is undecided, which tables there are and how to cite one."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from rlbench import __version__
from rlbench.report.as_markdown import escaped
from rlbench.report.digits import shown
from rlbench.report.findings import findings
from rlbench.report.picture import Picture
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.stats.detectable import smallest_detectable_effect

TIMES = 2
"""How many times as many runs stand beside those that there are."""


def readme(study: Study, tables: Sequence[Table], pictures: Sequence[Picture]) -> str:
    """Markdown text; it holds nothing that was measured in seconds, so the same runs give the same text."""
    environment = Environment(
        loader=PackageLoader("rlbench.report", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["escaped"] = escaped
    named = {table.identifier: table for table in tables}
    return environment.get_template("readme.md.jinja").render(
        plan=study.plan,
        version=__version__,
        runs=len(study.runs.outcomes),
        beside=study.runs_beside,
        methods=len(study.plan.series()),
        findings=findings(study, named["best"], named["claims"]),
        tables=tables,
        pictures={picture.name: picture for picture in pictures},
        seen=_seen(study),
    )


def _seen(study: Study) -> list[tuple[int, str, str]]:
    """Numbers of runs, and the smallest effect that these and TIMES as many find."""
    numbers = sorted({len(cell.seeds) for cell in study.plan.cells}, reverse=True)
    found = {k: shown(round(smallest_detectable_effect(k), 2)) for n in numbers for k in (n, TIMES * n)}
    return [(n, found[n], found[TIMES * n]) for n in numbers]
