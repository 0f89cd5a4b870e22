"""A table for a paper: a whole `table` environment that needs the package booktabs and nothing else."""

from collections.abc import Iterable

from rlbench.report.plan import Plan
from rlbench.report.table import Table

SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\N{EN DASH}": "--",
    "\N{DAGGER}": r"\textsuperscript{\textdagger}",
    "\N{MIDDLE DOT}": r"\textperiodcentered{}",
    **{digit: rf"\textsuperscript{{{value}}}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}


def as_latex(table: Table, plan: Plan) -> str:
    """LaTeX text with caption and label `tab:identifier`, footer below the rule."""
    shown = table.shown()
    columns = "".join("r" if numeric else "l" for numeric in table.numeric())
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{escaped(table.question)}}}",
        rf"\label{{tab:{table.identifier}}}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        _row(shown.columns),
        r"\midrule",
        *(_row(cells) for cells in shown.itertuples(index=False)),
        r"\bottomrule",
        r"\end{tabular}",
        *(rf"\par\footnotesize {escaped(line)}" for line in table.footer(plan)),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Plain text for LaTeX: nothing in it is a command, and no line break is a paragraph."""
    return "".join(SPECIAL.get(character, character) for character in " ".join(text.split()))


def _row(cells: Iterable[str]) -> str:
    # A cell that starts with a bracket would be read as the optional argument of the \\ before it.
    return " & ".join(("{}" if cell.startswith("[") else "") + escaped(cell) for cell in cells) + r" \\"
