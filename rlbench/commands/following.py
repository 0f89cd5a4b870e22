"""Show how far training is: a bar in a terminal, a line now and then elsewhere."""

import json
import time
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from rlbench.core.cell import Job
from rlbench.core.plan import Plan
from rlbench.core.scratch import FOLDER, Scratch

LOOK_EVERY_S = 0.5
LINE_EVERY_S = 20.0
CALIBRATING = Path(FOLDER, "calibration.progress.json")
"""Below the results folder, how far a calibration is."""


class Following:
    """Reads what jobs leave in the scratch folder, and adds it up to one number."""

    def __init__(self, plan: Plan):
        self._results, self._jobs = plan.config.results, plan.missing
        self._measured = (*plan.measurements, *plan.endings)
        self._console = Console()
        self._total = sum(_size(job) for job in self._jobs)
        self._begun: float | None = None
        self._started = self._said = time.monotonic()
        self._bar = Progress(
            TextColumn("  {task.fields[stage]:<12}"),
            TextColumn("{task.fields[left]}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("· left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[now]}"),
            console=self._console,
            disable=not self._console.is_terminal,
            speed_estimate_period=120,
        )
        self._task = self._bar.add_task("", total=max(self._total, 1), stage="train", left="", now="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def look(self) -> None:
        """Wait a moment, then show what is new."""
        time.sleep(LOOK_EVERY_S)
        left = [job for job in self._jobs if not (self._results / job.record).exists()]
        steps = [_step(self._results, job) for job in left]
        taken = sum(step * len(job.seeds) for step, job in zip(steps, left, strict=True))
        done = self._total - sum(_size(job) for job in left) + taken
        running = [_describe(job, step) for step, job in zip(steps, left, strict=True) if step]
        now = "  ".join(running[:2])
        stage, count = ("train", f"{len(left)} jobs left") if left else self._afterwards()
        self._bar.update(self._task, completed=done, stage=stage, left=count, now=now)
        if not self._console.is_terminal:
            self._say_line(stage, count, done, now)

    def _afterwards(self) -> tuple[str, str]:
        """What is done when all is trained."""
        if unmeasured := sum(not (self._results / one.record).exists() for one in self._measured):
            return "measure", f"{unmeasured} policies left"
        share = _simulated(self._results)
        return (
            ("compare", "tables, figures, report") if share is None else ("calibrate", f"{100 * share:.0f} % simulated")
        )

    def _say_line(self, stage: str, count: str, done: int, now: str) -> None:
        if self._begun is None:
            self._begun = float(done)
        if time.monotonic() - self._said < LINE_EVERY_S:
            return
        self._said = time.monotonic()
        rate = (done - self._begun) / (self._said - self._started)
        remaining = f"about {(self._total - done) / rate / 60:.0f} min left" if rate > 0 and stage == "train" else ""
        share = f"{100 * done / max(self._total, 1):.0f} %" if stage == "train" else ""
        print(f"  {stage:<12} {count}  {share}  {remaining}  {now}", flush=True)


def _size(job: Job) -> int:
    return job.cell.budget * len(job.seeds)


def _step(results: Path, job: Job) -> int:
    """The step that the slowest seed of a running job has come to."""
    try:
        progress = json.loads(Scratch(results, job).progress.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    return min(progress["step"], progress["budget"])


def _simulated(results: Path) -> float | None:
    """How much of a calibration is simulated; None where none is being made."""
    try:
        return json.loads((results / CALIBRATING).read_text(encoding="utf-8"))["share"]
    except (OSError, ValueError):
        return None


def _describe(job: Job, step: int) -> str:
    return f"{job.cell.label} · {job.cell.task} · {len(job.seeds)} seeds · {step // 1000}k/{job.cell.budget // 1000}k"
