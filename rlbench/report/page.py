"""The report as one HTML file: pictures, style and numbers inside, nothing fetched from anywhere."""

import re
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rlbench import __version__
from rlbench.report.findings import findings
from rlbench.report.links import link, words
from rlbench.report.picture import Picture
from rlbench.report.provenance import provenance
from rlbench.report.study import Study
from rlbench.report.table import Bold, Table


def page(study: Study, tables: Sequence[Table], pictures: Sequence[Picture]) -> str:
    """The HTML text. `tables` are shown in the given order; those named in the template have their own place."""
    environment = Environment(
        loader=PackageLoader("rlbench.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    views = {table.identifier: _view(table, study) for table in tables}
    named = {table.identifier: table for table in tables}
    environment.filters |= {"link": link, "words": words}
    environment.tests["bold"] = lambda cell: isinstance(cell, Bold)
    return environment.get_template("page.html.jinja").render(
        plan=study.plan,
        version=__version__,
        counts={
            "method": len(study.plan.series()),
            "task": len(study.plan.tasks),
            "training run": len(study.runs.outcomes),
        },
        findings=findings(study, named["best"], named["claims"]),
        tables=views,
        pictures=[_figure(picture) for picture in pictures],
        provenance=provenance(study).itertuples(index=False, name=None),
    )


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


def inline_svg(svg: str, name: str) -> str:
    """An SVG file as an element of a page: no prolog, as wide as its box between 0.7 and 1.5 times its own size (in a
    narrower box it is moved, not shrunk until nobody can read it), and with identifiers made unique by `name`.

    The element is hidden from screen readers, because it is glyphs drawn as paths; the figure around it has the words.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'(<svg[^>]*?) width="([\d.]+)pt"', _limited, body, count=1)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    body = body.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = re.sub(r'href="#', f'href="#{name}-', body)
    return re.sub(r"url\(#", f"url(#{name}-", body)


def _limited(width: re.Match[str]) -> str:
    own = float(width[2])
    return f'{width[1]} style="min-width: {0.7 * own:.0f}pt; max-width: {1.5 * own:.0f}pt"'
