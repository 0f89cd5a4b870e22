"""What intervals are worth is simulated once for a design and a code, and again where either changes."""

import os
import signal
import time

import pandas as pd
import pytest

from tests.workflow.conftest import Checkout, checkout

pytestmark = pytest.mark.xdist_group("calibrate")
SUMMARY = {"summary": 1, "tables": 1, "figures": 1, "page": 1, "manifest": 1}
T_INTERVAL = ("half = special.stdtrit(", "half = 0.02 * special.stdtrit(")


def simulated(made: Checkout) -> dict[str, bytes]:
    """Every calibration with its bytes, less what depends on the moment."""
    return {path.name: path.read_bytes() for path in (made.path / "results/calibration").glob("*.parquet")}


def marks(made: Checkout, what: str) -> list[str]:
    table = pd.read_csv(made.path / "results/tables/calibration.csv", comment="#")
    return table.loc[table["what"] == what, "not_kept"].tolist()


def test_all_results_hold_it_and_the_manifest_lists_it(finished: Checkout):
    [name] = simulated(finished)
    manifest = (finished.path / "results/manifest.json").read_text(encoding="utf-8")
    assert f"calibration/{name}" in manifest
    assert "table calibration" in (finished.path / "results/tables/final_performance.md").read_text(encoding="utf-8")
    assert "there: nothing has changed" in finished.run("rlbench", "calibrate", "--cores", "1").stdout


def test_a_change_of_an_interval_simulates_anew_and_a_remark_does_not(clone: Checkout):
    clone.edit("rlbench/stats/intervals.py", '"""Student\'s interval', '"""The interval of Student')
    assert "calibrate" not in clone.jobs()  # words are in the analysis alone
    clone.edit("rlbench/stats/drawdown.py", "import numpy as np", "import numpy as np\n\nUNUSED = 1")
    assert clone.jobs() == SUMMARY
    clone.edit("rlbench/stats/intervals.py", *T_INTERVAL)
    assert clone.jobs() == SUMMARY | {"calibrate": 1}


def test_other_numbers_of_seeds_simulate_anew_and_another_method_does_not(clone: Checkout):
    clone.edit("config.yaml", "ppo_clip, grpo]", "ppo_clip]")
    assert "calibrate" not in clone.jobs()
    clone.edit("config.yaml", "seeds: [0-1]", "seeds: [0-2]")
    assert clone.jobs()["calibrate"] == 1


def test_an_interval_that_lies_is_marked_in_the_tables(clone: Checkout):
    before = simulated(clone)
    assert "normal" not in str(marks(clone, "mean: t")[0])
    clone.edit("rlbench/stats/intervals.py", *T_INTERVAL)
    clone.results()
    assert marks(clone, "mean: t") == ["normal, skewed, collapsing"] * 2
    assert "mean: t with 2 runs (normal" in (clone.path / "results/tables/updates.md").read_text(encoding="utf-8")
    assert all(name in clone.run("rlbench", "prune").stdout for name in before)
    assert len(simulated(clone)) == 1


def test_as_many_processes_as_one_likes_give_the_same_bytes(finished: Checkout, tmp_path):
    made = checkout(tmp_path)
    done = made.run("rlbench", "calibrate", "--cores", "3")
    assert done.returncode == 0, done.stdout
    assert simulated(made) == simulated(finished)


def test_killed_halfway_it_leaves_nothing_half_written_and_the_next_makes_it(tmp_path):
    made = checkout(tmp_path)
    made.edit("rlbench/stats/calibration.py", "SIMULATIONS = 20", "SIMULATIONS = 2_000")
    process = made.start("rlbench", "calibrate", "--cores", "2")
    while not (made.path / "results/.scratch/calibration.progress.json").exists():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert not [
        path for path in (made.path / "results").rglob("*") if "calibration/" in str(path.relative_to(tmp_path))
    ]
    made.edit("rlbench/stats/calibration.py", "SIMULATIONS = 2_000", "SIMULATIONS = 20")
    assert made.run("rlbench", "calibrate", "--cores", "1").returncode == 0
    assert len(simulated(made)) == 1
