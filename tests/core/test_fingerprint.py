"""A run's identity: what changes it and what does not, tried on a copy of the package."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlbench.core import catalog, config, plan
from rlbench.core.fingerprint import changes, code, digest, run_code
from rlbench.core.source import PACKAGE

CONFIG = """
seeds: [0-3]
tasks:
  CartPole-v1: {budget_env_steps: 10_000}
  Pendulum-v1: {budget_env_steps: 10_000, gamma: 0.9}
methods: [reinforce, a2c, ppo_clip]
settings:
  a2c: {CartPole-v1: {lam: 0.9, entropy: 0.02}}
variants:
  ppo_clip: {wide: {clip: 0.3}}
"""
ASK = """
import json, pathlib
from rlbench.core import config, plan
cells = plan.make(config.load(pathlib.Path("asked.yaml"))).cells
print(json.dumps({f"{c.label} on {c.task}": c.fingerprint for c in cells}))
"""


class Checkout:
    """A copy of the package that can be edited and asked for the fingerprints of a configuration."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(PACKAGE, folder / "rlbench", ignore=shutil.ignore_patterns("__pycache__"))

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / "rlbench" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def fingerprints(self) -> dict[str, str]:
        (self.folder / "asked.yaml").write_text(CONFIG)
        command = [sys.executable, "-c", ASK]
        asked = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return json.loads(asked.stdout)


@pytest.fixture
def edited(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


Ask = Callable[[str], dict[str, str]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The fingerprints of a configuration with the package as it is."""

    def fingerprints(text: str) -> dict[str, str]:
        (tmp_path / "asked.yaml").write_text(text)
        cells = plan.make(config.load(tmp_path / "asked.yaml")).cells
        return {f"{cell.label} on {cell.task}": cell.fingerprint for cell in cells}

    return fingerprints


@pytest.fixture
def before(ask: Ask) -> dict[str, str]:
    return ask(CONFIG)


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {cell for cell in before if before[cell] != after[cell]}


def test_every_cell_has_its_own_in_sixteen_hexadecimal_digits(before):
    assert len(before) == 8
    assert len(set(before.values())) == 8
    assert all(len(f) == 16 and set(f) <= set("0123456789abcdef") for f in before.values())


def test_comments_docstrings_other_methods_and_the_report_change_none(edited, before):
    edited.edit("algo/gae.py", '"""Generalised advantage estimation."""', '"""GAE."""')
    edited.edit("algo/gae.py", "    running = ", "    # from the last step back\n    running = ")
    edited.edit("methods/reinforce.py", "@method(", "# The oldest of them all.\n@method(")
    edited.edit("core/ranges.py", '"""The words', '"""These are the words')
    text = (edited.folder / "rlbench" / "methods" / "reinforce.py").read_text()
    (edited.folder / "rlbench" / "methods" / "another.py").write_text(text)
    for path in (edited.folder / "rlbench" / "report").glob("*.py"):
        path.write_text(path.read_text() + "\nNEW = 1\n")
    assert edited.fingerprints() == before


def test_an_edit_of_a_part_changes_those_that_import_it(edited, before):
    edited.edit("algo/gae.py", "gamma * lam * (1 - cut)", "lam * gamma * (1 - cut)")
    assert changed(before, edited.fingerprints()) == {cell for cell in before if "reinforce" not in cell}


def test_an_edit_of_a_method_changes_its_own_cells(edited, before):
    edited.edit("methods/reinforce.py", "return now.logp * c.advantage", "return c.advantage * now.logp")
    assert changed(before, edited.fingerprints()) == {cell for cell in before if "reinforce" in cell}


def test_an_edit_of_the_loop_changes_all(edited, before):
    edited.edit("loops/train.py", "\n\n\n", "\n\nNEW = 1\n\n\n")
    assert changed(before, edited.fingerprints()) == set(before)


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        ("lam: 0.9", "lam: 0.8", {"a2c on CartPole-v1"}),
        ("clip: 0.3", "clip: 0.4", {"ppo_clip (wide) on CartPole-v1", "ppo_clip (wide) on Pendulum-v1"}),
        ("gamma: 0.9}", "gamma: 0.8}", "Pendulum-v1"),
        ("Pendulum-v1: {budget_env_steps: 10_000", "Pendulum-v1: {budget_env_steps: 20_000", "Pendulum-v1"),
        ("seeds: [0-3]", "seeds: [0-3]\nevaluations: 7", ""),
        ("seeds: [0-3]", "seeds: [0-3]\nevaluation_episodes: 7", ""),
    ],
)
def test_a_number_that_a_run_is_given_changes_the_runs_that_it_is_given_to(ask, before, old, new, cells):
    assert old in CONFIG
    expected = cells if isinstance(cells, set) else {cell for cell in before if cells in cell}
    assert changed(before, ask(CONFIG.replace(old, new))) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{lam: 0.9, entropy: 0.02}", "{entropy: 0.02, lam: 0.9}"),
        ("{budget_env_steps: 10_000, gamma: 0.9}", "{gamma: 0.9, budget_env_steps: 10000}"),
        ("seeds: [0-3]", "seeds: [0-9]\nseeds_per_job: 2\nengine: eager\ndevice: cpu\nresults: elsewhere"),
        ("{lam: 0.9, entropy: 0.02}", "{lam: 0.9, entropy: 0.02, rollout: {steps: 5}}"),
        ("ppo_clip: {wide: {clip: 0.3}}", "ppo_clip: {wide: {clip: 0.3, lam: 0.95}}"),
    ],
    ids=["order of keys", "way of writing", "how and how often", "a default spelt out", "the same in a variant"],
)
def test_what_no_run_can_see_changes_none(ask, before, old, new):
    assert old in CONFIG
    assert ask(CONFIG.replace(old, new)) == before


def test_a_whole_number_is_the_same_number_with_or_without_a_point(ask):
    one, other = (ask(CONFIG.replace("entropy: 0.02", f"entropy: {zero}")) for zero in ("0", "0.0"))
    assert one == other


word = st.text("abc", max_size=3)


@given(st.dictionaries(word, st.integers() | word, max_size=4))
def test_a_digest_does_not_depend_on_the_order_of_keys(content):
    backwards = dict(reversed(content.items()))
    assert digest({"outer": backwards}) == digest({"outer": content})


def test_a_digest_depends_on_everything_else():
    variations = [{"a": 1}, {"a": 2}, {"b": 1}, {"a": [1]}, {"a": "1"}, {"a": None}, {}, [{"a": 1}], {"a": {"a": 1}}]
    assert len({digest(v) for v in variations}) == len(variations)


def test_the_code_of_a_run_names_its_files_and_definitions():
    method, task = catalog.methods()["a2c"], catalog.tasks()["CartPole-v1"]
    found = run_code(method, task)
    assert found.keys() >= {"rlbench/methods/a2c.py", "rlbench/tasks/cartpole.py", "rlbench/loops/train.py"}
    assert found["rlbench/algo/gae.py"].keys() == {"module level", "gae"}
    assert found == code(method.path, task.path, PACKAGE / "loops" / "train.py")


def test_changes_are_told_definition_by_definition():
    before = {"a.py": {"f": "1", "g": "2"}, "b.py": {"h": "3"}, "d.py": {"x": "1"}}
    after = {"a.py": {"f": "1", "g": "4", "i": "5"}, "c.py": {"h": "3"}, "d.py": {"x": "1"}}
    assert changes(before, after) == ["a.py (g)", "a.py (i)", "b.py is no longer used", "c.py is new"]
    assert changes(before, before) == []
