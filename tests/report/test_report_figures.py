"""Pictures: what they show, and that methods can be told apart."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rlbench.core.families import FAMILIES
from rlbench.report import figures
from rlbench.report.appearance import looks, step_label
from rlbench.report.discovery import modules_of
from rlbench.report.family_grid import family_grid
from rlbench.report.figures import (
    compute_cost,
    final_performance,
    improvement,
    kl_drift,
    learning_curves,
    preferences,
    stability,
    update_kl,
    variance,
)
from rlbench.report.ladder import ladder
from rlbench.report.plan import Gap, Plan, PlannedMethod
from rlbench.report.tables.compute_cost import flop_fronts
from rlbench.report.tables.variance import between_seeds

ANY = PlannedMethod("Title", "proximal", "Somebody 2020", "")
FAMILY, OTHER = 1.5, 0.6
"""Widths of lines in the learning curves."""


def words(axes):
    return " ".join(" ".join(text.get_text() for text in axes.texts).split())


def widths(axes):
    return [line.get_linewidth() for line in axes.lines]


def test_every_module_has_a_caption_and_is_found():
    modules = modules_of(figures)
    names = {module.__name__.rpartition(".")[2] for module in modules}
    assert {
        "learning_curves",
        "final_performance",
        "variance",
        "stability",
        "kl_drift",
        "compute_cost",
        "improvement",
    } <= names
    assert all(module.__doc__.strip().splitlines()[0].endswith(".") for module in modules)


def test_a_panel_shows_its_family_in_colour_and_the_means_of_the_others_in_grey(published):
    axes = learning_curves.figure(published.study).axes
    assert len(axes) == 4 * 3
    assert axes[0].get_title(loc="left") == "CartPole-v1 (10 seeds, 500k env steps)"
    actor_critic = axes[3]
    curves = published.study.curves
    own = curves[(curves["task"] == "CartPole-v1") & (curves["method"] == "a2c")]
    [coloured] = [line for line in actor_critic.lines if line.get_linewidth() == FAMILY]
    assert coloured.get_ydata() == pytest.approx(own.groupby("step")["value"].mean().to_numpy())
    assert widths(actor_critic).count(OTHER) == 3
    assert actor_critic.lines[-1].get_ydata()[0] == 475.0
    assert len(actor_critic.collections) == 1
    assert plt.get_fignums() == []


def test_a_panel_without_a_run_says_why(published):
    returns_on_pendulum = learning_curves.figure(published.study).axes[2]
    assert not returns_on_pendulum.lines
    assert words(returns_on_pendulum) == "needs a discrete action & a <b>short</b> episode"


def test_nineteen_methods_and_nine_tasks_are_drawn_in_panels_of_one_size(everything):
    canvas = learning_curves.figure(everything)
    assert len(canvas.axes) == 9 * len(FAMILIES)
    sizes = {(round(box.width, 6), round(box.height, 6)) for box in (axes.get_position() for axes in canvas.axes)}
    assert len(sizes) == 1
    proximal = canvas.axes[9 * FAMILIES.index("proximal")]
    assert widths(proximal).count(FAMILY) == 4
    made = looks(everything.plan)
    assert len({(made[kin].colour, made[kin].dash) for kin in everything.plan.families()["proximal"]}) == 4
    titles = [axes.get_title(loc="left") for axes in canvas.axes[:9]]
    assert [title.split(" (")[1].split(" seeds")[0] for title in titles] == [*["20"] * 5, *["10"] * 2, *["5"] * 2]


def test_legends_stand_beside_each_other(everything):
    canvas, _ = family_grid(everything.plan, [], {})
    canvas.draw_without_rendering()
    boxes = [legend.get_window_extent() for legend in canvas.legends[: len(FAMILIES)]]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    assert all(canvas.bbox.y1 >= box.y1 for box in boxes)


def test_every_method_has_a_rung_of_its_own_and_says_why_it_is_empty(everything):
    canvas, panels, heights = ladder(everything, {})
    assert len(heights) == 19
    assert np.diff(sorted(heights.values())).min() == pytest.approx(1)
    assert (
        words(panels["Pendulum-v1"])
        == "needs recorded comparisons needs recorded comparisons needs a finite set of actions"
    )
    canvas.draw_without_rendering()
    labels = [label.get_window_extent() for label in panels["CartPole-v1"].get_yticklabels()]
    assert all(upper.y0 >= lower.y1 - 1 for upper, lower in pairwise(labels))
    assert min(label.x0 for label in labels) >= 0


def test_final_performance_has_a_dot_for_every_run_and_the_mean(published):
    panel = final_performance.figure(published.study).axes[0]
    dots = [len(points.get_offsets()) for points in panel.collections]
    assert sorted(dots) == [1] * 4 + [10] * 4


def test_spread_is_drawn_with_its_interval_and_its_noise(published):
    panel = variance.figure(published.study).axes[0]
    made = between_seeds(published.study, "CartPole-v1", "a2c", "default")
    assert panel.get_xscale() == "log"
    assert any(list(line.get_xdata()) == [made.low, made.high] for line in panel.lines)
    # A deviation of a tenth of the range in 32 episodes, mean over the last two of twenty evaluations.
    noise = 0.1 / np.sqrt(32 * 2)
    ticks = [line.get_xdata()[0] for line in panel.lines if line.get_marker() == "|"]
    assert sorted(ticks) == pytest.approx([noise * np.sqrt(0.9), noise, noise, noise])


def test_stability_has_a_dot_for_every_run_and_counts_what_collapsed(published):
    panel = stability.figure(published.study).axes[0]
    dots = [len(points.get_offsets()) for points in panel.collections]
    assert sorted(dots) == [1] * 4 + [10] * 4
    collapsed = published.study.cell_falls("CartPole-v1", "a2c", "default")["collapsed"]
    assert (collapsed.sum(), words(panel)) == (1, "1/10")


def test_kl_drift_has_a_bound_and_a_share_only_where_a_method_has_them(published):
    panel = kl_drift.figure(published.study).axes[0]
    share = published.study.cell_updates("CartPole-v1", "trpo", "default")["beyond_limit"].mean()
    assert words(panel) == f"{100 * share:.3g} %"
    assert [line.get_xdata()[0] for line in panel.lines if line.get_marker() == "|"] == pytest.approx([0.01])


def test_marks_on_the_front_are_filled(published):
    panel = compute_cost.figure(published.study).axes[0]
    chances = flop_fronts(published.study)
    filled = [points for points in panel.collections if points.get_facecolor()[0].tolist() != [1, 1, 1, 1]]
    likely = [cell for cell, chance in chances.items() if cell[0] == "CartPole-v1" and chance >= 0.5]
    assert 0 < len(likely) < 4
    places = {points.get_offsets()[0][0] for points in filled}
    assert places == {published.study.costs[cell]["flop"].mean() for cell in likely}


def test_the_square_of_methods_adds_up_to_a_hundred_and_hatches_what_is_open(published):
    axes = improvement.figure(published.study).axes[0]
    share = axes.collections[0].get_array().filled(np.nan)
    both = share + share.T
    assert both[np.isfinite(both)] == pytest.approx(100)
    assert np.isnan(np.diag(share)).all()
    hatched = sum(pair.p_value > 0.05 for pair in published.study.improvements)
    assert len(axes.patches) == 2 * hatched > 0
    assert len(axes.get_yticklabels()) == len(published.study.plan.series())


def test_update_kl_shows_medians_and_a_methods_own_bound_only_where_it_has_one(published):
    axes = update_kl.figure(published.study).axes
    returns, natural = axes[0], axes[6]
    assert natural.get_yscale() == "log"
    kl = published.study.cell_kl("CartPole-v1", "trpo", "default")
    assert kl.shape[1] == 10
    [median] = [line for line in natural.lines if line.get_linewidth() == 1.4]
    assert median.get_ydata() == pytest.approx(kl.median(axis=1).to_numpy())
    assert [
        line.get_ydata()[0] for line in natural.lines if line.get_linestyle() == ":" and line.get_linewidth() == 1.0
    ] == [0.01]
    assert not [line for line in returns.lines if line.get_linewidth() == 1.0]


def test_preferences_begin_at_the_reference_and_leave_failed_runs_out(published, everything):
    assert "No task of this plan measures how far" in words(preferences.figure(published.study).axes[0])
    axes = preferences.figure(everything).axes
    assert len(axes) == 2 * 2 * len(FAMILIES)
    dpo = axes[4 * FAMILIES.index("preferences")]
    starts = [line for line in dpo.lines if line.get_marker() == "D"]
    assert [line.get_xdata()[0] for line in starts] == [0.0, 0.0]
    assert "needs a finite set of actions" in words(axes[-4])


def test_28_kin_look_different_and_a_new_one_changes_none():
    methods = [f"method_{number:02d}" for number in range(28)]
    plan = Plan(
        "", "", "", {}, dict.fromkeys(methods, ANY), (), tuple(Gap("t", name, "default", "") for name in methods)
    )
    made = looks(plan)
    assert len({(look.colour, look.dash) for look in made.values()}) == 28
    fewer = Plan("", "", "", {}, dict.fromkeys(methods[:-1], ANY), (), plan.gaps[:-1])
    assert all(made[series] == look for series, look in looks(fewer).items())


def test_another_family_changes_no_look(everything):
    plan = everything.plan
    kept = {name: method for name, method in plan.methods.items() if method.family == "proximal"}
    alone = looks(Plan("", "", "", plan.tasks, kept, tuple(c for c in plan.cells if c.method in kept), ()))
    assert len(alone) == 4
    assert all(looks(plan)[series] == look for series, look in alone.items())


def test_variants_share_the_colour_and_differ_in_dashes():
    gaps = (Gap("t", "ppo", "default", ""), Gap("t", "ppo", "no_clip", ""))
    first, second = looks(Plan("", "", "", {}, {"ppo": ANY}, (), gaps)).values()
    assert first.colour == second.colour
    assert first.dash != second.dash


def test_steps_are_written_short():
    assert [step_label(value) for value in (0.0, 500.0, 2.5e5, 1.5e6, 2e9)] == ["0", "500", "250k", "1.5M", "2G"]
