"""The policy that a preference task begins from: what it is made of, how it is found, and that it is made once."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from rlbench.core import config as configuration
from rlbench.core import plan as planning
from rlbench.core.config import ConfigError
from rlbench.core.registry import load_task
from rlbench.core.seeds import LARGEST_SEED
from rlbench.loops import reference
from rlbench.loops.reference import train_reference
from rlbench.preferences.reference import read_reference, write_reference
from tests.workflow.conftest import Checkout, checkout

CONFIG = """
results: results
engine: eager
seeds: [0-3]
seeds_per_job: 2
evaluations: 2
evaluation_episodes: 2
tasks:
  CartPole-v1: {budget_env_steps: 1_000}
  cartpole_preferences: {budget_env_steps: 1_000}
methods: [reinforce, dpo]
"""


@pytest.fixture
def quick(monkeypatch):
    """A level that an update or two reach, measured on few episodes."""
    monkeypatch.setattr(reference, "EPISODES", 20)
    monkeypatch.setattr(reference, "FRESH_EPISODES", 50)
    return dataclasses.replace(load_task("cartpole_preferences"), reference_level=30.0)


def test_training_stops_at_the_level_and_always_at_the_same_policy(quick):
    one, other = train_reference(quick), train_reference(quick)
    assert torch.equal(one.theta, other.theta)
    assert one.summary() == other.summary()
    assert one.level >= 30
    assert one.env_steps % reference.METHOD.rollout.rows == 0
    assert one.env_steps > 0
    assert 0 < one.gold_return_se < one.gold_return < 500


def test_a_level_out_of_reach_is_said_to_be(quick, monkeypatch):
    monkeypatch.setattr(reference, "MOST_UPDATES", 1)
    with pytest.raises(RuntimeError, match=r"1024 steps did not bring the reference to 400\.0"):
        train_reference(dataclasses.replace(quick, reference_level=400.0))


def test_no_experiment_shares_its_noise():
    assert reference.SEED > LARGEST_SEED


def test_the_same_parameters_are_the_same_bytes(tmp_path):
    theta = torch.arange(5.0)
    for name in ("a.npz", "b.npz"):
        write_reference(tmp_path / name, theta)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert torch.equal(read_reference(tmp_path / "a.npz", 5), theta)


def planned(folder: Path, *edits: tuple[str, str]) -> planning.Plan:
    text = CONFIG
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (folder / "asked.yaml").write_text(text)
    return planning.make(configuration.load(folder / "asked.yaml"))


def fingerprints(plan: planning.Plan) -> tuple[str, str]:
    """Of the reference, and of what dpo makes of it."""
    [one], [cell] = plan.artefacts, [cell for cell in plan.cells if cell.method == "dpo"]
    return one.fingerprint, cell.fingerprint


PREFERENCES = "cartpole_preferences: {budget_env_steps: 1_000"


@pytest.mark.parametrize(
    ("setting", "reference_changes"),
    [("kl_coef: 0.5", False), ("recording: {steps: 10}", False), ("control: {gamma: 0.5}", True)],
)
def test_a_reference_is_made_again_only_for_what_it_is_made_of(tmp_path, setting, reference_changes):
    before, after = planned(tmp_path), planned(tmp_path, (PREFERENCES, f"{PREFERENCES}, {setting}"))
    (reference_before, cell_before), (reference_after, cell_after) = map(fingerprints, (before, after))
    assert (reference_before != reference_after) is reference_changes
    assert cell_before != cell_after


def test_its_level_and_its_code_are_part_of_it_and_of_every_cell(tmp_path):
    [one] = planned(tmp_path).artefacts
    lower = dataclasses.replace(one, fixed=one.fixed | {"reference_level": 3.0})
    assert lower.fingerprint != one.fingerprint
    assert {"rlbench/loops/reference.py", "rlbench/methods/ppo_clip.py", "rlbench/envs/cartpole.py"} <= one.code.keys()
    assert [path for path in one.code if path.startswith("rlbench/preferences/")] == [
        "rlbench/preferences/reference.py"  # how it is written
    ]
    [cell] = [cell for cell in planned(tmp_path).cells if cell.method == "dpo"]
    other = dataclasses.replace(cell, artefacts=(lower,))
    assert other.fingerprint != cell.fingerprint
    assert cell.content["reference"] == one.fingerprint


def test_only_preference_tasks_have_one_and_recorded_comparisons(tmp_path):
    plan = planned(tmp_path)
    assert {cell.task for cell in plan.cells if cell.artefacts} == {"cartpole_preferences"}
    assert [(gap.method, gap.task, gap.reason) for gap in plan.gaps] == [
        ("dpo", "CartPole-v1", "needs recorded comparisons")
    ]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("recording: {segments: 1_002}", "fitting.rule.minibatches: 50 does not divide 501 prompts"),
        ("recording: {segments: 1_001}", "fitting.answers: 2 does not divide 1001 segments"),
    ],
)
def test_sizes_of_comparisons_that_do_not_fit_together_are_told(tmp_path, setting, words):
    with pytest.raises(ConfigError) as raised:
        planned(tmp_path, (PREFERENCES, f"{PREFERENCES}, {setting}"))
    assert words in str(raised.value)


def test_answers_that_do_not_divide_the_segments_are_told(tmp_path):
    settings = "\nsettings:\n  dpo: {control: {rollout: {answers: 3}}}\n"
    with pytest.raises(ConfigError, match=r"rollout\.answers: 3 does not divide 2000 segments"):
        planned(tmp_path, ("methods: [reinforce, dpo]\n", f"methods: [reinforce, dpo]{settings}"))


@pytest.fixture
def project(tmp_path) -> Checkout:
    made = checkout(tmp_path)
    (made.path / "config.yaml").write_text(CONFIG)
    made.edit("rlbench/tasks/cartpole_preferences.py", "reference_level=100.0", "reference_level=25.0")
    made.edit("rlbench/tasks/cartpole_preferences.py", "segments=2_000, steps=200", "segments=200, steps=20")
    made.edit("rlbench/loops/reference.py", "FRESH_EPISODES = 2_000", "FRESH_EPISODES = 50")
    return made


def test_the_workflow_makes_it_once_before_the_runs_that_need_it(project):
    jobs = project.jobs()
    assert (jobs["prepare"], jobs["train"]) == (1, 6)
    done = project.run("snakemake", "--cores", "1", "--until", "prepare")
    assert done.returncode == 0, done.stdout
    [path] = (project.path / "results" / "references" / "cartpole_preferences").glob("*.npz")
    record = json.loads(path.with_suffix(".record.json").read_text())
    assert record["level"] >= record["asked_level"] == 25.0
    assert (record["kind"], record["fingerprint"]) == ("reference", path.stem)
    assert {"commit", "hardware", "versions", "started", "ended", "wall_s", "code"} <= record.keys()
    with np.load(path) as file:
        assert np.isfinite(file["theta"]).all()
    left = project.jobs()
    assert ("prepare" in left, left["train"]) == (False, 6)


def test_a_path_that_nothing_in_the_plan_begins_from_is_refused(project):
    done = project.run("rlbench", "prepare", "results/references/nothing.record.json")
    assert done.returncode == 2
    assert "nothing that config.yaml begins from" in done.stdout
