"""What runs, and what does not run again."""

import json
import re

import pandas as pd
import pytest

from tests.workflow.conftest import Checkout

pytestmark = pytest.mark.xdist_group("pipeline")
TASKS, METHODS = 2, 4


def without_links(page: str) -> str:
    """A page less its namespaces, the links that a reader may follow, its words, of which a style sheet is none, and
    the programs inside it, whose requests are watched in a browser (tests/report/test_report_browser.py)."""
    programs = re.sub(r"<script(?! src).*?</script>", "", page, flags=re.DOTALL)
    namespaces = programs.replace("http://www.w3.org", "")
    return re.sub(r"(?<!<style)>[^<>]*<", "><", re.sub(r'<a href="https://[^"]*"', "<a", namespaces))


def test_everything_is_made(finished: Checkout):
    results = finished.path / "results"
    for folder, kinds in (("tables", ("csv", "md", "tex")), ("figures", ("svg", "png", "pdf"))):
        for kind in kinds:
            assert list((results / folder).glob(f"*.{kind}"))
    final = pd.read_csv(results / "tables" / "final_performance.csv", comment="#")
    assert set(final["method"]) == {"A2C", "GRPO", "PPO-clip", "REINFORCE"}
    assert "http" not in without_links((results / "report.html").read_text(encoding="utf-8"))
    assert json.loads((results / "manifest.json").read_text(encoding="utf-8"))["hash"]


def test_the_second_time_there_is_nothing_to_do(finished: Checkout):
    assert "nothing to do, results verified" in finished.results()
    assert finished.jobs() == {}


def test_a_fresh_clone_with_results_has_nothing_to_do(clone: Checkout):
    assert clone.jobs() == {}
    assert "nothing to do, results verified" in clone.results()


def test_a_comment_reruns_nothing(clone: Checkout):
    clone.edit("rlbench/methods/ppo_clip.py", "    def credit", "    # a remark\n    def credit")
    clone.edit("rlbench/algo/gae.py", '"""Exponentially weighted', '"""Weighted')
    assert clone.jobs() == {}


def test_an_edit_of_a_shared_idea_reruns_the_methods_that_import_it(clone: Checkout):
    clone.edit("rlbench/algo/gae.py", "reversed(range(len(error)))", "range(len(error) - 1, -1, -1)")
    assert clone.jobs()["train"] == 2 * TASKS
    dry = clone.run("snakemake", "--dry-run", "--cores", "1").stdout
    assert "runs/CartPole-v1/a2c" in dry
    assert "runs/Pendulum-v1/ppo_clip" in dry
    assert "grpo/" not in dry.split("rule tables")[0].split("rule train")[1]
    why = clone.run("rlbench", "why", "a2c", "CartPole-v1").stdout
    assert "rlbench/algo/gae.py (gae)" in why
    assert "up to date" in clone.run("rlbench", "why", "grpo", "CartPole-v1").stdout


def test_a_setting_reruns_its_method_and_why_names_it(clone: Checkout):
    clone.edit("config.yaml", "streams: 4, steps: 64", "streams: 4, steps: 128")
    assert clone.jobs()["train"] == TASKS
    assert "settings.rollout.steps 64 -> 128" in clone.run("rlbench", "why", "ppo_clip", "CartPole-v1").stdout


def test_a_new_method_runs_alone_and_appears_in_the_tables(clone: Checkout):
    assert "wrote rlbench/methods/vine_ppo.py" in clone.run("rlbench", "new-method", "vine_ppo").stdout
    clone.edit("config.yaml", "ppo_clip, grpo]", "ppo_clip, grpo, vine_ppo]")
    assert clone.jobs() == {"train": TASKS, "summary": 1, "tables": 1, "figures": 1, "page": 1, "manifest": 1}
    assert "rlbench/methods/vine_ppo.py is there already" in clone.run("rlbench", "new-method", "vine_ppo").stdout
    clone.results()
    assert "Vine Ppo" in (clone.path / "results/tables/final_performance.md").read_text(encoding="utf-8")


def test_new_seeds_run_alone(clone: Checkout):
    before = {path: path.read_bytes() for path in (clone.path / "results").glob("runs/*/*/*/seeds_0-1.parquet")}
    clone.edit("config.yaml", "seeds: [0-1]", "seeds: [0-3]")
    assert clone.jobs()["train"] == TASKS * METHODS
    clone.results()
    assert all(path.read_bytes() == content for path, content in before.items())
    scores = pd.read_parquet(clone.path / "results/scores.parquet")
    assert set(scores["seed"]) == {0, 1, 2, 3}


TASK = '''"""MountainCar-v0, as Gymnasium has it."""

from rlbench.control.observation import Standardised
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors

task = ControlTask(
    env_id="MountainCar-v0",
    anchors=Anchors(random=-200.0, solved=-110.0),
    gamma=0.99,
    observation=Standardised(),
)
'''


def test_a_task_that_gymnasium_has_is_one_file(clone: Checkout):
    (clone.path / "rlbench/tasks/mountain_car.py").write_text(TASK, encoding="utf-8")
    line = "  CartPole-v1: {budget_env_steps: 2_000}\n"
    clone.edit("config.yaml", line, line + "  MountainCar-v0: {budget_env_steps: 1_000}\n")
    assert clone.jobs()["train"] == METHODS
    clone.results()
    matrix = pd.read_csv(clone.path / "results/tables/matrix.csv", comment="#")
    assert "MountainCar-v0" in matrix.columns


def test_a_run_file_that_was_damaged_is_trained_again(clone: Checkout):
    [path] = (clone.path / "results").glob("runs/CartPole-v1/grpo/*/seeds_0-1.parquet")
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    assert "is not what the manifest says" in clone.results()
    assert path.read_bytes() == good
