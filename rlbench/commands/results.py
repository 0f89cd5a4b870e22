"""The one command: train what is missing, compare, publish; go on where a killed run stopped."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from rlbench.commands.following import Following
from rlbench.commands.orphan import VARIABLE
from rlbench.core.plan import Plan, make
from rlbench.core.schema import Outcome
from rlbench.core.scratch import FOLDER
from rlbench.report import manifest

NEEDED_FREE_MB = 200


class NotPossible(Exception):
    """Something outside the configuration stands in the way: one line for each, nothing was touched."""


def make_results(plan: Plan, cores: str) -> int:
    """Bring the results folder up to the plan; returns an exit code and says on stdout what happens."""
    results = plan.config.results
    _preflight(plan)
    with alone_in(results):
        say("plan", _summary(plan))
        if _up_to_date(plan):
            say("done", f"nothing to do, results verified (manifest {_manifest_hash(results)})")
            return 0
        _discard_damaged(plan)
        _unlock_stale(plan)
        return _run(make(plan.config), cores)


@contextmanager
def alone_in(results: Path) -> Iterator[None]:
    """Nobody else changes the results folder meanwhile. Raises NotPossible where somebody already does."""
    scratch = results / FOLDER
    scratch.mkdir(parents=True, exist_ok=True)
    lock = FileLock(scratch / "results.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NotPossible(f"  {results}: another rlbench is at work here; wait for it or stop it first") from None
    try:
        yield
    finally:
        lock.release()


def say(topic: str, text: str) -> None:
    """One line of the story that the user reads."""
    print(f"  {topic:<12} {text}", flush=True)


def _preflight(plan: Plan) -> None:
    """Raise NotPossible with everything that would stop the work later."""
    results, problems = plan.config.results, []
    there = next(p for p in (results, *results.resolve().parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free_mb = shutil.disk_usage(there).free // 2**20
        if free_mb < NEEDED_FREE_MB:
            problems.append(f"{results}: {free_mb} MB free on this disk; at least {NEEDED_FREE_MB} MB are needed")
    except OSError as error:
        problems.append(f"{results}: cannot be written: {error.strerror}")
    if not plan.cells:
        problems += [
            f"{plan.config.path}: nothing can be run: {reason}" for reason in {gap.reason: 1 for gap in plan.gaps}
        ]
    if plan.config.device == "cuda" and not has_cuda():
        problems.append(f"{plan.config.path}: device: no CUDA device is found; cpu or auto would run")
    if problems:
        raise NotPossible("\n".join(f"  {line}" for line in [*problems, "nothing was run"]))


def has_cuda() -> bool:
    """Whether torch finds a CUDA device here."""
    import torch

    return torch.cuda.is_available()


def _summary(plan: Plan) -> str:
    config, done = plan.config, len(plan.jobs) - len(plan.missing)
    gaps = f"{len(plan.gaps)} not possible (reasons: rlbench plan), " if plan.gaps else ""
    fewest, *_, most = sorted(len(config.seeds_on(task)) for task in (*config.tasks, *config.tasks))
    seeds = f"{most}" if fewest == most else f"{fewest} to {most}"
    beside = f"{count} more for studies, " if (count := sum(map(len, plan.beside.values()))) else ""
    return (
        f"{len(config.methods)} methods x {len(config.tasks)} tasks x {seeds} seeds: "
        f"{len(plan.cells)} cells, {beside}{gaps}{done} of {len(plan.jobs)} jobs already done"
    )


def _up_to_date(plan: Plan) -> bool:
    results = plan.config.results
    return not plan.missing and (results / plan.analysis_path).exists() and not manifest.verify_manifest(results)


def _manifest_hash(results: Path) -> str:
    return manifest.read_hash(results)[:12]


def _unlock_stale(plan: Plan) -> None:
    """Remove the lock of a Snakemake that no longer runs here. A live one keeps its lock, and says so itself."""
    if not any(Path(".snakemake/locks").glob("*")):
        return
    here = Path.cwd()
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(here) and any("snakemake" in word for word in process.cmdline()):
                return
        except psutil.Error:
            continue
    subprocess.run([*_snakemake(plan, "1"), "--unlock"], capture_output=True, check=True, env=_surroundings())
    say("resume", "an earlier run was cut short; going on where it stopped")


def _snakemake(plan: Plan, cores: str) -> list[str]:
    configuration = ["--cores", cores, "--configfile", str(plan.config.path)]
    return [sys.executable, "-m", "rlbench.commands.supervised", *configuration]


def _surroundings() -> dict[str, str]:
    """This process's environment, with its number for a child to watch."""
    return os.environ | {VARIABLE: str(os.getpid())}


def _run(plan: Plan, cores: str) -> int:
    """Run the workflow while showing how far it is."""
    results = plan.config.results
    log = results / FOLDER / "snakemake.log"
    command = [*_snakemake(plan, cores), "--nocolor"]
    with open(log, "w", encoding="utf-8") as output, Following(plan) as following:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=_surroundings())
        try:
            while process.poll() is None:
                following.look()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            say("stopped", "the same command goes on from here")
            return 130
    if process.returncode:
        say("failed", f"the whole story is in {log}; its end:")
        print("\n".join(log.read_text(encoding="utf-8").splitlines()[-25:]))
        return 1
    return _conclude(make(plan.config))


def _discard_damaged(plan: Plan) -> None:
    """Remove files that are not what the manifest says, so that they are made anew; runs are trained again."""
    results = plan.config.results
    if not (results / "manifest.json").exists():
        return
    damaged = manifest.damaged_files(results)
    for name in damaged:
        say("damaged", f"{results / name} is not what the manifest says; it will be made again")
        (results / name).unlink(missing_ok=True)
    for one in plan.artefacts:
        if any((results / name).is_relative_to(results / one.path) for name in damaged):
            (results / one.record).unlink(missing_ok=True)
    if damaged:
        (results / "manifest.json").unlink()


def _conclude(plan: Plan) -> int:
    import pyarrow.parquet as pq

    results = plan.config.results
    outcomes = pq.read_table(results / "scores.parquet", columns=["outcome"])["outcome"].to_pylist()
    failed = [outcome for outcome in outcomes if outcome != Outcome.FINISHED]
    say("compare", f"{_count(results / 'tables', '*.csv')} tables, {_count(results / 'figures', '*.svg')} figures")
    say("report", f"{results / 'report.html'}   (open it in a browser)")
    ended = "every seed finished" if not failed else f"{len(failed)} seeds failed: see {results}/tables/outcomes.md"
    say("done", f"manifest {_manifest_hash(results)}  ·  {ended}")
    return 0


def _count(folder: Path, pattern: str) -> int:
    return len(list(folder.glob(pattern)))
