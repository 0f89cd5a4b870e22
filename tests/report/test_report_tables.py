"""What the tables say about results whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from rlbench.report.study import Study
from rlbench.report.tables import cost, final_performance, matrix, measured_cost, outcomes, sample_efficiency, settings
from rlbench.stats.intervals import t_interval


def line(table, **where):
    frame = table.frame
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_the_failed_seed_counts_in_mean_and_share(published):
    got = line(final_performance.table(published.study), task="CartPole-v1", method="A2C", evaluation="deterministic")
    scores = published.study.cell_scores("CartPole-v1", "a2c", "default").set_index("seed")["final_deterministic"]
    assert scores[3] == 22.0
    expected = t_interval(scores.to_numpy())
    assert (got["mean"], got["mean_low"]) == (expected.estimate, expected.low)
    assert (got["n"], got["failed"], got["failed_share"]) == (10, 1, 0.1)
    assert got["failed_share_high"] == pytest.approx(0.4042, abs=1e-4)


def test_normalised_means_are_the_mean_of_task_means_and_only_of_complete_methods(published):
    frame = final_performance.table(published.study).frame
    whole = frame[(frame["task"] == final_performance.ALL_TASKS) & (frame["evaluation"] == "stochastic")]
    assert whole["method"].tolist() == ["A2C", "TRPO", "PPO-clip"]
    own = frame[(frame["method"] == "TRPO") & (frame["evaluation"] == "stochastic")].set_index("task")["mean"]
    anchors = {name: task.anchors for name, task in published.study.plan.tasks.items()}
    expected = np.mean([anchors[task].normalise(own[task]) for task in anchors])
    assert whole.set_index("method").loc["TRPO", "mean"] == pytest.approx(expected)


def test_another_method_moves_no_bootstrap_interval(builder):
    builder.cell("CartPole-v1", "a2c", range(12))
    alone = final_performance.table(Study.read(builder.results, builder.plan()))
    builder.cell("CartPole-v1", "trpo", range(12))
    beside = final_performance.table(Study.read(builder.results, builder.plan()))
    where = {"task": "CartPole-v1", "method": "A2C", "evaluation": "stochastic"}
    pd.testing.assert_series_equal(line(alone, **where), line(beside, **where), check_names=False)


def test_matrix_says_why_a_cell_is_empty(published):
    table = matrix.table(published.study)
    assert table.frame.set_index("method").loc["REINFORCE", "Pendulum-v1"] == "\N{EN DASH}¹"
    assert table.frame.set_index("method").loc["A2C", "CartPole-v1"] == "10 (1 failed)"
    assert "¹ needs a discrete action & a <b>short</b> episode" in table.notes


def test_every_failed_run_is_listed_and_none_is_a_sentence(published, builder):
    table = outcomes.table(published.study)
    assert table.frame[["task", "method", "seed", "step"]].to_numpy().tolist() == [["CartPole-v1", "A2C", 3, 263_000]]
    assert "from update #41" in table.frame["reason"][0]
    builder.cell("CartPole-v1", "a2c", range(2))
    table = outcomes.table(Study.read(builder.results, builder.plan()))
    assert len(table.frame) == 0
    assert table.notes[0].startswith("None of 2 runs failed")


def test_median_steps_treat_a_run_that_never_solves_as_later_than_all():
    nan = float("nan")
    assert sample_efficiency.median_time(np.array([300.0, nan, 100.0])) == 300.0
    assert sample_efficiency.median_time(np.array([nan, 200.0, nan, 100.0])) == 200.0
    assert np.isinf(sample_efficiency.median_time(np.array([nan, 100.0, nan])))


def test_sample_efficiency_counts_solved_runs(published):
    table = sample_efficiency.table(published.study)
    scores = published.study.cell_scores("CartPole-v1", "a2c", "default")
    got = line(table, task="CartPole-v1", method="A2C")
    assert got["solved"] == scores["solved"].sum() < 5
    assert np.isinf(got["median_steps_to_solved"])
    assert got["average_return"] == pytest.approx(scores["area_under_curve"].mean())


def test_counted_cost_is_a_mean_per_run(published):
    got = line(cost.table(published.study), task="CartPole-v1", method="A2C")
    assert got["env_steps"] == (9 * 500_000 + 263_000) / 10
    assert got["parameters"] == 9_155
    assert got["counted_runs"] == 10


def test_measured_cost_is_attributed_to_the_seeds_of_each_block(published, builder):
    table = measured_cost.table(published.study)
    one, two = (line(table, task="Acrobot-v1", method=method) for method in ("A2C", "TRPO"))
    assert (one["cpu_s_per_run"], one["blocks"]) == (5.8, 1)
    assert (two["cpu_s_per_run"], two["blocks"], two["compile_s"]) == (11.6, 2, 15.0)
    assert one["cpu_s_per_million_steps"] == pytest.approx(5.8 / 0.3)
    shares = [one[f"{part}_percent"] for part in ("rollout", "update", "evaluation", "other")]
    assert sum(shares) == pytest.approx(100)
    assert set(table.shown()["energy J / run (attributed)"]) == {"not measured"}
    assert "not give the same bytes" in table.question


def test_energy_is_a_sum_only_where_every_block_was_measured(builder):
    builder.cell("CartPole-v1", "a2c", range(2), record={"energy_j": 100.0, "peak_cuda_mb": 5.0})
    builder.cell("Acrobot-v1", "a2c", range(2), record={"energy_j": 100.0})
    builder.cell("Acrobot-v1", "a2c", range(2, 4))
    table = measured_cost.table(Study.read(builder.results, builder.plan()))
    assert line(table, task="CartPole-v1")["energy_j_per_run"] == 50.0
    assert np.isnan(line(table, task="Acrobot-v1")["energy_j_per_run"])


def test_settings_are_flat_and_side_by_side(published):
    table = settings.table(published.study)
    got = line(table, method="PPO-clip", setting="update.clip")
    assert got["CartPole-v1"] == "0.2"
    assert line(table, method="A2C", setting="hidden")["Acrobot-v1"] == "[64, 64]"
    assert line(table, method="REINFORCE", setting="task.gamma")["Pendulum-v1"] == "\N{EN DASH}"
    cell = published.study.plan.cell("Acrobot-v1", "trpo", "default")
    assert line(table, method="TRPO", setting="fingerprint")["Acrobot-v1"] == cell.fingerprint
    assert dict(settings.flattened({"a": {"b": {}, "c": None}, "d": "x"})) == {"a.b": "{}", "a.c": "null", "d": '"x"'}
