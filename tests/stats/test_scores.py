"""Scores and curves from rows written by hand, where every answer can be read off."""

import numpy as np
import pandas as pd
import pytest

from rlbench.core.anchors import Anchors
from rlbench.core.schema import Split
from rlbench.stats.curves import align, nominal_steps, seed_curves
from rlbench.stats.scores import area_under_curve, final, seed_scores, steps_to_solved

ANCHORS = {"Task": Anchors(random=10.0, solved=100.0)}
BUDGETS = {"Task": 400}
JUDGED = {"Task": Split.DETERMINISTIC}


def run_rows(seed, steps, values, split=Split.DETERMINISTIC, metric="return_mean"):
    return pd.DataFrame(
        {"task": "Task", "method": "method", "variant": "default", "seed": seed, "step": steps, "unit": "env_steps"}
        | {"split": str(split), "metric": metric, "value": np.asarray(values, dtype=float)}
    )


def outcomes(**named):
    lines = [(int(seed[1:]), outcome, step) for seed, (outcome, step) in named.items()]
    frame = pd.DataFrame(lines, columns=["seed", "outcome", "step"])
    return frame.assign(task="Task", method="method", variant="default")


def scores_of(rows, ends):
    return seed_scores(rows, ends, JUDGED, ANCHORS, BUDGETS).set_index("seed")


def test_final_is_the_mean_of_the_last_tenth_without_step_zero():
    steps = np.arange(21) * 100.0
    assert final(steps, np.arange(21.0)) == 19.5
    # 19 evaluations besides the one at step 0: a tenth of them is one, of all 20 it would be two
    assert final(steps[:20], np.arange(20.0)) == 19.0
    assert final(np.array([0.0, 1.0]), np.array([5.0, 7.0])) == 7.0
    assert final(np.array([0.0]), np.array([5.0])) == 5.0
    assert np.isnan(final(np.empty(0), np.empty(0)))


def test_area_under_curve_is_an_average_over_uneven_steps():
    assert area_under_curve(np.array([0.0, 100.0, 400.0]), np.array([0.0, 10.0, 10.0])) == pytest.approx(8.75)
    assert area_under_curve(np.array([3.0]), np.array([4.0])) == 4.0


def test_first_crossing_counts_and_no_crossing_is_censored():
    steps, values = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 100.0, 50.0, 200.0])
    assert steps_to_solved(steps, values, 100.0) == 1.0
    assert np.isnan(steps_to_solved(steps, values, 201.0))


def test_a_finished_seed_is_scored_from_its_evaluations():
    rows = pd.concat(
        [
            run_rows(0, [0, 200, 400], [10, 100, 120]),
            run_rows(0, [0, 200, 400], [10, 50, 90], Split.STOCHASTIC),
            run_rows(0, [100], [1e9], Split.TRAIN, "episode_return"),
            run_rows(0, [400], [1e9], Split.DETERMINISTIC, "return_sd"),
        ]
    ).sample(frac=1.0, random_state=1)
    line = scores_of(rows, outcomes(s0=("finished", 400))).loc[0]
    assert (line.final_deterministic, line.final_stochastic, line.peak) == (120.0, 90.0, 120.0)
    assert (line.area_under_curve, line.area_under_curve_deterministic) == (50.0, 82.5)
    assert (line.steps_to_solved, line.solved, line.outcome) == (200.0, True, "finished")


def test_a_task_is_judged_by_its_own_kind_of_evaluation():
    both = [run_rows(0, [0, 200, 400], [10, 100, 120]), run_rows(0, [0, 200, 400], [10, 50, 90], Split.STOCHASTIC)]
    other = [rows.assign(task="Other") for rows in both]
    ends = pd.concat([outcomes(s0=("finished", 400)), outcomes(s0=("finished", 400)).assign(task="Other")])
    made = seed_scores(
        pd.concat([*both, *other]),
        ends,
        JUDGED | {"Other": Split.STOCHASTIC},
        ANCHORS | {"Other": Anchors(random=0.0, solved=80.0)},
        BUDGETS | {"Other": 400},
    ).set_index("task")
    assert made["final"].to_dict() == {"Task": 120.0, "Other": 90.0}
    assert made["peak"].to_dict() == {"Task": 120.0, "Other": 90.0}
    assert made["steps_to_solved"].to_dict() == {"Task": 200.0, "Other": 400.0}
    assert made["final_deterministic"].to_dict() == {"Task": 120.0, "Other": 120.0}
    assert made["final_stochastic"].to_dict() == {"Task": 90.0, "Other": 90.0}


def test_a_failed_seed_stays_at_the_floor_and_is_never_a_success():
    rows = run_rows(3, [0, 100, 200, 300], [20, 120, np.nan, 130])
    line = scores_of(rows, outcomes(s3=("diverged", 200))).loc[3]
    assert (line.final_deterministic, line.final_stochastic) == (10.0, 10.0)
    assert (line.solved, line.peak) == (False, 120.0)
    # 20 -> 120 -> 10 (failure) -> 10 (budget)
    assert line.area_under_curve_deterministic == pytest.approx((7_000 + 6_500 + 2_000) / 400)
    assert line.outcome == "diverged"


def test_what_was_measured_at_the_step_of_failure_does_not_count():
    line = scores_of(run_rows(0, [0, 200, 300], [20, 70, 130]), outcomes(s0=("diverged", 300))).loc[0]
    assert line.peak == 70.0


def test_a_seed_that_failed_at_the_very_end_gets_nothing_for_the_time_before():
    steps = np.arange(1, 41) * 10
    rows = pd.concat(
        [run_rows(0, steps, np.full(40, 99.0), split) for split in (Split.DETERMINISTIC, Split.STOCHASTIC)]
    )
    line = scores_of(rows, outcomes(s0=("diverged", 400))).loc[0]
    assert (line.final_deterministic, line.final_stochastic) == (10.0, 10.0)


def test_a_seed_that_failed_before_its_first_evaluation_is_still_a_line():
    rows = run_rows(0, [0, 400], [50, 50])
    table = scores_of(rows, outcomes(s0=("finished", 400), s1=("environment_failed", 0)))
    assert table.index.tolist() == [0, 1]
    assert table.loc[1, ["final_deterministic", "area_under_curve"]].tolist() == [10.0, 10.0]


def test_dropping_the_failed_seed_would_be_noticed():
    rows = pd.concat([run_rows(seed, [0, 400], [100, 100]) for seed in range(4)])
    ends = outcomes(s0=("finished", 400), s1=("finished", 400), s2=("finished", 400), s3=("diverged", 400))
    assert scores_of(rows, ends)["final_deterministic"].mean() == 77.5


def test_missing_metric_is_missing_not_zero():
    line = scores_of(run_rows(0, [0, 400], [1, 2]), outcomes(s0=("finished", 400))).loc[0]
    assert np.isnan([line.final_stochastic, line.area_under_curve]).all()
    assert line.final_deterministic == 2.0


def test_a_finished_seeds_nan_is_seen():
    line = scores_of(run_rows(0, [0, 400], [1, np.nan]), outcomes(s0=("finished", 400))).loc[0]
    assert np.isnan(line.final_deterministic)


def test_no_run_at_all_is_an_empty_table_with_its_columns():
    empty = outcomes()
    assert seed_scores(run_rows(0, [], []), empty, JUDGED, ANCHORS, BUDGETS).columns.tolist()[:4] == [
        "task",
        "method",
        "variant",
        "seed",
    ]


def test_order_of_rows_does_not_matter():
    rows = pd.concat([run_rows(seed, [0, 210, 405], [seed, 5, 9]) for seed in range(3)])
    ends = outcomes(s0=("finished", 405), s1=("diverged", 300), s2=("finished", 405))
    shuffled = seed_scores(rows.iloc[::-1], ends.iloc[::-1], JUDGED, ANCHORS, BUDGETS)
    pd.testing.assert_frame_equal(shuffled, seed_scores(rows, ends, JUDGED, ANCHORS, BUDGETS))


def aligned(rows, ends):
    curves = seed_curves(rows, ends, JUDGED, ANCHORS, BUDGETS)
    return align(curves, {"Task": nominal_steps(400, 4)})


def test_late_evaluations_count_for_the_step_that_was_due():
    curve = aligned(run_rows(0, [0, 107, 203, 330, 412], [1, 2, 3, 4, 5]), outcomes(s0=("finished", 412)))
    assert curve["step"].tolist() == [0, 100, 200, 300, 400]
    assert curve["value"].tolist() == [1, 2, 3, 4, 5]


def test_a_skipped_evaluation_carries_the_last_value_forward():
    curve = aligned(run_rows(0, [90, 310, 400], [2, 4, 5]), outcomes(s0=("finished", 400)))
    assert np.isnan(curve["value"][0])
    assert curve["value"].tolist()[1:] == [2, 2, 4, 5]


def test_a_failed_seeds_curve_ends_on_the_floor():
    curve = aligned(run_rows(0, [0, 100, 200], [1, 2, 3]), outcomes(s0=("diverged", 210)))
    assert curve["value"].tolist() == [1, 2, 10, 10, 10]
