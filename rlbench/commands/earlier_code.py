"""Hold the present code against that of an earlier commit, both on this machine.

Another machine rounds differently in the last bit, and a run goes its own way from there: what was recorded elsewhere
is not reproduced here to the byte, whatever the code. What a change of code does is seen all the same where both codes
train the same seeds side by side. Both run operation by operation: nothing has to be compiled twice.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from rlbench.commands.comparison import compare
from rlbench.commands.earlier import Earlier
from rlbench.commands.recorded import recorded
from rlbench.commands.train import train_job
from rlbench.core import catalog
from rlbench.core.artefact import FOLDERS
from rlbench.core.cell import Cell, Job, block_name
from rlbench.core.plan import Plan

ENGINE = "eager"
LEAST_BUDGET = 1_000
EVALUATIONS = 1
"""After the first one: the more often a run is evaluated, the longer it takes, and the code is the same."""
TRAIN = """\
import sys
from pathlib import Path
from rlbench.commands.train import train
from rlbench.core import config, plan
for line in sys.stdin:
    asked = plan.make(config.load(Path(line.strip())))
    print(max(train(asked, asked.config.results / job.path) for job in asked.jobs), flush=True)
"""
"""Goes on until no more is asked for: most of the time of a short run is Python's and torch's to begin."""
FINGERPRINTS = """\
import json, sys
from pathlib import Path
from rlbench.core import config, plan
cells = [job.cell for job in plan.make(config.load(Path(sys.argv[1]))).jobs]
print(json.dumps({f"{cell.label} on {cell.task}": cell.fingerprint for cell in cells}))
"""


@dataclass(frozen=True)
class EarlierCode:
    """A checkout of an earlier commit, and the share of a cell's budget that both codes train."""

    commit: str
    tree: Path
    share: float
    fingerprints: dict[str, str]
    """What its configuration comes to, by the name of the cell."""

    def first_difference(self, plan: Plan, cell: Cell, earlier: Earlier, seeds: tuple[int, ...]) -> str | None:
        """Where what the two codes record first differs; or that this code is not what made the earlier runs."""
        if self.fingerprints.get(f"{cell.label} on {cell.task}") != earlier.fingerprint:
            return f"the code of {self.commit[:12]} is not what made the earlier runs"
        budget = max(LEAST_BUDGET, int(cell.budget * self.share))
        short = replace(cell, budget=budget, evaluations=min(EVALUATIONS, cell.evaluations))
        with TemporaryDirectory(prefix="rlbench-adopt-") as scratch:
            before = self._train_before(Path(scratch, "before"), plan, short, seeds, earlier.about["settings"])
            now = _train_now(Path(scratch, "now"), plan, short, seeds)
            return compare(before, now, seeds).first

    def _train_before(
        self, results: Path, plan: Plan, cell: Cell, seeds: tuple[int, ...], settings: dict[str, Any]
    ) -> list[Path]:
        _link_artefacts(plan, results)
        config = results / "asked.yaml"
        config.write_text(yaml.safe_dump(self._asked(plan, results, cell, seeds, settings)), encoding="utf-8")
        _trained(self.tree, config)
        return [file for folder in results.glob(f"runs/{cell.task}/{cell.method}/*") for file in recorded(folder)]

    def _asked(
        self, plan: Plan, results: Path, cell: Cell, seeds: tuple[int, ...], settings: dict[str, Any]
    ) -> dict[str, Any]:
        """Its own configuration with nothing left of it but these seeds of one cell, which is told all its settings as
        it was then, be it the method itself, a variant or a study's point."""
        given = yaml.safe_load((self.tree / plan.config.path).read_text(encoding="utf-8"))
        own = {catalog.tasks()[cell.task].budget_key: cell.budget, "evaluations": cell.evaluations, "engine": ENGINE}
        return {name: value for name, value in given.items() if name not in ("variants", "left_out", "studies")} | {
            "results": str(results),
            "engine": ENGINE,
            "seeds": list(seeds),
            "tasks": {cell.task: given["tasks"][cell.task] | own | {"seeds": list(seeds)}},
            "methods": [cell.method],
            "settings": {cell.method: {cell.task: settings}},
        }


@contextmanager
def earlier_code(plan: Plan, commit: str, share: float) -> Iterator[EarlierCode]:
    """A checkout that goes again afterwards. Raises subprocess.CalledProcessError where there is no such commit."""
    name = _git("rev-parse", "--verify", f"{commit}^{{commit}}")
    with TemporaryDirectory(prefix="rlbench-code-") as scratch:
        tree = Path(scratch, "tree")
        _git("worktree", "add", "--detach", str(tree), name)
        try:
            known = json.loads(_run(tree, FINGERPRINTS, str(plan.config.path)))
            yield EarlierCode(name, tree, share, known)
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _train_now(results: Path, plan: Plan, cell: Cell, seeds: tuple[int, ...]) -> Path:
    _link_artefacts(plan, results)
    tasks = plan.config.tasks | {cell.task: plan.config.tasks[cell.task] | {"engine": ENGINE}}
    job = Job(cell, seeds, cell.folder / f"{block_name(seeds)}.parquet", done=False)
    train_job(replace(plan, config=replace(plan.config, results=results, tasks=tasks)), job)
    return results / job.path


def _link_artefacts(plan: Plan, results: Path) -> None:
    """What tasks begin from, of every fingerprint that is there."""
    results.mkdir(parents=True)
    for name in FOLDERS:
        folder = plan.config.results / name
        if folder.exists():
            (results / name).symlink_to(folder.absolute())


def _trained(tree: Path, config: Path) -> None:
    """Train what a configuration asks with the code in a checkout. Raises CalledProcessError."""
    process = _begun(tree)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{config}\n")
    process.stdin.flush()
    if process.stdout.readline().strip() != "0":
        process.terminate()
        _begun.cache_clear()
        raise subprocess.CalledProcessError(process.wait() or 1, f"training {config} with the earlier code")


@cache
def _begun(tree: Path) -> subprocess.Popen:
    """The earlier code, waiting to be asked: one process for each of ours, which ends with it."""
    return subprocess.Popen(
        [sys.executable, "-c", TRAIN], cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _run(tree: Path, program: str, argument: str) -> str:
    """Run a program with the code in a checkout; returns what it prints. Raises CalledProcessError."""
    done = subprocess.run([sys.executable, "-c", program, argument], cwd=tree, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        done.check_returncode()
    return done.stdout


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()
