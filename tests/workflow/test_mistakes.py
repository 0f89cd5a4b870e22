"""A user who is wrong is told so, in one line for each mistake, and nothing is touched."""

import os

import pytest

from tests.workflow.conftest import checkout


@pytest.fixture
def untouched(tmp_path):
    return checkout(tmp_path)


def assert_refused(made, *words: str, says: list[str]) -> None:
    done = made.run("rlbench", *words)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stdout
    for line in says:
        assert line in done.stdout
    assert not (made.path / "results").exists()


def test_all_mistakes_of_a_configuration_are_told_at_once(untouched):
    untouched.edit("config.yaml", "methods: [reinforce, a2c, ppo_clip, grpo]", "methods: [ppo_cilp, grpo, grpo]")
    untouched.edit("config.yaml", "budget_env_steps: 2_000", "budget_env_steps: 1e5")
    untouched.edit("config.yaml", "engine: eager", "engine: eager\nbudgte: 3")
    assert_refused(
        untouched,
        "results",
        says=[
            "config.yaml:3: budgte: no key 'budgte'",
            "config.yaml:9: tasks.CartPole-v1.budget_env_steps: '1e5' is text; an integer from 1,000 up is wanted",
            "config.yaml:11: methods: 'grpo' appears twice",
            "config.yaml:11: methods[0]: no method 'ppo_cilp'; did you mean 'ppo_clip'?",
            "4 problems, nothing was run",
        ],
    )


def test_snakemake_itself_tells_the_same(untouched):
    untouched.edit("config.yaml", "methods: [reinforce, a2c, ppo_clip, grpo]", "methods: [ppo_cilp]")
    done = untouched.run("snakemake", "--cores", "1")
    assert done.returncode
    assert "did you mean 'ppo_clip'?" in done.stdout


def test_sizes_that_do_not_fit_together_are_told(untouched):
    untouched.edit("config.yaml", "epochs: 2, minibatches: 4", "epochs: 2, minibatches: 7")
    assert_refused(untouched, "results", says=["update.minibatches: 7 does not divide 256 rows"])


def test_a_cuda_device_that_is_not_there_is_told(untouched):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    untouched.edit("config.yaml", "engine: eager", "engine: eager\ndevice: cuda")
    assert_refused(untouched, "results", says=["device: no CUDA device is found; cpu or auto would run"])


def test_results_that_cannot_be_written_are_told(untouched):
    untouched.edit("config.yaml", "results: results", "results: /proc/results")
    assert_refused(untouched, "results", says=["/proc/results: cannot be written"])


def test_a_missing_configuration_is_told(untouched):
    assert_refused(untouched, "plan", "--config", "nowhere.yaml", says=["nowhere.yaml: cannot be read"])


def test_unknown_names_are_told_with_the_nearest(untouched):
    assert_refused(untouched, "why", "grop", "CartPole-v1", says=["did you mean 'grpo'?"])
    assert_refused(untouched, "new-method", "2fast", says=["cannot be a file of Python code"])


def test_a_full_disk_keeps_what_was_done(untouched, tmp_path):
    """/dev/full refuses every write, as a full disk does."""
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    untouched.edit("rlbench/core/atomic.py", "        yield part", '        yield Path("/dev/full")')
    untouched.edit("config.yaml", "methods: [reinforce, a2c, ppo_clip, grpo]", "methods: [grpo]")
    done = untouched.run("rlbench", "results")
    assert done.returncode == 1
    assert "No space left on device" in done.stdout
    assert not list((untouched.path / "results").rglob("*.parquet"))
