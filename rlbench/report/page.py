"""The report as one HTML file: charts, pictures, style, programs and numbers inside, nothing fetched from anywhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rlbench import __version__
from rlbench.report import charts as chart_modules
from rlbench.report.chart import Chart
from rlbench.report.discovery import described, modules_of
from rlbench.report.embedded import embedded, methods
from rlbench.report.findings import findings
from rlbench.report.inline_svg import inline_svg
from rlbench.report.links import link, words
from rlbench.report.picture import Picture
from rlbench.report.provenance import provenance
from rlbench.report.study import Study
from rlbench.report.table import Bold, Table
from rlbench.report.vega import OUTLINES, library

WEB = Path(__file__).parent / "web"
STYLES = ("page.css", "explore.css")
PROGRAMS = ("data.js", "state.js", "charts.js", "controls.js")
"""One module in the browser, in the order in which they build on each other."""
FIRST = ("learning_curves", "improvement")
"""Charts that come before the others."""
LONG = 12
"""A table with more lines is folded."""


def page(study: Study, tables: Sequence[Table], pictures: Sequence[Picture], results: str = "results") -> str:
    """The HTML text. `tables` are shown in the given order; those named in the template have their own place.

    A chart with the name of a picture stands in its place. `results` is the results folder as commands name it.
    """
    made = charts(study)
    named = {table.identifier: table for table in tables}
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            plan=study.plan,
            version=__version__,
            counts={
                "method": len(study.plan.series()),
                "task": len(study.plan.tasks),
                "training run": len(study.runs.outcomes),
            }
            | ({"study run": study.runs_beside} if study.runs_beside else {}),
            findings=findings(study, named["best"], named["claims"]),
            tables={table.identifier: _view(table, study) for table in tables},
            long=LONG,
            pictures=[_figure(picture) for picture in pictures if picture.name not in made],
            charts=[_chart(module, made, pictures) for module in _modules() if described(module)[0] in made],
            methods=[method | {"outline": OUTLINES[method["symbol"]]} for method in methods(study.plan)],
            provenance=provenance(study).itertuples(index=False, name=None),
            style=_inside(*STYLES),
            data=Markup(embedded(study, made, results)) if made else "",
            library=Markup(library()) if made else "",
            programs=_inside(*PROGRAMS),
        )
    )


def charts(study: Study) -> dict[str, Chart]:
    """Every chart for which this study has data, by name."""
    found = {described(module)[0]: module.chart(study) for module in _modules()}
    return {name: chart for name, chart in found.items() if chart is not None}


def _modules() -> list[ModuleType]:
    """Charts in reading order: those of FIRST, then all others by name."""
    names = {described(module)[0]: module for module in modules_of(chart_modules)}
    return [names.pop(name) for name in FIRST] + list(names.values())


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("rlbench.report", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"link": link, "words": words}
    environment.tests["bold"] = lambda cell: isinstance(cell, Bold)
    return environment


def _inside(*names: str) -> Markup:
    """Files of the folder web that go into the page as they are."""
    return Markup("".join((WEB / name).read_text(encoding="utf-8") for name in names))


def _view(table: Table, study: Study) -> dict[str, Any]:
    return {
        "identifier": table.identifier,
        "question": table.question,
        "paragraph": table.paragraph,
        "headings": list(zip(table.shown().columns, table.numeric(), table.linked(), strict=True)),
        "blocks": table.blocks(),
        "count": len(table.frame),
        "footer": table.footer(study.plan),
    }


def _figure(picture: Picture) -> dict[str, Any]:
    return {
        "name": picture.name,
        "caption": picture.caption,
        "text": picture.text,
        "svg": inline_svg(picture.files["svg"].decode(), picture.name),
    }


def _chart(module: ModuleType, made: Mapping[str, Chart], pictures: Sequence[Picture]) -> dict[str, Any]:
    name, caption, text = described(module)
    return {
        "name": name,
        "caption": caption,
        "text": text,
        "panels": made[name].panels,
        "choices": made[name].choices,
        "files": made[name].files,
        "has_runs": any("run" in frame for frame in made[name].data.values()),
        "picture": any(picture.name == name for picture in pictures),
    }
