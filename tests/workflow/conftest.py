"""A checkout of its own for tests that run, break and edit the whole pipeline."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("Snakefile", "workflow", "profiles", "rlbench")
KEPT = {
    "report/figures": {"learning_curves", "stability"},
    "report/claims": set(),
    "probes/questions": {"gae_identities"},
}
"""What is drawn and asked: these tests are of the pipeline, and the whole of that takes longer than all else in it."""

CONFIG = """\
results: results
engine: eager
seeds: [0-1]
seeds_per_job: 2
evaluations: 4
evaluation_episodes: 4
tasks:
  CartPole-v1: {budget_env_steps: 2_000}
  Pendulum-v1: {budget_env_steps: 2_000}
methods: [reinforce, a2c, ppo_clip, grpo]
settings:
  a2c:
    control: {rollout: {streams: 4, steps: 32}}
  grpo:
    control: {rollout: {episodes: 4, group: 2}}
  ppo_clip:
    control:
      rollout: {streams: 4, steps: 64}
      update: {epochs: 2, minibatches: 4}
      critic: {epochs: 2, minibatches: 4}
  reinforce:
    control: {rollout: {episodes: 4}}
"""


@dataclass(frozen=True)
class Checkout:
    """A copy of the project, whose own code runs when a command is run in it."""

    path: Path

    @property
    def surroundings(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(self.path), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def start(self, *words: str) -> subprocess.Popen:
        """Begin `python -m WORDS` in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=self.path,
            env=self.surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """Run `python -m WORDS` to its end."""
        process = self.start(*words)
        output, _ = process.communicate(timeout=600)
        return subprocess.CompletedProcess(words, process.returncode, output)

    def results(self, config: str = "config.yaml") -> str:
        """Make all results, which must succeed; returns what was printed."""
        done = self.run("rlbench", "results", "--config", config)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def jobs(self, config: str = "config.yaml") -> dict[str, int]:
        """How many jobs of each rule Snakemake would run."""
        done = self.run("snakemake", "--dry-run", "--configfile", config, "--cores", "1")
        assert done.returncode == 0, done.stdout
        lines = done.stdout.splitlines()
        if "Job stats:" not in lines:
            return {}
        table = lines[lines.index("Job stats:") + 3 :]
        counts = [line.split() for line in table[: table.index("") if "" in table else None]]
        return {words[0]: int(words[1]) for words in counts if len(words) == 2 and words[0] not in {"total", "all"}}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def checkout(path: Path) -> Checkout:
    """Copy what the pipeline is made of."""
    ignored = shutil.ignore_patterns("__pycache__")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, path / part, ignore=ignored)
        else:
            shutil.copy2(source, path / part)
    (path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    made = Checkout(path)
    made.edit("rlbench/stats/calibration.py", "SIMULATIONS = 1_000", "SIMULATIONS = 20")
    for room, kept in KEPT.items():
        for file in (path / "rlbench" / room).glob("[a-z]*.py"):
            if file.stem not in kept:
                file.unlink()
    return made


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Path:
    """Where all results have been made once, by whichever process of the tests came first."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder if os.environ.get("PYTEST_XDIST_WORKER") is None else folder.parent) / "made_once"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "results" / "manifest.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            checkout(folder).results()
    return folder


@pytest.fixture(scope="module")
def finished(made_once, tmp_path_factory) -> Checkout:
    """A checkout in which all results have been made. Nobody changes it: tests work on copies."""
    path = tmp_path_factory.mktemp("finished") / "checkout"
    shutil.copytree(made_once, path)
    return Checkout(path)


@pytest.fixture
def clone(finished, tmp_path) -> Checkout:
    """The results and the code as a fresh clone has them: without Snakemake's memory, with times that mean nothing."""
    shutil.copytree(finished.path, tmp_path / "clone", ignore=shutil.ignore_patterns(".snakemake", ".scratch"))
    for path in sorted((tmp_path / "clone").rglob("*")):
        os.utime(path)
    return Checkout(tmp_path / "clone")
