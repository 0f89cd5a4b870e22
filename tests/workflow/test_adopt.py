"""Results survive a change of code that changes none of them, and no other."""

import json
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rlbench.commands.adopt import adopt
from rlbench.commands.earlier import Earlier
from rlbench.commands.earlier_code import EarlierCode
from rlbench.commands.results import NotPossible
from rlbench.core.config import load
from rlbench.core.plan import make
from tests.workflow.conftest import Checkout

pytestmark = pytest.mark.xdist_group("adopt")
GAE = "rlbench/algo/gae.py"
HARMLESS = ("reversed(range(len(error)))", "range(len(error) - 1, -1, -1)")
HARMFUL = ("gamma * lam *", "gamma * lam * 0.999 *")
CELLS = 4
"""A2C and PPO-clip on two tasks use what is changed."""


def runs(clone: Checkout) -> dict[str, bytes]:
    """Every run file with its content."""
    folder = clone.path / "results"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("runs/*/*/*/seeds_*.parquet")}


def change_a_number(clone: Checkout, method: str = "a2c") -> None:
    """In the tenth digit, in the rows of both seeds of one cell."""
    [path] = (clone.path / "results").glob(f"runs/CartPole-v1/{method}/*/seeds_0-1.parquet")
    table = pq.read_table(path)
    values = [value + 1e-9 if row % 7 == 0 else value for row, value in enumerate(table["value"].to_pylist())]
    column = table.schema.get_field_index("value")
    pq.write_table(table.set_column(column, table.schema.field(column), [values]), path)


def test_what_comes_out_the_same_is_kept_with_the_evidence_and_a_changed_number_is_found(clone: Checkout):
    change_a_number(clone)
    before = runs(clone)
    clone.edit(GAE, *HARMLESS)
    done = clone.run("rlbench", "adopt", "--cores", "1")
    assert done.returncode == 1, done.stdout
    assert f"{CELLS - 1} adopted, 1 refused" in done.stdout
    assert "a2c on CartPole-v1" in next(line for line in done.stdout.splitlines() if "not the same" in line)
    assert clone.jobs()["train"] == 1
    adopted = {name: content for name, content in runs(clone).items() if name not in before}
    assert len(adopted) == CELLS - 1
    for name in adopted:
        record = json.loads((clone.path / "results" / name).with_suffix(".record.json").read_text(encoding="utf-8"))
        [evidence] = record["adopted"]
        assert evidence["changed"] == [f"{GAE} (gae)"]
        assert len(evidence["seeds_trained_again"]) == 1
        assert any(f"/{evidence['from']}/" in path for path in before)

    # What is adopted is what training would have written, to the byte.
    name, content = adopted.popitem()
    (clone.path / "results" / name).unlink()
    assert clone.run("rlbench", "train", f"results/{name}").returncode == 0
    assert runs(clone)[name] == content


def test_what_comes_out_otherwise_is_refused_by_name(clone: Checkout):
    before = runs(clone)
    clone.edit(GAE, *HARMFUL)
    done = clone.run("rlbench", "adopt", "--cores", "1")
    assert done.returncode == 1
    assert f"0 adopted, {CELLS} refused" in done.stdout
    assert "ppo_clip on Pendulum-v1: seed" in done.stdout
    assert "not the same: seed" in done.stdout
    assert runs(clone) == before
    assert clone.jobs()["train"] == CELLS


def test_what_was_told_something_else_is_not_even_asked(clone: Checkout):
    clone.edit("config.yaml", "streams: 4, steps: 64", "streams: 4, steps: 128")
    done = clone.run("rlbench", "adopt", "--cores", "1")
    assert done.returncode == 0
    assert "2 cells are missing, 0 of them have earlier runs" in done.stdout
    assert clone.jobs()["train"] == 2


def git(clone: Checkout, *words: str) -> str:
    """Run git in a checkout; returns what it prints."""
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    return subprocess.run(["git", *who, *words], cwd=clone.path, capture_output=True, text=True, check=True).stdout


def commit(clone: Checkout) -> str:
    """Keep the code as it is, without its results; returns the name of the commit."""
    if not (clone.path / ".git").exists():
        git(clone, "init", "--quiet")
        (clone.path / ".gitignore").write_text("results/\n__pycache__/\n", encoding="utf-8")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "--message", "as it is")
    return git(clone, "rev-parse", "HEAD").strip()


def test_against_an_earlier_commit_the_codes_are_held_against_each_other_and_not_against_what_was_recorded(
    clone: Checkout,
):
    """As on a machine that rounds otherwise: what is recorded differs in its last digits, whatever the code."""
    clone.edit("config.yaml", "  Pendulum-v1: {budget_env_steps: 2_000}\n", "")
    clone.edit("config.yaml", "methods: [reinforce, a2c, ppo_clip, grpo]", "methods: [a2c, ppo_clip]")
    for method in ("a2c", "ppo_clip"):
        change_a_number(clone, method)
    earlier, before = commit(clone), runs(clone)
    clone.edit(GAE, *HARMLESS)
    clone.edit("rlbench/algo/clipped_ratio.py", "(logp - old_logp).exp()", "(1.001 * (logp - old_logp)).exp()")
    done = clone.run("rlbench", "adopt", "--against", earlier[:12], "--share", "0.5", "--cores", "1")
    assert done.returncode == 1, done.stdout
    assert "1 adopted, 1 refused" in done.stdout
    refused = next(line for line in done.stdout.splitlines() if "not the same" in line)
    assert "ppo_clip on CartPole-v1: seed" in refused
    [name] = {*runs(clone)} - {*before}
    record = json.loads((clone.path / "results" / name).with_suffix(".record.json").read_text(encoding="utf-8"))
    [evidence] = record["adopted"]
    assert evidence["held_against"] == {"code_of": earlier, "share_of_budget": 0.5, "engine": "eager"}
    assert evidence["changed"] == [f"{GAE} (gae)"]
    [kept] = [old for old in before if f"/{evidence['from']}/" in old]
    rows = [pq.read_table(clone.path / "results" / path).replace_schema_metadata(None) for path in (name, kept)]
    assert rows[0].equals(rows[1])
    assert {*before} < {*runs(clone)}
    assert len(git(clone, "worktree", "list").splitlines()) == 1, "the checkout of the earlier commit stays behind"


def test_a_commit_that_does_not_exist_is_said_not_to(clone: Checkout, monkeypatch):
    commit(clone)
    monkeypatch.chdir(clone.path)
    with pytest.raises(NotPossible, match="no-such-commit: fatal: Needed a single revision"):
        adopt(make(load(Path("config.yaml"))), seeds=1, cores=1, against="no-such-commit")


def test_a_commit_whose_code_did_not_make_the_runs_is_said_not_to_have(clone: Checkout, monkeypatch):
    monkeypatch.chdir(clone.path)
    plan = make(load(Path("config.yaml")))
    cell = plan.cells[0]
    made = Earlier("0" * 16, (), {})
    for known in ({}, {f"{cell.label} on {cell.task}": "1" * 16}):
        code = EarlierCode("0123456789abcdef", Path("nowhere"), 1.0, known)
        found = code.first_difference(plan, cell, made, (0,))
        assert found == "the code of 0123456789ab is not what made the earlier runs"
