"""Pictures of tasks whose answers are judged, and of how far policies went from a reference."""

import numpy as np
import pytest

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.families import FAMILIES
from rlbench.core.schema import Metric
from rlbench.report.figures import answers, frontier, learning_curves, preferences, silent_groups
from rlbench.report.frontier import finished_ends
from rlbench.report.root_axis import round_squares
from tests.report.synthetic import EVALUATIONS
from tests.report.synthetic_answers import BATCHES, PRICE, SEEDS, WORDS, WORTH, progress
from tests.report.test_report_figures import words

TASKS = 4
"""Of those whose answers are judged."""
PPO = ("ppo_clip", "default")


def titled(canvas, start):
    """The panel whose title begins so."""
    [axes] = [axes for axes in canvas.axes if axes.get_title(loc="left").startswith(start)]
    return axes


@pytest.mark.parametrize("module", [answers, silent_groups, frontier, preferences])
def test_a_plan_of_other_tasks_says_that_there_is_nothing_to_draw(published, module):
    [axes] = module.figure(published.study).axes
    assert words(axes).startswith("No ")


def test_answers_have_a_row_for_what_is_right_and_one_for_length(answering):
    canvas = answers.figure(answering)
    families = list(answering.plan.families())
    assert len(canvas.axes) == 2 * TASKS * len(families)
    right = canvas.axes[2 * TASKS * families.index("proximal")]
    [mean] = [line for line in right.lines if line.get_linewidth() == 1.5]
    places = np.arange(EVALUATIONS + 1)
    assert mean.get_ydata() == pytest.approx(np.mean([progress("ppo_clip", seed, places) for seed in SEEDS], axis=0))
    length = canvas.axes[1]
    assert length.get_ylabel() == "tokens"
    low, high = length.get_ylim()
    assert 0 < low < 6 < high


def test_silent_groups_are_stacked_for_the_methods_that_have_groups(answering):
    canvas = silent_groups.figure(answering)
    assert len(canvas.axes) == TASKS * 2
    assert [axes.get_title(loc="left") for axes in canvas.axes[:2]] == ["GRPO", "RLOO"]
    shares = silent_groups.shares(answering, WORDS, ("grpo", "default"))
    assert len(shares) == BATCHES
    assert shares[AnswerMetric.SILENT_WRONG].iloc[-1] == pytest.approx(0)
    assert shares[AnswerMetric.SILENT_RIGHT].iloc[-1] == pytest.approx(0.4 - 0.01 * np.mean(SEEDS))
    assert len(canvas.axes[0].collections) == 2


def test_the_frontier_has_every_method_the_reference_and_the_worth_of_the_optimum(answering):
    canvas = frontier.figure(answering)
    assert len([axes for axes in canvas.axes if axes.get_visible()]) == TASKS
    axes = titled(canvas, WORDS + " ")
    marks = [points.get_offsets()[0].tolist() for points in axes.collections]
    metrics = (AnswerMetric.EXACT_KL_REFERENCE, AnswerMetric.EXACT_RETURN)
    end = [finished_ends(answering, WORDS, PPO, metric).mean() for metric in metrics]
    assert len(marks) == 4
    assert any(mark == pytest.approx(end) for mark in marks)
    [best] = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert best.get_ydata() == pytest.approx(WORTH + PRICE * best.get_xdata())
    assert all(WORTH + PRICE * kl >= value for kl, value in marks)
    diamonds = [line for line in axes.lines if line.get_marker() == "D"]
    assert {float(place) for line in diamonds for place in line.get_xdata()} == {0.0}
    assert not [line for line in titled(canvas, "sums").lines if line.get_linestyle() == "--"]
    low, high = axes.get_ylim()
    assert low < min(value for _, value in marks)
    assert max(value for _, value in marks) < high


def test_the_axis_of_a_return_says_which_it_is(answering):
    canvas = frontier.figure(answering)
    said = {axes.get_title(loc="left").split()[0]: axes.get_ylabel() for axes in canvas.axes[:TASKS]}
    assert said == {
        "sums": "return",
        "words": "return",
        "word-comparisons": "hidden return",
        "dialogues": "learned return",
    }
    measures = [axes.get_ylabel() for axes in preferences.figure(answering).axes]
    shown = [measure for measure in measures if measure]
    assert shown == ["return", "return", "hidden return", "learned return", "learned return"]


def test_kl_is_drawn_on_its_root_with_ticks_in_nats(answering, everything):
    axes = titled(frontier.figure(answering), "sums")
    nats = np.array([0.0, 1.0, 4.0, 9.0])
    places = axes.transData.transform(np.column_stack([nats, np.zeros(4)]))[:, 0]
    assert np.diff(places) == pytest.approx(np.diff(places)[0])
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert [float(tick) for tick in ticks] == axes.get_xticks().tolist()
    assert axes.get_xlabel() == "KL to the reference, nats per answer"
    control = preferences.figure(everything).axes[4 * FAMILIES.index("preferences")]
    assert control.get_xlabel() == "KL, nats per episode"


@pytest.mark.parametrize(
    ("farthest", "expected"),
    [
        (58.0, [0, 2, 8, 18, 32, 50]),
        (1.39, [0, 0.05, 0.2, 0.45, 0.8, 1.25]),
        (0.02, [0, 0.001, 0.004, 0.009, 0.016]),
        (1.0, [0, 0.05, 0.2, 0.45, 0.8]),
        (7e-6, [0, 2e-7, 8e-7, 1.8e-6, 3.2e-6, 5e-6]),
    ],
)
def test_ticks_are_round_and_equally_far_apart_on_the_root(farthest, expected):
    assert round_squares(farthest, 6) == pytest.approx(expected)


def test_curves_of_answers_count_tokens(answering):
    titles = [axes.get_title(loc="left") for axes in learning_curves.figure(answering).axes[:5]]
    assert titles[0] == "CartPole-v1 (5 seeds, 500k env steps)"
    assert titles[1] == "sums (5 seeds, 40k tokens)"
    assert Metric.PROXY_RETURN in preferences.returns(answering, "dialogues")
