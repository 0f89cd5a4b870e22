"""The table in the middle of the README that stands beside a results folder: between two marks, made anew with it."""

from pathlib import Path

from rlbench.report.as_markdown import as_lines
from rlbench.report.table import Table
from rlbench.report.writing import write_text

BEGIN, END = "<!-- table headline, written by make results -->", "<!-- end of table headline -->"


def show_in_front(readme: Path, table: Table) -> None:
    """Put the table between the marks; a README without them, or none at all, is left as it is."""
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        write_text(readme, f"{before}{BEGIN}\n\n{as_lines(table)}\n\n{END}{after}")
