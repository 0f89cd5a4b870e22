"""The comparisons on results with planted answers: spread, collapses, bounds, costs, and which method is best."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlbench.report.as_latex import as_latex
from rlbench.report.as_markdown import as_markdown
from rlbench.report.study import Study
from rlbench.report.tables import best, compute_cost, headline, improvement, kl_drift, stability, variance
from rlbench.report.versus import ALL_TASKS
from rlbench.stats.intervals import t_interval, wilson_interval
from rlbench.stats.multiplicity import benjamini_hochberg, holm
from tests.report.synthetic import EPISODES, EVALUATIONS, TASKS, Builder, costs, generator_of
from tests.report.test_report_tables import line

RANGE = {task: values["anchors"]["solved"] - values["anchors"]["random"] for task, values in TASKS.items()}
NOISE = 0.1**2 / EPISODES / 2
"""Squared standard error of a normalised final score, a mean of two evaluations."""
TABLES = (variance, stability, kl_drift, compute_cost, best, improvement)


def scored(level, spread, scale=1.0, shift=0.0):
    """Runs that rise at once to `level` plus draws of this `spread` between seeds, in parts of the task's range.

    Draws are the same for every method. Returns and anchors may be in other units.
    """

    def draw(task, method, variant, seed, split, budget):
        del method, variant, split
        anchors = TASKS[task]["anchors"]
        steps = np.linspace(0, budget, EVALUATIONS + 1).astype(int)
        score = np.where(steps > 0, level + spread * generator_of("seed", task, seed).normal(), 0.0)
        return steps, scale * (anchors["random"] + score * (anchors["solved"] - anchors["random"])) + shift

    return draw


def story(falls):
    """Runs that reach 1 halfway and then, by seed, stay, fall to `0.2` for good, or fall and come back."""

    def draw(task, method, variant, seed, split, budget):
        del method, variant, split
        anchors = TASKS[task]["anchors"]
        steps = np.linspace(0, budget, EVALUATIONS + 1).astype(int)
        values = np.where(np.arange(EVALUATIONS + 1) < 8, 0.0, 1.0)
        if seed in falls:
            values[12:] = 0.2
            values[17:] = {"stays": 0.2, "returns": 1.0}[falls[seed]]
        return steps, anchors["random"] + values * (anchors["solved"] - anchors["random"])

    return draw


def study_of(builder, **plan):
    return Study.read(builder.results, builder.plan(**plan))


def planted(builder, tasks=tuple(TASKS), methods=None, **units):
    methods = methods or {"ppo_clip": (0.9, 0.02), "a2c": (0.9, 0.06), "trpo": (0.5, 0.02)}
    for task in tasks:
        for method, shape in methods.items():
            builder.cell(task, method, range(20), curve=scored(*shape, **units))
    return study_of(builder)


def test_spread_is_that_of_the_runs_without_the_noise_of_their_evaluations(builder):
    study = planted(builder, methods={"ppo_clip": (0.9, 0.02), "a2c": (0.9, 0.06)})
    frame = variance.table(study).frame
    scores = study.finals["CartPole-v1", "a2c", "default"]
    got = line(variance.table(study), task="CartPole-v1", method="A2C")
    assert got["seed_sd"] ** 2 == pytest.approx(scores.var(ddof=1) - NOISE)
    assert got["noise_share"] == pytest.approx(NOISE / scores.var(ddof=1))
    assert got["seed_sd_low"] < got["seed_sd"] < got["seed_sd_high"]
    ratios = frame[frame["method"] == "A2C"]["difference"]
    assert ratios.to_numpy() == pytest.approx(np.log(3))
    whole = line(variance.table(study), task=ALL_TASKS, method="A2C")
    assert (whole["tasks"], whole["n"]) == (3, 20)
    assert whole["p_value"] < 0.01
    assert "A2C spread more (3.000 [" in variance.table(study).summary


def test_where_noise_is_all_nothing_is_left(builder):
    """Runs differ by a tenth of what their evaluations do."""
    study = planted(builder, methods={"ppo_clip": (0.9, 0.1 * NOISE**0.5), "a2c": (0.9, 0.06)})
    got = line(variance.table(study), task="CartPole-v1", method="PPO-clip")
    assert (got["seed_sd"], got["seed_sd_low"], got["noise_share"]) == (0, 0, 1)
    assert "in 3 nothing is left once evaluation noise is taken off" in variance.table(study).summary


def test_a_range_over_few_runs_is_not_shown(builder):
    builder.cell("CartPole-v1", "ppo_clip", range(19), curve=scored(0.9, 0.02))
    builder.cell("Acrobot-v1", "ppo_clip", range(20), curve=scored(0.9, 0.02))
    frame = variance.table(study_of(builder)).frame.set_index("task")
    assert np.isnan(frame.loc["CartPole-v1", "ipr_90"])
    assert frame.loc["Acrobot-v1", "ipr_90"] > 0


def test_collapses_are_counted_and_those_that_came_back_are_not(builder):
    told = {0: "stays", 1: "stays", 2: "stays", 3: "returns"}
    builder.cell("CartPole-v1", "a2c", range(10), curve=story(told))
    builder.cell("CartPole-v1", "ppo_clip", range(10), curve=story({}))
    table = stability.table(study_of(builder))
    got = line(table, task="CartPole-v1", method="A2C")
    assert (got["fell"], got["collapsed"], got["failed"]) == (4, 3, 0)
    share, lost = wilson_interval(3, 10), wilson_interval(3, 4)
    assert (got["collapsed_share"], got["collapsed_share_high"]) == (share.estimate, share.high)
    assert (got["not_recovered"], got["not_recovered_low"]) == (lost.estimate, lost.low)
    assert got["worst_run"] == pytest.approx(0.2)
    assert "Of 20 runs 0 failed, 4 fell by half of the task's range or more, and 3 of these never came back" in (
        table.summary
    )


def test_drawdown_is_what_was_lost_beyond_noise(builder):
    """A run that falls from 1 to 0.2 lost 0.8, of which noise explains a little; one that stays lost nothing."""
    builder.cell("CartPole-v1", "a2c", range(10), curve=story(dict.fromkeys(range(10), "stays")))
    builder.cell("CartPole-v1", "ppo_clip", range(10), curve=story({}))
    table = stability.table(study_of(builder))
    fell, stayed = (line(table, task="CartPole-v1", method=name) for name in ("A2C", "PPO-clip"))
    assert 0.7 < fell["excess_drawdown"] < 0.8
    assert stayed["excess_drawdown"] < 0
    assert fell["difference"] == pytest.approx(fell["excess_drawdown"] - stayed["excess_drawdown"])
    assert fell["worst_drawdowns"] >= fell["excess_drawdown"]


def test_a_failed_run_is_counted_as_such_and_has_lost_all(builder):
    failures = {4: ("diverged", "not finite", 300_000)}
    builder.cell("CartPole-v1", "a2c", range(10), curve=story({}), failures=failures)
    got = line(stability.table(study_of(builder)), task="CartPole-v1", method="A2C")
    assert (got["failed"], got["fell"], got["collapsed"], got["at_random"]) == (1, 1, 1, 0.1)
    assert got["worst_run"] == 0


def test_kl_of_updates_is_summed_up_per_run_before_the_interval(published):
    got = line(kl_drift.table(published.study), task="CartPole-v1", method="TRPO")
    runs = published.study.cell_updates("CartPole-v1", "trpo", "default")
    expected = t_interval(runs["kl_median"].to_numpy())
    assert (got["kl_median"], got["kl_median_low"]) == (expected.estimate, expected.low)
    assert (got["n"], got["updates"], got["kl_limit"]) == (10, 12, 0.01)
    assert got["beyond_limit"] == pytest.approx(runs["beyond_limit"].mean())
    assert 0 < got["above_limit"] < got["beyond_limit"] < 1
    assert (
        runs["beyond_limit"].min() <= got["beyond_limit_low"] < got["beyond_limit_high"] <= runs["beyond_limit"].max()
    )
    assert got["overshoot"] == pytest.approx((runs["kl_largest"] / 0.01).mean())
    known = published.study.cell_updates("CartPole-v1", "ppo_clip", "default")
    assert got["difference"] == pytest.approx(np.log(runs["kl_path"]).mean() - np.log(known["kl_path"]).mean())


def test_cost_is_a_mean_per_run_and_stops_where_a_task_is_solved(published, builder):
    got = line(compute_cost.table(published.study), task="CartPole-v1", method="A2C")
    assert got["env_steps"] == (9 * 500_000 + 263_000) / 10
    assert got["parameters"] == 9_155
    builder.cell("CartPole-v1", "a2c", range(4), curve=scored(1.1, 0.0))
    builder.cell("CartPole-v1", "ppo_clip", range(4), curve=scored(0.9, 0.0))
    table = compute_cost.table(study_of(builder))
    solved, never = (line(table, task="CartPole-v1", method=name) for name in ("A2C", "PPO-clip"))
    total = sum(costs("a2c", 500_000)[name] for name in ("rollout_flop", "update_flop"))
    assert solved["flop_to_solved"] == pytest.approx(total / EVALUATIONS)
    assert (solved["solved"], never["solved"]) == (4, 0)
    assert np.isinf(never["flop_to_solved"])
    assert table.shown()["FLOP to solved [95 %]"].tolist()[1] == "never"
    # PPO-clip takes four epochs: dearer and worse.
    assert (solved["on_front"], never["on_front"]) == (1, 0)


def test_a_language_task_counts_tokens_where_a_control_task_counts_steps(published):
    runs = published.study.runs
    spoken = (runs.rows["task"] == "Acrobot-v1") & (runs.rows["metric"] == "env_steps")
    rows = runs.rows.assign(metric=runs.rows["metric"].mask(spoken, "tokens"))
    frame = compute_cost.table(replace(published.study, runs=replace(runs, rows=rows))).frame
    assert {"tokens", "env_steps"} < set(frame.columns)
    assert not {"labelled_steps", "labelled_tokens"} & set(frame.columns), "nobody counted these"
    counted = frame[frame["task"] != ALL_TASKS].groupby("task")[["env_steps", "tokens"]].count().astype(bool)
    assert counted.loc["Acrobot-v1"].tolist() == [False, True]
    assert counted.loc["CartPole-v1"].tolist() == [True, False]


def test_what_was_not_counted_is_a_dash_and_without_flop_there_is_no_line(builder):
    for method, left in (("a2c", "parameters"), ("ppo_clip", "update_flop")):
        kept = {name: value for name, value in costs(method, 500_000).items() if name != left}
        builder.cell("CartPole-v1", method, range(3), costs=lambda _method, _end, kept=kept: kept)
    table = compute_cost.table(study_of(builder))
    assert table.frame["method"].tolist() == ["A2C"]
    assert np.isnan(table.frame["parameters"][0])
    assert table.frame["update_flop"][0] > 0


def test_where_nobody_solves_a_task_costs_until_then_are_not_compared(builder):
    for method in ("a2c", "ppo_clip"):
        builder.cell("CartPole-v1", method, range(4), curve=scored(0.5, 0.01))
    table = compute_cost.table(study_of(builder))
    assert table.frame["difference"].isna().all()
    assert table.undecided == ""


def test_the_best_are_bold_and_a_clear_second_is_not(builder):
    study = planted(builder, methods={"ppo_clip": (0.9, 0.02), "a2c": (0.9, 0.02), "trpo": (0.5, 0.02)})
    table = best.table(study)
    for task in (*TASKS, ALL_TASKS):
        chosen = table.frame[table.frame["task"] == task].set_index("method")
        assert chosen["among_best"].to_dict() == {"A2C": True, "TRPO": False, "PPO-clip": True}
        assert chosen.loc["TRPO", ["rank", "highest_rank", "lowest_rank"]].tolist() == [3, 3, 3]
        assert chosen.loc["A2C", ["highest_rank", "lowest_rank"]].tolist() == [1, 2]
    assert as_markdown(table, study.plan).count("**0.") == 8
    assert as_latex(table, study.plan).count(r"\textbf{0.") == 8
    assert "TRPO scored lower (-0.400 [" in table.summary
    assert table.undecided.startswith("A2C cannot be told from PPO-clip")


def test_scores_are_normalised_by_the_tasks_anchors_alone(builder):
    study = planted(builder, tasks=["CartPole-v1"])
    anchors = study.plan.tasks["CartPole-v1"].anchors
    raw = study.cell_scores("CartPole-v1", "trpo", "default")["final_deterministic"].to_numpy()
    expected = t_interval([anchors.normalise(score) for score in raw])
    got = line(best.table(study), task="CartPole-v1", method="TRPO")
    assert (got["score"], got["score_high"]) == (expected.estimate, expected.high)


def test_p_values_are_one_family_over_all_tasks_and_one_grid_on_single_ones(builder, monkeypatch):
    study = planted(builder)
    corrected = best.table(study).frame
    for name, correct in (("holm", holm), ("benjamini_hochberg", benjamini_hochberg)):
        whole = name == "holm"
        monkeypatch.setattr(f"rlbench.report.versus.{name}", lambda p: np.asarray(p))
        raw = best.table(study).frame
        own = (raw["task"] == ALL_TASKS) == whole
        kept = own & raw["p_value"].notna()
        assert kept.sum() == (2 if whole else 6)
        made = sorted(corrected[kept]["p_value"])
        assert made == pytest.approx(sorted(correct(raw[kept]["p_value"].to_numpy())))
        monkeypatch.undo()


@pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_units_of_reward_change_nothing(module, builder, tmp_path):
    """Returns and anchors times 100 and plus 7."""
    plain = module.table(planted(builder)).frame
    other = Builder(tmp_path / "other")
    for task, values in TASKS.items():
        anchors = {name: 100 * value + 7 for name, value in values["anchors"].items()}
        other.tasks[task] = values | {"anchors": anchors}
    same = module.table(planted(other, scale=100.0, shift=7.0)).frame
    pd.testing.assert_frame_equal(same, plain, rtol=1e-6)


@pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_order_of_cells_and_a_further_method_move_no_estimate(module, builder, tmp_path):
    shapes = {"ppo_clip": (0.9, 0.02), "a2c": (0.9, 0.06), "trpo": (0.5, 0.02)}
    plain = module.table(planted(builder, methods=shapes)).frame
    other = Builder(tmp_path / "other")
    turned = module.table(planted(other, methods=dict(reversed(shapes.items())))).frame
    pd.testing.assert_frame_equal(turned, plain)
    wider = module.table(planted(other, methods={"grpo": (0.3, 0.02)})).frame
    key = [name for name in ("task", "method", "than") if name in plain]
    joined = plain.merge(wider, on=key, suffixes=("", "_beside"), validate="one_to_one")
    assert len(joined) == len(plain)
    own = [
        name
        for name in plain.select_dtypes("number")
        if name not in ("p_value", "detectable", "on_front", "lowest_rank")
    ]
    for name in own:
        assert joined[name].astype(float).to_numpy() == pytest.approx(
            joined[f"{name}_beside"].astype(float).to_numpy(), nan_ok=True
        )


def test_pairs_add_up_and_what_cannot_be_compared_is_absent(builder):
    builder.cell("CartPole-v1", "a2c", range(5), curve=scored(0.9, 0.02))
    builder.cell("CartPole-v1", "ppo_clip", range(5), curve=scored(0.5, 0.02))
    builder.cell("Acrobot-v1", "trpo", range(5), curve=scored(0.5, 0.02))
    table = improvement.table(study_of(builder))
    [only] = table.frame.itertuples()
    assert (only.method, only.than, only.tasks, only.n, only.better) == ("A2C", "PPO-clip", 1, 5, 1)
    assert only.better_low == pytest.approx(0.025 ** (1 / 5))


def test_without_the_yardstick_tables_stand_and_compare_nothing(builder):
    builder.cell("CartPole-v1", "a2c", range(4))
    study = study_of(builder)
    for module in TABLES[:-1]:
        table = module.table(study)
        assert table.frame["difference"].isna().all()
        assert table.undecided == ""
        assert len(table.frame) == 1


def test_the_headline_has_of_every_method_what_the_four_tables_say(everything):
    lines = headline.table(everything).frame.set_index("method")
    assert set(lines.index) == {everything.plan.label(*series) for _, series in everything.places()}
    for made, column in ((variance, "spread"), (kl_drift, "path"), (compute_cost, "cost")):
        frame = made.table(everything).frame
        whole = frame[frame["task"] == ALL_TASKS].set_index("method")["difference"].dropna()
        assert lines.loc[whole.index, column].to_numpy() == pytest.approx(np.exp(whole.to_numpy()))
    assert lines.loc["PPO-clip", ["spread", "path", "cost"]].isna().all()


def test_a_method_that_left_a_task_out_has_no_score_of_that_side(everything):
    frame = headline.table(everything).frame.set_index("method")
    scores = best.table(everything).frame
    whole = scores[scores["task"] == ALL_TASKS].set_index("method")["score"]
    assert frame["control"].dropna().to_dict() == pytest.approx(whole.dropna().to_dict())
    assert np.isnan(frame.loc["DPO", "control"])
    assert frame["language"].isna().all(), "no task of that side"
