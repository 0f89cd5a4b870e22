"""The study of other settings: what its claims say of planted curves, its table and its picture."""

from dataclasses import replace

import numpy as np
import pytest

from rlbench.report.claims import adaptive_penalty, clipping, gae, group_size
from rlbench.report.figures import other_settings as picture
from rlbench.report.other_curves import NAME, by_setting, other_curves
from rlbench.report.study import Study
from rlbench.report.tables import other_settings
from rlbench.stats.verdict import Verdict
from tests.report.synthetic import EVALUATIONS, TASKS, Builder

SUPPORTED, REFUTED, UNDECIDED, NOT_MEASURED = Verdict
WHERE = ["CartPole-v1", "Acrobot-v1"]
SEEDS = 6
NOISE = np.array([-0.3, 0.3, -0.1, 0.1, -0.2, 0.2])
"""Of the runs of one value, seed by seed."""


def reaching(scores):
    """Runs that are at these parts of the task's range, seed by seed, after their beginning."""

    def draw(task, method, variant, seed, split, budget):
        del method, variant, split
        anchors = TASKS[task]["anchors"]
        steps = np.linspace(0, budget, EVALUATIONS + 1).astype(int)
        score = np.where(steps > 0, np.broadcast_to(scores, SEEDS)[seed], 0.0)
        return steps, anchors["random"] + score * (anchors["solved"] - anchors["random"])

    return draw


def vary(builder: Builder, method: str, setting: str, levels: dict, published: float, of="default", tasks=WHERE):
    """A curve of the study on each task: scores by value, one number or [seeds]."""
    for task in tasks:
        if (task, method, of) not in {(c["task"], c["method"], c["variant"]) for c in builder.cells}:
            builder.cell(task, method, range(SEEDS), of, curve=reaching(levels[published]))
        for value, scores in levels.items():
            if value == published:
                builder.published_point(task, method, setting, value, range(SEEDS), NAME, of)
            else:
                builder.point(task, method, setting, value, range(SEEDS), study=NAME, of=of, curve=reaching(scores))


def study_of(builder: Builder) -> Study:
    return Study.read(builder.results, builder.plan())


def verdict(module, study: Study, words: str) -> Verdict:
    [found] = [answer.verdict for answer in module.answers(study) if words in answer.question.what]
    return found


@pytest.mark.parametrize(
    ("between", "ends", "expected"), [(0.6, 0.5, SUPPORTED), (0.5, 0.6, REFUTED), (0.5 + NOISE, 0.5, UNDECIDED)]
)
def test_lambda_is_judged_by_the_best_in_between_against_the_better_end(builder, between, ends, expected):
    vary(builder, "a2c", "lam", {0.0: 0.1, 0.5: 0.1, 0.95: between, 1.0: ends}, 0.95)
    assert verdict(gae, study_of(builder), "at the best 0 < λ < 1") is expected


def test_without_both_ends_of_lambda_nothing_is_said_of_it(builder):
    vary(builder, "a2c", "lam", {0.5: 0.1, 0.95: 0.5, 1.0: 0.4}, 0.95)
    assert verdict(gae, study_of(builder), "at the best 0 < λ < 1") is NOT_MEASURED


@pytest.mark.parametrize(
    ("habit", "other", "expected"),
    [(0.5, 0.5, SUPPORTED), (0.5, 0.54, SUPPORTED), (0.5, 0.6, REFUTED), (0.5 + NOISE, 0.5, UNDECIDED)],
)
def test_the_habit_may_be_a_twentieth_below_the_best(builder, habit, other, expected):
    vary(builder, "ppo_clip", "clip", {0.1: 0.2, 0.2: habit, 0.3: other}, 0.2)
    assert verdict(clipping, study_of(builder), "ε = 0.2") is expected


@pytest.mark.parametrize(("worst", "expected"), [(0.3, SUPPORTED), (0.45, REFUTED), (0.4 + NOISE, UNDECIDED)])
def test_a_threshold_has_to_be_chosen_if_its_choice_matters(builder, worst, expected):
    vary(builder, "ppo_penalty", "target_kl", {0.003: 0.5, 0.01: 0.48, 0.1: worst}, 0.01)
    study = study_of(builder)
    assert verdict(adaptive_penalty, study, "best KL target less") is expected
    assert verdict(adaptive_penalty, study, "best factor of β less") is NOT_MEASURED


@pytest.mark.parametrize(("fixed", "expected"), [(0.2, SUPPORTED), (0.7, REFUTED), (0.5, UNDECIDED)])
def test_an_adaptive_penalty_is_judged_against_each_fixed_one_by_itself(builder, fixed, expected):
    """Shares of updates near the target are planted: .5 of the adaptive runs, with a spread."""
    for task in WHERE:
        builder.cell(task, "ppo_penalty", range(SEEDS))
    vary(builder, "ppo_penalty", "beta", {0.3: 0.5, 1.0: 0.5, 3.0: 0.5}, 1.0, of="fixed_beta")
    study = study_of(builder)
    points, spread = study.points[NAME], 0.2 * NOISE
    shares = {"fixed_beta, beta 0.3": fixed, "fixed_beta, beta 1": 0.9, "fixed_beta, beta 3": 0.9}
    near = points.runs.updates["variant"].map(shares) + spread[points.runs.updates["seed"]]
    own = study.runs.updates.assign(near_limit=0.5 + spread[study.runs.updates["seed"]])
    planted = replace(points, runs=replace(points.runs, updates=points.runs.updates.assign(near_limit=near)))
    study = replace(study, runs=replace(study.runs, updates=own), points={NAME: planted})
    assert verdict(adaptive_penalty, study, "a fixed one of 0.3") is expected
    assert verdict(adaptive_penalty, study, "a fixed one of 3") is REFUTED
    assert verdict(adaptive_penalty, study, "a fixed one of 10") is NOT_MEASURED


@pytest.mark.parametrize(
    ("step", "expected"), [(-0.04, SUPPORTED), (-0.02, REFUTED), (0.1, REFUTED), (-0.03 + NOISE, UNDECIDED)]
)
def test_a_larger_group_costs_if_scores_fall_with_every_doubling(builder, step, expected):
    vary(builder, "grpo", "rollout.group", {2.0: 0.5, 4.0: 0.5 + step, 8.0: 0.5 + 2 * step}, 8.0)
    assert verdict(group_size, study_of(builder), "each doubling of G") is expected


def test_a_method_and_its_variant_have_curves_of_their_own(builder):
    for of, score in (("default", 0.2), ("fixed_beta", 0.6)):
        vary(builder, "ppo_penalty", "beta", {0.3: score, 1.0: score, 3.0: score}, 1.0, of=of, tasks=WHERE[:1])
    study = study_of(builder)
    for of, score in (("default", 0.2), ("fixed_beta", 0.6)):
        [found] = other_curves(study, ("ppo_penalty", of), "beta")
        assert found.scores == pytest.approx(np.full((SEEDS, 3), score))


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Study:
    """λ of A2C on two tasks with other published values, and β of a variant on one; among the best: two, and all."""
    builder = Builder(tmp_path_factory.mktemp("two") / "results")
    vary(builder, "a2c", "lam", {0.0: 0.1, 0.9: 0.5 + NOISE / 4, 1.0: 0.45 + NOISE[::-1] / 4}, 0.9, tasks=WHERE[:1])
    vary(builder, "a2c", "lam", {0.0: 0.2, 0.9: 0.7 + NOISE / 10, 1.0: 0.8}, 1.0, tasks=WHERE[1:])
    equal = {0.3: 0.5 + NOISE, 1.0: 0.5 - NOISE, 3.0: 0.5 + NOISE[::-1]}
    vary(builder, "ppo_penalty", "beta", equal, 1.0, of="fixed_beta", tasks=WHERE[:1])
    return study_of(builder)


def test_the_table_holds_every_value_against_the_published_one_of_its_task(two):
    frame = other_settings.table(two).frame.set_index(["task", "setting", "value"]).sort_index()
    lam, beta = "A2C: λ", "PPO-penalty (fixed_beta): β"
    assert set(frame.index.unique("setting")) == {lam, beta}
    assert len(frame) == 3 * 2 + 3 + 3
    first, second, whole = (frame.xs((task, lam)) for task in (*WHERE, "All tasks"))
    assert first["difference"].to_numpy() == pytest.approx([-0.4, np.nan, -0.05], nan_ok=True)
    assert second["difference"].to_numpy() == pytest.approx([-0.6, -0.1, np.nan], nan_ok=True)
    # On one of two tasks the published value is held against itself, which is 0 and known without an error.
    assert whole["difference"].to_numpy() == pytest.approx([-0.5, -0.05, -0.025], nan_ok=True)
    assert whole["published"].tolist() == ["", "on some", "on some"]
    assert (second.loc[0.9, "difference_high"] - second.loc[0.9, "difference_low"]) == pytest.approx(
        whole.loc[0.9, "difference_high"] * 2 - whole.loc[0.9, "difference_low"] * 2
    )
    assert first["among_best"].tolist() == [False, True, True]
    assert frame.xs((WHERE[0], beta))["among_best"].all()
    assert "All tasks" not in frame.xs(beta, level="setting").index.unique("task"), "it was varied on one task alone"
    assert (frame["n"] == SEEDS).all()


def test_its_sentences_count_what_its_lines_say(two):
    table = other_settings.table(two)
    assert "with 95 % confidence: A2C: λ 0.9 and 1 (of 3)." in table.summary
    assert "may be the best one in 3 of 3 cases" in table.summary
    assert "0 (A2C: λ, -0.500 [" in table.summary


def test_without_the_study_the_table_is_empty_and_says_so(builder):
    builder.cell("CartPole-v1", "a2c", range(2))
    table = other_settings.table(study_of(builder))
    assert table.frame.empty
    assert table.summary == ""
    assert "asks for no study of other settings" in table.notes[0]


def test_a_panel_has_a_line_for_each_task_and_a_ring_at_the_published_value(two):
    axes = picture.figure(two).axes
    lam = next(panel for panel in axes if panel.get_title(loc="left") == "A2C: λ")
    assert [label.get_text() for label in lam.get_xticklabels()] == ["0", "0.9", "1"]
    rings = [line for line in lam.lines if line.get_markersize() == 10]
    [first, second] = other_curves(two, ("a2c", "default"), "lam")
    assert [round(float(ring.get_xdata()[0])) for ring in rings] == [1, 2]
    heights = [float(ring.get_ydata()[0]) for ring in rings]
    assert heights == pytest.approx([first.at(0.9).mean(), second.at(1.0).mean()])
    assert len([line for line in lam.lines if len(line.get_xdata()) == 3]) == 2
    assert sum(panel.get_visible() for panel in axes) == len(by_setting(two)) == 2
