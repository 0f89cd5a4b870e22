"""What language tasks begin from: made in order before anything is trained, whole or not at all, and made once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rlbench.commands import results as commands
from rlbench.commands.prepare import prepare
from rlbench.core.config import load
from rlbench.core.plan import Plan, make
from rlbench.language.pretrained import Pretrained
from rlbench.report.manifest import HALF_WRITTEN, write_manifest
from tests.workflow.conftest import ROOT, Checkout, checkout

CONFIG = """\
results: {results}
engine: eager
seeds: [0-1]
seeds_per_job: 2
evaluations: 1
evaluation_episodes: 4
tasks:
  enumerable_preferences:
    budget_tokens: 1_000
    language: {{letters: 3, answer_symbols: 2}}
    imitation: {{width: 16, layers: 1, heads: 2, steps: 5, texts: 16}}
    recording: {{prompts: 20, fresh_pairs: 20}}
    fitting: {{rule: {{minibatches: 4}}}}
methods: [dpo]
"""
KILLED = """\
import os, signal, sys
from pathlib import Path
from transformers import PreTrainedTokenizerFast
from rlbench.commands.prepare import prepare
from rlbench.core import config, plan
PreTrainedTokenizerFast.save_pretrained = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
asked = plan.make(config.load(Path(sys.argv[1])))
prepare(asked, asked.config.results / asked.artefacts[0].record)
"""
"""Dies when half of a model is on disk: its weights, but no tokenizer."""


def planned(folder: Path) -> Plan:
    (folder / "asked.yaml").write_text(CONFIG.format(results=folder / "results"), encoding="utf-8")
    return make(load(folder / "asked.yaml"))


def drafts(plan: Plan) -> list[Path]:
    return sorted(plan.config.results.rglob(f"*{HALF_WRITTEN}"))


@pytest.fixture
def project(tmp_path: Path) -> Checkout:
    made = checkout(tmp_path)
    (made.path / "config.yaml").write_text(CONFIG.format(results="results"), encoding="utf-8")
    return made


def test_the_workflow_makes_each_after_what_it_is_made_from_and_then_trains(project: Checkout):
    done = project.run("snakemake", "--cores", "1", "--until", "train")
    assert done.returncode == 0, done.stdout
    rules = [
        line.split()[1].rstrip(":") for line in done.stdout.splitlines() if line.startswith(("rule ", "localrule "))
    ]
    assert rules == ["prepare", "prepare", "prepare", "train"]
    results = project.path / "results"
    found = {path.parts[-3]: path for path in results.glob("*/enumerable_preferences/*.record.json")}
    records = {kind: json.loads(path.read_text(encoding="utf-8")) for kind, path in found.items()}
    written = sorted(found, key=lambda kind: found[kind].stat().st_mtime_ns)
    assert written == ["models", "comparisons", "rewards"]
    for path in found.values():
        record = records[path.parts[-3]]
        assert {"commit", "hardware", "versions", "started", "ended", "wall_s", "code", "made_of"} <= record.keys()
        assert path.name == f"{record['fingerprint']}.record.json"
    assert records["models"]["settings"]["imitation"]["steps"] == 5
    assert 0 < records["comparisons"]["preferred_is_better"] <= 1
    [run] = results.glob("runs/enumerable_preferences/dpo/*/seeds_0-1.record.json")
    assert run.stat().st_mtime_ns > found["rewards"].stat().st_mtime_ns


def test_killed_while_it_writes_it_leaves_nothing_that_could_be_taken_for_whole(tmp_path: Path):
    plan = planned(tmp_path)
    model = plan.artefacts[0]
    path, record = plan.config.results / model.path, plan.config.results / model.record
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "asked.yaml")], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert not path.exists()
    assert not record.exists()
    [draft] = drafts(plan)
    assert (draft / "model.safetensors").exists()

    assert prepare(plan, record) == 0
    assert drafts(plan) == []
    assert len(Pretrained(path).tokenizer()) == 6
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in (record, *path.iterdir())}
    assert prepare(plan, record) == 0
    assert before == {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in (record, *path.iterdir())}


def test_a_draft_is_not_in_the_manifest(tmp_path: Path):
    plan = planned(tmp_path)
    results = plan.config.results
    for name in ("models/tales/.0.7.part/model.safetensors", "models/tales/0/model.safetensors"):
        (results / name).parent.mkdir(parents=True)
        (results / name).write_bytes(b"weights")
    summary = results / plan.analysis_path
    summary.parent.mkdir(parents=True)
    summary.write_text(json.dumps(plan.analysis), encoding="utf-8")
    listed = write_manifest(results, summary)["reproducible"]
    assert "models/tales/0/model.safetensors" in listed
    assert not any(HALF_WRITTEN in name for name in listed)


def test_what_is_damaged_is_made_again(tmp_path: Path, monkeypatch):
    """The workflow asks for records alone: where a file of an artefact goes, its record goes with it."""
    plan = planned(tmp_path)
    results, model = plan.config.results, plan.artefacts[0]
    damaged = (model.path / "model.safetensors").as_posix()
    for one in plan.artefacts:
        (results / one.record).parent.mkdir(parents=True, exist_ok=True)
        (results / one.record).touch()
    (results / "manifest.json").touch()
    monkeypatch.setattr(commands.manifest, "damaged_files", lambda folder: [damaged])
    commands._discard_damaged(plan)
    assert [(results / one.record).exists() for one in plan.artefacts] == [False, True, True]
    assert not (results / "manifest.json").exists()


def test_a_path_that_nothing_in_the_plan_begins_from_is_refused(tmp_path: Path, capsys):
    plan = planned(tmp_path)
    assert prepare(plan, plan.config.results / "models" / "nothing.record.json") == 2
    assert "nothing that" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["asked.yaml"]
