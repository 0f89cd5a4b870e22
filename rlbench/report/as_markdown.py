"""A table for a README or an issue."""

from collections.abc import Sequence

from tabulate import tabulate

from rlbench.report.links import link, words
from rlbench.report.plan import Plan
from rlbench.report.table import Block, Bold, Table


def as_markdown(table: Table, plan: Plan) -> str:
    """Markdown text: title, what it says, pipe table with its sections as bold lines, footer as a list."""
    notes = "\n".join(f"- {escaped(line)}" for line in table.footer(plan))
    paragraph = f"{escaped(table.paragraph)}\n\n" if table.paragraph else ""
    return f"**{escaped(table.question)}**\n\n{paragraph}{as_lines(table)}\n\n{notes}\n"


def as_lines(table: Table) -> str:
    """The pipe table alone."""
    lines = [line for block in table.blocks() for line in _lines(block, table.linked())]
    return tabulate(
        lines,
        headers=[escaped(heading) for heading in table.shown().columns],
        tablefmt="pipe",
        disable_numparse=True,
        colalign=["right" if numeric else "left" for numeric in table.numeric()] if lines else None,
    )


def _lines(block: Block, linked: Sequence[bool]) -> list[list[str]]:
    heading = [[f"**{escaped(block.heading)}**", *[""] * (len(linked) - 1)]] if block.heading else []
    cells = [line for group in block.groups for line in group]
    return heading + [list(map(_cell, line, linked)) for line in cells]


def _cell(text: str, linked: bool) -> str:
    address = link(text) if linked else ""
    if isinstance(text, Bold):
        return f"**{escaped(text)}**"
    return f"[{escaped(words(text))}]({address})" if address else escaped(text)


def escaped(text: str) -> str:
    """Plain text for Markdown: nothing in it is markup, and no line break is a paragraph."""
    for character in "\\|*_`<":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
