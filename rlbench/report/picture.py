"""Turn a figure module into bytes: the same study gives the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from types import ModuleType

import matplotlib.style

from rlbench.report.appearance import STYLE
from rlbench.report.discovery import described
from rlbench.report.study import Study

DOTS_PER_INCH = 150
# Dates and versions of the drawing library would change the bytes of an unchanged picture.
NAMELESS = {
    "svg": dict.fromkeys(["Date", "Creator", "Format", "Type"]),
    "pdf": dict.fromkeys(["CreationDate", "Creator", "Producer"]),
    "png": {"Software": None},
}


@dataclass(frozen=True)
class Picture:
    """A figure as files: `files` maps their kinds to bytes; `caption` is a sentence, `text` the details."""

    name: str
    caption: str
    text: str
    files: dict[str, bytes]


def draw(module: ModuleType, study: Study, kinds: Iterable[str] = NAMELESS) -> Picture:
    """Draw `module.figure(study)` as svg, png and pdf or some of these; a matplotlibrc of the user changes nothing."""
    name, caption, text = described(module)
    # The names of shared shapes inside an SVG are hashed with this salt, otherwise with a random one.
    style = {**STYLE, "svg.hashsalt": f"rlbench {name}"}
    with matplotlib.style.context(["default", style]):
        figure = module.figure(study)
        files = {}
        for kind in kinds:
            buffer = BytesIO()
            figure.savefig(buffer, format=kind, dpi=DOTS_PER_INCH, metadata=NAMELESS[kind])
            files[kind] = buffer.getvalue()
    return Picture(name, caption, text, files)
