"""A table for a README or an issue."""

from collections.abc import Sequence

from tabulate import tabulate

from rlbench.report.links import link, words
from rlbench.report.plan import Plan
from rlbench.report.table import Block, Bold, Table


def as_markdown(table: Table, plan: Plan) -> str:
    """Markdown text: title, what it says, pipe table with its sections as bold lines, footer as a list."""
    headings = [_escaped(heading) for heading in table.shown().columns]
    lines = [line for block in table.blocks() for line in _lines(block, table.linked())]
    body = tabulate(
        lines,
        headers=headings,
        tablefmt="pipe",
        disable_numparse=True,
        colalign=["right" if numeric else "left" for numeric in table.numeric()] if lines else None,
    )
    notes = "\n".join(f"- {_escaped(line)}" for line in table.footer(plan))
    summary = f"{_escaped(table.summary)}\n\n" if table.summary else ""
    return f"**{_escaped(table.question)}**\n\n{summary}{body}\n\n{notes}\n"


def _lines(block: Block, linked: Sequence[bool]) -> list[list[str]]:
    heading = [[f"**{_escaped(block.heading)}**", *[""] * (len(linked) - 1)]] if block.heading else []
    cells = [line for group in block.groups for line in group]
    return heading + [list(map(_cell, line, linked)) for line in cells]


def _cell(text: str, linked: bool) -> str:
    address = link(text) if linked else ""
    if isinstance(text, Bold):
        return f"**{_escaped(text)}**"
    return f"[{_escaped(words(text))}]({address})" if address else _escaped(text)


def _escaped(text: str) -> str:
    for character in "\\|*_`<":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
