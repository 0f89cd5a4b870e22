"""The matrix of methods and tasks: what is done, what is new, and why some cells stay empty."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from rlbench.core.cell import Cell
from rlbench.core.plan import Plan


def show_plan(plan: Plan) -> None:
    """Print one row for each method and variant, one column for each task."""
    console = Console()
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for task in plan.config.tasks:
        table.add_column(task)
    reasons: list[str] = []
    rows: dict[str, dict[str, str]] = {}
    for cell in plan.cells:
        rows.setdefault(cell.label, {})[cell.task] = _state(plan, cell)
    for gap in plan.gaps:
        if gap.reason not in reasons:
            reasons.append(gap.reason)
        rows.setdefault(gap.method, {})[gap.task] = f"– \\[{reasons.index(gap.reason) + 1}]"
    for label, states in rows.items():
        table.add_row(label, *(states.get(task, "") for task in plan.config.tasks))
    console.print(table)
    for number, reason in enumerate(reasons, 1):
        console.print(f"  {number}  {reason}", highlight=False)
    _show_studies(plan, console)
    missing = len(plan.missing)
    console.print(f"  {missing} jobs to run, {len(plan.jobs) - missing} done", highlight=False)


def _show_studies(plan: Plan, console: Console) -> None:
    """A line for each study that is asked for: what it adds, and how much of that is there."""
    trained = {id(job.cell) for job in plan.jobs if job.done}
    for name, cells in plan.beside.items():
        done = sum(id(cell) in trained for cell in cells)
        console.print(f"  {name}: {len(cells)} further cells, {done} done", highlight=False)
    if plan.measurements:
        done = sum((plan.config.results / one.record).exists() for one in plan.measurements)
        console.print(f"  gradient_estimators: {len(plan.measurements)} policies, {done} done", highlight=False)
    if fitted := [point.artefacts[-1].record for point in plan.reward_points if not point.published]:
        done = sum((plan.config.results / record).exists() for record in fitted)
        console.print(f"  reward_models: {len(fitted)} further reward models, {done} done", highlight=False)
    if plan.endings:
        done = sum((plan.config.results / one.record).exists() for one in plan.endings)
        console.print(f"  final_policies: of {len(plan.endings)} blocks of runs, {done} done", highlight=False)


def _state(plan: Plan, cell: Cell) -> str:
    count = Counter({True: 0, False: 0})
    for job in plan.jobs:
        if job.cell is cell:
            count[job.done] += len(job.seeds)
    if not count[False]:
        return f"{count[True]} done"
    return f"{count[False]} new" + (f", {count[True]} done" if count[True] else "")
