"""What estimates of KL are said to be worth, on synthetic runs whose errors follow from a formula."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.report.figures import kl_estimators as figure
from rlbench.report.kl_estimates import DECISIONS, TRUTH, estimated
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.tables import kl_estimators
from rlbench.stats.intervals import t_interval
from tests.report.planted_probes import KL
from tests.report.synthetic import EVALUATIONS
from tests.report.synthetic_answers import DIALOGUES, METHODS, OFF, SEEDS, SUMS, WORD_PREFERENCES, WORDS, progress
from tests.report.test_report_tables import line

PLACES = np.arange(EVALUATIONS + 1)


@pytest.fixture(scope="module")
def table(answering: Study) -> Table:
    return kl_estimators.table(answering)


def exact(task: str, done: np.ndarray) -> np.ndarray:
    """What estimates are held against."""
    return (8 if task in (WORDS, WORD_PREFERENCES) else 9) * done**2


def squares(task: str, name: str, low: float, high: float) -> dict[int, float]:
    """Mean squared relative error of each seed's evaluations between two KLs, by hand."""
    found: dict[int, float] = {}
    for seed in SEEDS:
        done = np.concatenate(
            [progress(method, seed, PLACES) for method in METHODS if method != "dpo" or task != WORDS]
        )
        done = done[(exact(task, done) > low) & (exact(task, done) <= high)]
        estimate = {
            "k1": 9 * done**2 + OFF["k1"] * done,
            "k3": 9 * done**2 * (1 + OFF["k3"]),
            DECISIONS: 9 * done**2,
        }[name]
        found[seed] = np.mean(((estimate - exact(task, done)) / exact(task, done)) ** 2)
    return found


@pytest.mark.parametrize("name", ["k1", "k3", DECISIONS])
def test_estimates_are_held_against_the_kl_over_all_answers_where_that_is_known(table, name):
    got = line(table, where=WORDS, kl="1 to 10", estimator=name)
    assert got["held_against"] == TRUTH[AnswerMetric.EXACT_KL_REFERENCE]
    assert got["error"] == pytest.approx(np.sqrt(np.mean(list(squares(WORDS, name, 1, 10).values()))))
    if name != "k1":
        factor = 9 / 8 * (1 + OFF["k3"] * (name == "k3"))
        assert got[["bias", "bias_low", "bias_high"]].tolist() == pytest.approx([factor - 1] * 3)


def test_elsewhere_they_are_held_against_what_is_exact_at_each_decision(table):
    own = table.frame[table.frame["where"] == DIALOGUES]
    assert own["estimator"].unique().tolist() == ["k1", "k3"]
    assert set(own["held_against"]) == {DECISIONS}
    assert own.loc[own["estimator"] == "k3", "bias"].tolist() == pytest.approx([OFF["k3"]] * own["kl"].nunique())


def test_bands_hold_every_evaluation_of_a_policy_that_has_moved_once(table):
    own = table.frame[(table.frame["where"] == WORDS) & (table.frame["estimator"] == "k1")]
    assert own["evaluations"].sum() == len(SEEDS) * (len(METHODS) - 1) * EVALUATIONS
    assert (own["seeds"] == len(SEEDS)).all()
    assert own["kl"].tolist() == [band for band in kl_estimators.BANDS if band in set(own["kl"])]
    # What went wrong at half of its training has no evaluation after that.
    sums = table.frame[(table.frame["where"] == SUMS) & (table.frame["estimator"] == "k1")]
    assert sums["evaluations"].sum() < own["evaluations"].sum()


def test_intervals_are_over_seeds_and_not_over_runs_or_evaluations(table, answering):
    got = line(table, where=WORDS, kl="1 to 10", estimator="k1")
    evaluations = estimated(answering)[WORDS].evaluations
    evaluations = evaluations[evaluations["kl"] > 1]
    expected = t_interval((evaluations["k1"] / evaluations["kl"] - 1).groupby(evaluations["seed"]).mean().to_numpy())
    assert got[["bias_low", "bias_high"]].tolist() == pytest.approx([expected.low, expected.high])
    assert (got["runs"], got["seeds"]) == (len(SEEDS) * (len(METHODS) - 1), len(SEEDS))


def test_what_is_exact_has_lines_of_its_own_with_the_error_of_a_hundred_draws(table):
    normal = line(table, where=kl_estimators.PAIRS["normal"], kl=f"{KL[1]:g}", estimator="k2")
    assert normal["bias"] == KL[1] / 2
    assert normal["error"] == pytest.approx(np.hypot(KL[1] / 2, 1.5 / 10))
    assert np.isnan(normal["error_low"])
    random = line(table, where=kl_estimators.PAIRS["random"], kl=f"{KL[0]:g}", estimator="k1")
    assert (random["bias"], random["bias_low"]) == (0, 0)
    assert random["error_low"] < random["error"] < random["error_high"]
    assert "k1 and k3 have no bias there" in table.summary


def test_words_say_who_errs_less_near_and_far(table, answering):
    near, far = table.summary.split("Where policies are ")[1:3]
    # On sums k1 is off by 0.01 / done in units of the KL, and k3 by 0.2 everywhere.
    assert near.startswith("nearest to the reference, k3 errs less than k1 on")
    assert "k1 errs less" not in near
    assert far.startswith("farthest from the reference, k1 errs less than k3")
    rows = answering.runs.rows
    worse = rows.assign(value=rows["value"].where(rows["metric"] != AnswerMetric.KL_K1, 10.0 * rows["value"]))
    turned = kl_estimators.table(replace(answering, runs=replace(answering.runs, rows=worse))).summary
    assert "farthest from the reference, k3 errs less than k1 on" in turned
    assert "k1 errs less" not in turned


def test_plans_without_such_estimates_have_an_empty_table_and_say_so_in_the_figure(answering):
    rows = answering.runs.rows
    kept = rows[~rows["metric"].isin([AnswerMetric.KL_K1, AnswerMetric.KL_K3])]
    study = replace(answering, runs=replace(answering.runs, rows=kept))
    empty = kl_estimators.table(study)
    assert empty.frame.empty
    assert empty.summary == ""
    [axes] = figure.figure(study).axes
    assert axes.texts[0].get_text().startswith("No task")


def test_the_figure_has_a_panel_for_every_task_and_one_for_what_is_exact(answering):
    canvas = figure.figure(answering)
    titles = [axes.get_title(loc="left").splitlines()[0] for axes in canvas.axes if axes.get_visible()]
    assert titles == [SUMS, WORDS, WORD_PREFERENCES, DIALOGUES, figure.EXACT]
    words = canvas.axes[titles.index(WORDS)]
    assert len([one for one in words.lines if one.get_marker() == "."]) == 3
    [squared] = [one for one in words.lines if one.get_marker() == figure.LOOKS["k3"]["marker"]]
    assert squared.get_ydata() == pytest.approx(np.full(len(squared.get_ydata()), 1 - 9 / 8 * (1 + OFF["k3"])))


def test_parts_of_a_decade_that_hold_too_few_are_left_out():
    kl = pd.Series([0.11] * figure.FEWEST + [5.0] * (figure.FEWEST - 1))
    found = figure.root_mean_squares(kl, pd.Series([3.0, 4.0] + [0.0] * (len(kl) - 2)))
    assert found.index.tolist() == pytest.approx([10 ** (-1 + 1 / 6)])
    assert found.tolist() == pytest.approx([np.sqrt(25 / figure.FEWEST)])
