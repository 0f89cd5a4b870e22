"""What the tables say about results whose answers are known."""

import re

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from rlbench.core import catalog
from rlbench.core.families import FAMILIES
from rlbench.core.schema import Metric
from rlbench.report import frontier
from rlbench.report.as_markdown import as_markdown
from rlbench.report.literature import sources
from rlbench.report.study import Study
from rlbench.report.tables import (
    cells,
    final_performance,
    kl_drift,
    matrix,
    measured_cost,
    methods,
    outcomes,
    preferences,
    sample_efficiency,
    settings,
    updates,
)
from rlbench.report.tables import published as published_results
from rlbench.report.where import where
from rlbench.stats.intervals import t_interval


def line(table, **values):
    frame = table.frame
    for column, value in values.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_the_failed_seed_counts_in_mean_and_share(published):
    got = line(final_performance.table(published.study), task="CartPole-v1", method="A2C", evaluation="deterministic")
    scores = published.study.cell_scores("CartPole-v1", "a2c", "default").set_index("seed")["final_deterministic"]
    assert scores[3] == 22.0
    expected = t_interval(scores.to_numpy())
    assert (got["mean"], got["mean_low"]) == (expected.estimate, expected.low)
    assert (got["n"], got["failed"]) == (10, 1)


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
    own = {"task": "CartPole-v1", "method": "A2C", "evaluation": "stochastic"}
    pd.testing.assert_series_equal(line(alone, **own), line(beside, **own), check_names=False)


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


def test_measured_cost_is_attributed_to_the_seeds_of_each_block(published, builder):
    table = measured_cost.table(published.study)
    one, two = (line(table, task="Acrobot-v1", method=method) for method in ("A2C", "TRPO"))
    assert (one["cpu_s_per_run"], one["blocks"]) == (5.8, 1)
    assert (two["cpu_s_per_run"], two["blocks"], two["compile_s"]) == (11.6, 2, 15.0)
    assert one["cpu_s_per_million_steps"] == pytest.approx(5.8 / 0.3)
    shares = [one[f"{part}_percent"] for part in ("rollout", "update", "evaluation", "other")]
    assert sum(shares) == pytest.approx(100)
    assert one["cautions"] == two["cautions"] == "beside other runs, not interleaved"
    assert "energy J / run (attributed), for every line: not measured" in table.footer(published.study.plan)
    assert "not give the same bytes" in table.question


def test_energy_is_a_sum_only_where_every_block_was_measured(builder):
    builder.cell("CartPole-v1", "a2c", range(2), record={"energy_j": 100.0, "peak_cuda_mb": 5.0})
    builder.cell("Acrobot-v1", "a2c", range(2), record={"energy_j": 100.0})
    builder.cell("Acrobot-v1", "a2c", range(2, 4))
    table = measured_cost.table(Study.read(builder.results, builder.plan()))
    assert line(table, task="CartPole-v1")["energy_j_per_run"] == 50.0
    assert np.isnan(line(table, task="Acrobot-v1")["energy_j_per_run"])


def test_settings_are_one_line_per_value_with_its_tasks(published):
    table = settings.table(published.study)
    assert line(table, method="PPO-clip", setting="update.clip")[["value", "tasks"]].tolist() == ["0.2", "all"]
    frame = table.frame[(table.frame["method"] == "A2C") & (table.frame["setting"] == "update.epochs")]
    assert frame[["value", "tasks"]].to_numpy().tolist() == [["4", "all but Pendulum-v1"], ["10", "Pendulum-v1"]]
    assert line(table, method="REINFORCE", setting="update.epochs")["tasks"] == "all"
    assert dict(settings.flattened({"a": {"b": {}, "c": None}, "d": "x"})) == {"a.b": "{}", "a.c": "null", "d": '"x"'}


def test_a_cell_is_named_by_its_fingerprint(published):
    got = line(cells.table(published.study), task="Acrobot-v1", method="TRPO")
    assert got["fingerprint"] == published.study.plan.cell("Acrobot-v1", "trpo", "default").fingerprint
    assert (got["n"], got["budget"], got["task_settings"]) == (10, 300_000, "gamma 0.99, streams 8")


def test_places_are_named_in_few_words():
    every = ["a", "b", "c", "d"]
    assert [where(some, every) for some in (every, ["a", "b", "c"], ["a", "b"], [])] == ["all", "all but d", "a, b", ""]


def test_methods_have_a_family_a_link_and_their_needs(everything):
    table = methods.table(everything)
    assert table.frame["family"].drop_duplicates().tolist() == list(FAMILIES)
    assert line(table, name="dpo")[["needs", "tasks"]].tolist() == [
        "recorded comparisons",
        "CartPole-preferences, LunarLander-preferences",
    ]
    assert line(table, name="a2c")[["needs", "tasks"]].tolist() == ["a critic", "all"]
    assert "[arXiv:1602.01783](https://arxiv.org/abs/1602.01783)" in as_markdown(table, everything.plan)
    assert "[proceedings.neurips.cc](https://proceedings.neurips.cc/" in as_markdown(table, everything.plan)


def test_updates_are_averaged_per_run_before_the_interval(published):
    got = line(updates.table(published.study), task="CartPole-v1", method="TRPO")
    runs = published.study.cell_updates("CartPole-v1", "trpo", "default")
    expected = t_interval(runs["accepted"].to_numpy())
    assert (got["accepted"], got["accepted_low"]) == (expected.estimate, expected.low)
    assert (got["n"], got["updates"]) == (10, 12)
    assert got["curvature_failures"] == pytest.approx(1 / 12)


def test_what_a_method_does_not_have_is_a_dash(published):
    shown = updates.table(published.study).shown()
    reinforce = shown[shown["method"] == "REINFORCE"].iloc[0]
    for heading in ("clip fraction", "steps taken", "beta", "silent groups"):
        assert reinforce[heading] == "\N{EN DASH}"
    shown = kl_drift.table(published.study).shown()
    reinforce = shown[shown["method"] == "REINFORCE"].iloc[0]
    for heading in ("own bound on KL", "above bound [95 %]", "largest KL / bound [95 %]"):
        assert reinforce[heading] == "\N{EN DASH}"


def test_preferences_say_what_was_hidden_learned_and_how_far_it_went(published, everything):
    assert preferences.table(published.study).frame.empty
    table = preferences.table(everything)
    assert table.frame["task"].drop_duplicates().tolist() == ["CartPole-preferences", "LunarLander-preferences"]
    got = line(table, task="CartPole-preferences", method="DPO")
    scores = everything.cell_scores("CartPole-preferences", "dpo", "default")
    assert got["gold_return"] == pytest.approx(scores["final_stochastic"].mean())
    assert got["proxy_return"] ** 2 / 4 == pytest.approx(got["kl_reference_episode"], rel=0.05)


def test_returns_at_a_budget_lie_on_the_way_and_end_where_nobody_went(everything):
    """Synthetic policies never reach 200 nats, and begin at 0 nats at the random policy."""
    series = ("dpo", "default")
    table = preferences.table(everything)
    got = line(table, task="CartPole-preferences", method="DPO")
    assert got["return_at_2"] < got["return_at_5"] < got["return_at_10"] < got["return_at_20"]
    last = frontier.evaluated(everything, "CartPole-preferences", series, Metric.RETURN_MEAN)
    ends = last.sort_values("step").groupby("seed")["value"].last()
    assert preferences.at_budget(everything, "CartPole-preferences", series, 200).estimate == pytest.approx(ends.mean())


def test_the_policy_of_a_failed_run_is_in_no_distance(everything):
    got = line(preferences.table(everything), task="CartPole-preferences", method="GRPO")
    assert got["n"] == 5
    assert (
        got["gold_return"]
        == everything.cell_scores("CartPole-preferences", "grpo", "default")["final_stochastic"].mean()
    )
    assert len(frontier.finished(everything, "CartPole-preferences", ("grpo", "default"))) == 4
    assert got["kl_reference_episode"] > 10


def test_nineteen_methods_stand_by_family_and_in_one_order(everything):
    for table in (matrix.table(everything), final_performance.table(everything), kl_drift.table(everything)):
        for block in table.blocks():
            firsts = [[line[1] for line in group] for group in block.groups]
            assert all(first[0] and not any(first[1:]) for first in firsts)
    assert len(matrix.table(everything).blocks()[0].groups) == len(FAMILIES)


def test_published_numbers_stand_beside_the_same_evaluation_of_the_same_method(published):
    frame = published_results.table(published.study).frame
    got = frame[(frame["task"] == "CartPole-v1") & (frame["method"] == "A2C")].set_index("source")
    scores = published.study.cell_scores("CartPole-v1", "a2c", "default")
    for source, column in (("RL Baselines3 Zoo", "final_deterministic"), ("SLM Lab", "final_stochastic")):
        expected = t_interval(scores[column].to_numpy())
        assert (got.loc[source, "mean"], got.loc[source, "mean_high"]) == (expected.estimate, expected.high)
        assert got.loc[source, "standing"] == ("below" if expected.high < got.loc[source, "published"] else "level")
    assert got.loc["RL Baselines3 Zoo", "published"] == 500.0
    assert not frame["method"].str.contains(r"\(").any()


@pytest.mark.parametrize(("number", "words"), [(90.0, "above"), (101.0, "level"), (130.0, "below")])
def test_level_is_within_the_interval(number, words):
    assert published_results.standing(t_interval([95.0, 100.0, 105.0, 110.0]), number) == words


def test_every_published_number_names_a_method_and_a_task_that_are_known():
    for source in sources():
        named = [(result.task, result.method) for result in source.results]
        assert len(set(named)) == len(named)
        assert {task for task, _ in named} <= set(catalog.tasks())
        assert {method for _, method in named} <= set(catalog.methods())
        assert re.fullmatch(r"https://github.com/.*/blob/[0-9a-f]{40}/.*", source.reference)


def test_a_source_of_another_form_is_refused(tmp_path):
    text = "source: A\nreference: B\nevaluation: sometimes\nmeasured: late\nruns: 1\nresults: []\nyear: 3\n"
    (tmp_path / "one.yaml").write_text(text)
    with pytest.raises(ValidationError, match=r"evaluation[\s\S]*year"):
        sources(tmp_path)
