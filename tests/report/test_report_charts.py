"""Charts hold the numbers of tables, know what was not recorded, and their specifications are ones that Vega takes."""

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert

from rlbench.report.charts import compute_cost, improvement, learning_curves, preferences, step_sizes, update_kl
from rlbench.report.embedded import embedded, encoded, methods
from rlbench.report.page import charts
from rlbench.report.run_list import run_list
from rlbench.report.study import Study
from tests.report.synthetic import TASKS

MODULES = (compute_cost, improvement, learning_curves, preferences, update_kl)
NAMES = {module.__name__.rpartition(".")[2] for module in MODULES}


def study_of(builder):
    plan = builder.plan()
    return Study.read(builder.results, plan)


@pytest.fixture(scope="module")
def made(everything):
    return charts(everything)


def test_every_chart_is_made_where_there_is_data_and_none_where_there_is_none(made, builder):
    assert set(made) == NAMES
    builder.results.mkdir()
    builder.gap("CartPole-v1", "a2c", "needs preferences")
    assert charts(study_of(builder)) == {}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_vega_takes_every_specification(made, name):
    for panel in made[name].panels:
        names = {data["name"] for data in vl_convert.vegalite_to_vega(panel.spec)["data"]}
        assert names & set(made[name].data), f"{name}, {panel.title}: none of the chart's data is drawn"
        assert {one["name"] for one in panel.spec["params"]} >= {"methods", "tasks", "pointed", "picked"}
        assert panel.description


def test_tasks_have_a_panel_each_in_their_own_unit(everything, made):
    assert [panel.task for panel in made["learning_curves"].panels] == list(everything.plan.tasks)
    [title] = {layer["encoding"]["x"]["title"] for layer in made["learning_curves"].panels[0].spec["layer"][1:]}
    assert title == "env steps"
    assert [panel.title for panel in made["preferences"].panels] == [
        *("CartPole-preferences, hidden return", "CartPole-preferences, learned return"),
        *("LunarLander-preferences, hidden return", "LunarLander-preferences, learned return"),
    ]


def test_the_axis_of_a_task_counts_what_its_plan_counts(builder):
    builder.tasks = {"CartPole-v1": TASKS["CartPole-v1"]}
    builder.cell("CartPole-v1", "a2c", range(2))
    plan = builder.plan()
    data = json.loads(plan.read_text())
    data["tasks"]["CartPole-v1"]["unit"] = "tokens"
    plan.write_text(json.dumps(data))
    made = charts(Study.read(builder.results, plan))
    for name in ("learning_curves", "update_kl"):
        titles = {layer["encoding"].get("x", {}).get("title") for layer in made[name].panels[0].spec["layer"]}
        assert titles - {None} == {"tokens"}
    assert made["compute_cost"].choices["trained"] == "tokens"


def test_shares_over_all_tasks_are_those_of_the_table(everything, made):
    shares, tests = made["improvement"].data["shares"], made["improvement"].data["tests"]
    means = shares.groupby(["first", "second"])["share"].mean()
    label = everything.plan.label
    for pair in everything.improvements:
        first, second = label(*pair.first), label(*pair.second)
        assert means[first, second] == pytest.approx(pair.better.estimate, abs=1e-12)
        assert means[second, first] == pytest.approx(1 - pair.better.estimate, abs=1e-12)
    assert len(means) == len(tests) == 2 * len(everything.improvements)
    both = tests.set_index("pair")
    one = everything.improvements[0]
    there, back = f"{label(*one.first)} / {label(*one.second)}", f"{label(*one.second)} / {label(*one.first)}"
    assert both.loc[back, "low"] == pytest.approx(1 - both.loc[there, "high"])


def test_means_bands_and_runs_of_learning_curves_belong_together(everything, made):
    means, runs = made["learning_curves"].data["means"], made["learning_curves"].data["runs"]
    listed = run_list(everything)
    joined = runs.merge(listed, on="run").groupby(["task", "method", "step"])["value"].mean().rename("again")
    both = means.join(joined, on=["task", "method", "step"])
    assert np.allclose(both["mean"], both["again"])
    assert (both["low"] <= both["mean"]).all()
    assert runs.groupby("run").size().nunique() == 1
    assert set(runs["run"]) == set(listed["run"])


def test_the_bound_is_the_methods_own(made):
    bounds = made["update_kl"].data["traces"].groupby("method")["bound"].max()
    assert bounds["TRPO"] == bounds["PPO-penalty"] == 0.01
    assert np.isnan(bounds["A2C"])


def test_a_method_ends_with_its_final_score_and_all_of_its_cost(everything, made):
    paths = made["compute_cost"].data["paths"]
    ends = paths[(paths["share"] == 1) & (paths["task"] == "CartPole-v1")].set_index("method")
    cell = ("CartPole-v1", "ppo_clip", "default")
    assert ends.loc["PPO-clip", "value"] == pytest.approx(everything.finals[cell].mean())
    assert ends.loc["PPO-clip", "flop"] == everything.costs[cell]["flop"].mean()
    assert ends.loc["PPO-clip", "cpu_s"] == pytest.approx(58.0 / 20)
    assert ends.loc["PPO-clip", "low"] < ends.loc["PPO-clip", "value"] < ends.loc["PPO-clip", "high"]


def test_a_path_begins_at_the_reference_and_ends_once(made):
    paths = made["preferences"].data["paths"]
    assert (paths.loc[paths["place"] == 0, "kl"] == 0).all()
    assert (paths.groupby(["task", "measure", "method"])["last"].sum() == 1).all()


def test_a_step_is_shown_in_parts_of_the_published_one_and_a_bound_by_its_root(builder):
    for method, setting, steps in (("a2c", "lr", (1e-4, 1e-3, 1e-2)), ("trpo", "max_kl", (1e-4, 1e-2, 1.0))):
        builder.cell("CartPole-v1", method, range(4))
        for step, write in zip(steps, (builder.point, builder.published_point, builder.point), strict=True):
            write("CartPole-v1", method, setting, step, range(3))
    study = study_of(builder)
    made = step_sizes.chart(study)
    assert [panel.task for panel in made.panels] == ["CartPole-v1"]
    points = made.data["points"].set_index(["method", "step"])
    assert points.loc["A2C", "length"].tolist() == pytest.approx([0.1, 1, 10])
    assert points.loc["TRPO", "length"].tolist() == pytest.approx([0.1, 1, 10])
    published = study.finals["CartPole-v1", "a2c", "default"][:3]
    assert points.loc[("A2C", 1e-3), "score"] == pytest.approx(published.mean()), "the seeds of the study alone"
    [scale] = {layer["encoding"]["x"]["scale"]["type"] for layer in made.panels[0].spec["layer"]}
    assert scale == "log"
    assert vl_convert.vegalite_to_vega(made.panels[0].spec)["data"]


def test_a_run_says_where_it_comes_from(published):
    listed = run_list(published.study).set_index(["task", "method", "seed"])
    run = listed.loc[("CartPole-v1", "A2C", 3)]
    assert (run["outcome"], run["commit"]) == ("diverged", "4f2a9c1d")
    assert run["reason"].startswith("gradient norm is NaN")
    assert (published.results / run["file"]).is_file()
    assert run["fingerprint"] in run["file"]
    late = listed.loc[("Acrobot-v1", "TRPO", 7)]
    assert late["file"].endswith("seeds_4-9.parquet")
    assert sorted(listed["run"]) == list(range(len(published.study.runs.outcomes)))


@pytest.mark.parametrize("sign", ["dash", "symbol"])
def test_kin_have_a_colour_in_common_and_no_dash_or_symbol(everything, sign):
    found = pd.DataFrame(methods(everything.plan)).assign(sign=lambda all_: all_[sign].astype(str))
    assert (found.groupby("family")["colour"].nunique() == 1).all()
    assert found["colour"].nunique() == found["family"].nunique()
    assert not found.duplicated(["family", "sign"]).any()


def test_columns_are_numbers_or_words_and_come_back():
    frame = pd.DataFrame(
        {"word": ["b", "a", "b"], "value": [1.0, np.nan, 1 / 3], "whole": [1, 2, 3], "yes": [True] * 3}
    )
    made = json.loads(json.dumps(encoded(frame), allow_nan=False))
    assert made == {
        "word": {"words": ["b", "a"], "codes": [0, 1, 0]},
        "value": [1, None, 0.33333334],
        "whole": [1, 2, 3],
        "yes": [True, True, True],
    }


def test_what_is_embedded_repeats_itself_and_cannot_end_its_element(published):
    study = published.study
    first, second = (embedded(study, charts(study), "results") for _ in range(2))
    assert first == second
    assert "<" not in first
    assert json.loads(first)["again"] == "python -m rlbench train --config config.yaml results/"
