"""A table for a paper: needs the packages booktabs and longtable and nothing else."""

from collections.abc import Iterable, Sequence

from rlbench.report.plan import Plan
from rlbench.report.table import Block, Bold, Table

GREEK = {
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "varepsilon",
    "η": "eta",
    "θ": "theta",
    "λ": "lambda",
    "μ": "mu",
    "π": "pi",
    "σ": "sigma",
}
"""Letters that stand in formulas, which a font of LaTeX's has in mathematics alone."""
SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "/": r"/\allowbreak{}",
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
    "|": r"\textbar{}",
    "∇": r"\ensuremath{\nabla}",
    "≥": r"\ensuremath{\geq}",
    "≈": r"\ensuremath{\approx}",
    "⁻": r"\textsuperscript{-}",
    **{letter: rf"\ensuremath{{\{name}}}" for letter, name in GREEK.items()},
    **{digit: rf"\textsuperscript{{{value}}}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}


ACROSS = 96
"""Characters of this size that fit into a line of A4 with the usual margins."""
BETWEEN = 2
"""Characters that the space between two columns takes."""
WRAPPED = 34
"""A column with more characters than this is broken into lines."""


def as_latex(table: Table, plan: Plan) -> str:
    """LaTeX text with caption and label `tab:identifier`, footer below the rule.

    It breaks across pages, and columns that do not fit beside each other follow in further parts, each with the
    first column. Nothing is turned or scaled down.
    """
    parts = _parts(table)
    lines = [r"\begingroup", r"\scriptsize", r"\setlength{\tabcolsep}{3pt}"]
    for number, columns in enumerate(parts):
        lines += _part(table, columns, _caption(table, number, len(parts)))
    lines += [rf"\noindent {escaped(line)}\par" for line in table.footer(plan)]
    return "\n".join([*lines, r"\endgroup"]) + "\n"


def _caption(table: Table, number: int, count: int) -> str:
    part = f" (part {number + 1} of {count})" if count > 1 else ""
    label = "" if number else rf"\label{{tab:{table.identifier}}}"
    return rf"\caption{{{escaped(table.question + part)}}}{label} \\"


def _parts(table: Table) -> list[list[int]]:
    """Places of the columns of each part: as many as fit, and the first one in every part."""
    widths = [min(width, WRAPPED) + BETWEEN for width in _widths(table)]
    parts: list[list[int]] = [[0]]
    for column in range(1, len(widths)):
        if len(parts[-1]) > 1 and sum(widths[place] for place in parts[-1]) + widths[column] > ACROSS:
            parts.append([0])
        parts[-1].append(column)
    return parts


def _widths(table: Table) -> list[int]:
    shown = table.shown()
    return [max(map(len, [str(heading), *shown[heading]])) for heading in shown.columns]


def _part(table: Table, columns: Sequence[int], caption: str) -> list[str]:
    numeric, widths, headings = table.numeric(), _widths(table), list(table.shown().columns)
    kinds = ["p{4.2cm}" if widths[column] > WRAPPED else "r" if numeric[column] else "l" for column in columns]
    head = [r"\toprule", _row([headings[column] for column in columns]), r"\midrule"]
    return [
        rf"\begin{{longtable}}{{{''.join(kinds)}}}",
        caption,
        *head,
        r"\endfirsthead",
        *head,
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        *(line for number, block in enumerate(table.blocks()) for line in _block(block, columns, first=not number)),
        r"\end{longtable}",
    ]


def _block(block: Block, columns: Sequence[int], *, first: bool) -> list[str]:
    lines = [] if first else [r"\midrule"]
    if block.heading:
        lines += [rf"\multicolumn{{{len(columns)}}}{{l}}{{\textbf{{{escaped(block.heading)}}}}} \\*", r"\addlinespace"]
    for number, group in enumerate(block.groups):
        lines += [r"\addlinespace"] * bool(number)
        lines += [_row([line[column] for column in columns]) for line in group]
    return lines


def escaped(text: str) -> str:
    """Plain text for LaTeX: nothing in it is a command, and no line break is a paragraph."""
    return "".join(SPECIAL.get(character, character) for character in " ".join(text.split()))


def _row(cells: Iterable[str]) -> str:
    # A cell that starts with a bracket would be read as the optional argument of the \\ before it.
    return " & ".join(("{}" if cell.startswith("[") else "") + _cell(cell) for cell in cells) + r" \\"


def _cell(text: str) -> str:
    return rf"\textbf{{{escaped(text)}}}" if isinstance(text, Bold) else escaped(text)
