"""A table for a README or an issue."""

from tabulate import tabulate

from rlbench.report.plan import Plan
from rlbench.report.table import Table


def as_markdown(table: Table, plan: Plan) -> str:
    """Markdown text: title, pipe table, footer as a list."""
    shown = table.shown().map(_escaped)
    body = tabulate(
        shown.to_numpy().tolist(),
        headers=[_escaped(heading) for heading in shown.columns],
        tablefmt="pipe",
        disable_numparse=True,
        colalign=["right" if numeric else "left" for numeric in table.numeric()] if len(shown) else None,
    )
    notes = "\n".join(f"- {_escaped(line)}" for line in table.footer(plan))
    return f"**{_escaped(table.question)}**\n\n{body}\n\n{notes}\n"


def _escaped(text: str) -> str:
    for character in "\\|*_`<":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
