"""Pictures: what they show, and that methods can be told apart."""

import matplotlib.pyplot as plt
import numpy as np

from rlbench.report import figures
from rlbench.report.appearance import looks, step_label
from rlbench.report.discovery import modules_of
from rlbench.report.figures import learning_curves
from rlbench.report.plan import Gap, Plan, PlannedMethod

ANY = PlannedMethod("Title", "Somebody 2020", "")


def test_every_module_has_a_caption_and_is_found():
    modules = modules_of(figures)
    assert {"learning_curves", "final_performance", "seed_spread"} <= {m.__name__.rpartition(".")[2] for m in modules}
    assert all(module.__doc__.strip().splitlines()[0].endswith(".") for module in modules)


def test_learning_curves_show_mean_band_runs_and_the_solved_line(published):
    axes = learning_curves.figure(published.study).axes
    assert [panel.get_title(loc="left") for panel in axes] == list(published.study.plan.tasks)
    curves = published.study.curves
    own = curves[(curves["task"] == "CartPole-v1") & (curves["method"] == "a2c")]
    mean = own.groupby("step")["value"].mean().to_numpy()
    assert any(np.allclose(line.get_ydata(), mean) for line in axes[0].lines if len(line.get_ydata()) == len(mean))
    assert len(axes[0].lines) == 4 * (10 + 1) + 1
    assert len(axes[2].lines) == 3 * (10 + 1) + 1
    assert len(axes[0].collections) == 4
    assert axes[0].lines[-1].get_ydata()[0] == 475.0
    assert plt.get_fignums() == []


def test_28_methods_look_different_and_a_new_one_changes_none():
    methods = [f"method_{number:02d}" for number in range(28)]
    plan = Plan(
        "", "", "", {}, dict.fromkeys(methods, ANY), (), tuple(Gap("t", name, "default", "") for name in methods)
    )
    made = looks(plan)
    assert len({(look.colour, look.dash) for look in made.values()}) == 28
    fewer = Plan("", "", "", {}, dict.fromkeys(methods[:-1], ANY), (), plan.gaps[:-1])
    assert all(made[series] == look for series, look in looks(fewer).items())


def test_variants_share_the_colour_and_differ_in_dashes():
    gaps = (Gap("t", "ppo", "default", ""), Gap("t", "ppo", "no_clip", ""))
    first, second = looks(Plan("", "", "", {}, {"ppo": ANY}, (), gaps)).values()
    assert first.colour == second.colour
    assert first.dash != second.dash


def test_steps_are_written_short():
    assert [step_label(value) for value in (0.0, 500.0, 2.5e5, 1.5e6, 2e9)] == ["0", "500", "250k", "1.5M", "2G"]
