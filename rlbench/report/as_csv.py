"""A table for programs: full numbers, and its footer as comment lines that pandas.read_csv(comment="#") skips."""

import csv

from rlbench.report.plan import Plan
from rlbench.report.table import Table


def as_csv(table: Table, plan: Plan) -> str:
    """CSV text. Every word is quoted, so that a `#` inside a cell is not taken for a comment."""
    lines = [table.question, *table.footer(plan)]
    comments = "".join(f"# {' '.join(line.split())}\n" for line in lines)
    return comments + table.frame.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
