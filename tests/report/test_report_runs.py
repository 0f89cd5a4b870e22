"""Plans and run files: what is read, and what is refused with a sentence that says what is wrong."""

import json

import pyarrow.parquet as pq
import pytest

from rlbench.report.plan import Plan
from rlbench.report.runs import Runs


def test_seeds_of_all_blocks_are_read_and_others_left_out(builder):
    builder.cell("CartPole-v1", "a2c", range(3))
    builder.cell("CartPole-v1", "a2c", range(3, 6), failures={4: ("diverged", "KL is NaN", 100_000)})
    builder.cells[0]["seeds"] = [0, 4, 5]
    runs = Runs.read(builder.results, Plan.read(builder.plan()))
    assert runs.outcomes["seed"].tolist() == [0, 4, 5]
    assert runs.outcomes.loc[1, ["outcome", "reason", "step"]].tolist() == ["diverged", "KL is NaN", 100_000]
    assert sorted(runs.rows["seed"].unique()) == [0, 4, 5]
    assert [len(block.seeds) for block in runs.blocks] == [3, 3]
    assert runs.blocks[0].settings["update"] == {"epochs": 4, "clip": 0.2}
    assert runs.blocks[0].measured["cpu_s"] == 58.0


def test_a_plan_without_a_run_gives_empty_frames(builder):
    builder.results.mkdir()
    builder.gap("CartPole-v1", "a2c", "too slow")
    runs = Runs.read(builder.results, Plan.read(builder.plan()))
    assert (len(runs.rows), len(runs.outcomes), runs.blocks) == (0, 0, ())


def test_a_missing_file_is_named(builder):
    path = builder.cell("CartPole-v1", "a2c", range(2))
    plan = Plan.read(builder.plan())
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"seeds_0-1\.parquet"):
        Runs.read(builder.results, plan)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fingerprint": "0" * 16}, "fingerprint is .* the plan has '0000000000000000'"),
        ({"method": "trpo"}, "method is 'a2c', the plan has 'trpo'"),
        ({"seeds": [0, 1, 2]}, r"files hold seeds \[0, 1\], the plan has \(0, 1, 2\)"),
    ],
)
def test_a_file_that_is_not_what_the_plan_says_is_refused(builder, change, message):
    builder.cell("CartPole-v1", "a2c", range(2))
    builder.cells[0] |= change
    with pytest.raises(ValueError, match=message):
        Runs.read(builder.results, Plan.read(builder.plan()))


def test_a_seed_that_lies_in_two_files_is_refused(builder):
    builder.cell("CartPole-v1", "a2c", range(2))
    builder.cell("CartPole-v1", "a2c", range(1, 3))
    builder.cells[0]["seeds"] = [0, 1, 2]
    with pytest.raises(ValueError, match=r"files hold seeds \[0, 1, 1, 2\]"):
        Runs.read(builder.results, Plan.read(builder.plan()))


def test_another_table_is_refused(builder):
    path = builder.cell("CartPole-v1", "a2c", range(2))
    pq.write_table(pq.read_table(path).drop_columns(["unit"]), path)
    with pytest.raises(ValueError, match="not those of a run file"):
        Runs.read(builder.results, Plan.read(builder.plan()))


def test_labels_and_order_follow_the_plan(builder):
    builder.cell("CartPole-v1", "ppo_clip", range(2), variant="no_clip")
    builder.cell("CartPole-v1", "ppo_clip", range(2))
    builder.gap("CartPole-v1", "a2c", "too slow")
    plan = Plan.read(builder.plan())
    assert [plan.label(*series) for series in plan.series()] == ["A2C", "PPO-clip", "PPO-clip (no_clip)"]


def test_an_unknown_plan_is_refused(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"version": 2}))
    with pytest.raises(ValueError, match="plan version 2, but this rlbench reads 1"):
        Plan.read(path)
    path.write_text(json.dumps({"version": 1}))
    with pytest.raises(ValueError, match="not a plan: 'cells'"):
        Plan.read(path)
