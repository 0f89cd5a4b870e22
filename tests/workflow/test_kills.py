"""Whatever is killed, and whenever: the same command goes on, and ends with the same bytes."""

import json
import os
import signal
import time

import psutil
import pytest

from tests.workflow.conftest import checkout

pytestmark = pytest.mark.xdist_group("pipeline")


def small(path):
    """Two methods on one task, long enough to be killed in the middle."""
    made = checkout(path)
    made.edit("config.yaml", "CartPole-v1: {budget_env_steps: 2_000}", "CartPole-v1: {budget_env_steps: 40_000}")
    made.edit("config.yaml", "  Pendulum-v1: {budget_env_steps: 2_000}\n", "")
    made.edit("config.yaml", "methods: [reinforce, a2c, ppo_clip, grpo]", "methods: [grpo, ppo_clip]")
    return made


VICTIMS = {
    "a training job": lambda words: "rlbench" in words and "train" in words,
    "snakemake": lambda words: any(word.endswith("supervised") for word in words),
    "the command itself": lambda words: "rlbench" in words and "results" in words,
}


def victims(root: psutil.Process, which) -> list[psutil.Process]:
    found = []
    for process in [root, *root.children(recursive=True)]:
        try:
            if which(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def manifest_hash(made) -> str:
    return json.loads((made.path / "results/manifest.json").read_text(encoding="utf-8"))["hash"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    made = small(tmp_path_factory.mktemp("undisturbed"))
    made.results()
    return made


MOMENTS = [
    ("a training job", 1.2),
    ("snakemake", 0.1),
    ("the command itself", 0.4),
]
"""Who is killed, and how many seconds after the first checkpoint."""


@pytest.mark.parametrize(("who", "after_s"), MOMENTS)
def test_a_killed_pipeline_ends_with_the_same_bytes(undisturbed, tmp_path, who, after_s):
    made = small(tmp_path)
    made.edit("rlbench/loops/train.py", "CHECKPOINT_EVERY_S = 20.0", "CHECKPOINT_EVERY_S = 0.2")
    process = made.start("rlbench", "results")
    root = psutil.Process(process.pid)
    while not list(made.path.glob("results/.scratch/*/*.checkpoint")):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    time.sleep(after_s)
    found = victims(root, VICTIMS[who])
    assert found, f"{who} ended before it could be killed"
    everyone = root.children(recursive=True)
    os.kill(found[0].pid, signal.SIGKILL)
    process.communicate(timeout=300)
    psutil.wait_procs(everyone, timeout=10)
    assert not [p for p in everyone if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], "an orphan goes on"
    # The edit above is part of the fingerprint; the bytes of the runs must not depend on it.
    made.results()
    assert run_bytes(made) == run_bytes(undisturbed)


def run_bytes(made) -> dict[str, list]:
    """The rows of every run, by cell; fingerprints differ by the edited constant."""
    import pyarrow.parquet as pq

    found = {}
    for path in (made.path / "results").glob("runs/*/*/*/*.parquet"):
        found["/".join((*path.parts[-4:-2], path.name))] = pq.read_table(path).replace_schema_metadata(None)
    return found


def test_a_second_command_waits_for_nobody(undisturbed):
    from filelock import FileLock

    with FileLock(undisturbed.path / "results/.scratch/results.lock"):
        refused = undisturbed.run("rlbench", "results")
    assert refused.returncode == 2
    assert "another rlbench is at work here" in refused.stdout


def test_from_nothing_twice_gives_the_same_manifest(undisturbed, tmp_path):
    again = small(tmp_path)
    again.results()
    assert manifest_hash(again) == manifest_hash(undisturbed)
