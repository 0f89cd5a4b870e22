"""What simulation found reaches the reader: in its own table, and in every table that uses what it found wanting."""

from dataclasses import replace

import pandas as pd
import pytest

from rlbench.report import publish
from rlbench.report.as_latex import as_latex
from rlbench.report.as_markdown import as_markdown
from rlbench.report.calibrated import cautions
from rlbench.report.study import Study
from rlbench.report.tables import best, calibration, compute_cost, improvement, kl_drift, stability, variance
from rlbench.stats.promises import PROMISES
from tests.report.synthetic_calibration import BROKEN, FOUND, SIMULATIONS, write_calibration

SHARE = f"{100 * FOUND / SIMULATIONS:.0f} %"


def line(table, runs, what):
    return table.frame.set_index(["runs", "what"]).loc[(runs, what)]


def test_there_is_a_line_for_each_design_and_promise_and_only_the_broken_one_is_marked(published):
    table = calibration.table(published.study)
    assert set(table.frame["runs"]) == {"10 runs", "3 tasks of 10 runs"}
    assert len(table.frame) == 2 * len(PROMISES) - sum(check.one_task for check in PROMISES)
    marked = table.frame[table.frame["not_kept"].notna()]
    assert marked[["runs", "what", "not_kept"]].to_numpy().tolist() == [["10 runs", BROKEN, "collapsing"]]
    got = line(table, "10 runs", BROKEN)
    assert got["collapsing"] == FOUND / SIMULATIONS
    assert got["collapsing_low"] < got["collapsing"] < got["collapsing_high"] < got["nominal"] == got["normal"]


def test_it_is_written_in_every_format(published):
    table = calibration.table(published.study)
    for made in (as_markdown(table, published.study.plan), as_latex(table, published.study.plan)):
        assert "10 runs" in made
        assert "not kept for" in made
        assert "1,000 simulated studies" in made


NOT_OVER_RUNS = {"calibration", "gradient_estimators", "reward_data"}
"""Their intervals are over simulations, blocks of batches and pairs: what is simulated is training runs."""


def test_every_table_with_intervals_over_runs_says_what_they_are_worth(published):
    with_intervals = [
        table
        for table in publish.all_tables(published.study)
        if table.identifier not in NOT_OVER_RUNS
        and len(table.frame)
        and any(name.endswith("_low") for name in table.frame.columns)
    ]
    said = {table.identifier: [note for note in table.notes if "table calibration" in note] for table in with_intervals}
    assert {identifier for identifier, notes in said.items() if len(notes) != 1} == set()
    warned = {name for name, [note] in said.items() if f" {BROKEN} with 10 runs (collapsing {SHARE})" in note}
    assert said.keys() - warned == {"variance", "improvement", "compute_cost"}, "which have no plain mean of runs"


@pytest.mark.parametrize(
    ("module", "promise"),
    [
        (variance, "variance without evaluation noise"),
        (variance, "permutation test of the ratio of variances"),
        (improvement, "permutation test of ranks: equal methods"),
        (compute_cost, "restricted mean: t"),
        (kl_drift, "mean: expanded percentile"),
        (stability, "share: Wilson"),
        (best, "best of three equal methods"),
    ],
    ids=lambda of: of if isinstance(of, str) else of.IDENTIFIER,
)
def test_a_table_warns_of_what_it_rests_on(published, module, promise):
    simulated = published.study.calibration
    study = replace(published.study, calibration=simulated.assign(kept=simulated["what"] != promise))
    [said] = [note for note in module.table(study).notes if "table calibration" in note]
    assert f"{promise} with 10 runs" in said


def test_a_caution_names_what_is_used_and_nothing_else(published):
    simulated = published.study.calibration
    [said] = cautions(simulated, [BROKEN, "share: Wilson"], together=True)
    assert said.endswith(f"Instead of 95 %: {BROKEN} with 10 runs (collapsing {SHARE}).")
    [said] = cautions(simulated, ["share: Wilson"], together=True)
    assert "hold what they promise" in said
    with pytest.raises(ValueError, match="not tried: mean: guessed"):
        cautions(simulated, ["mean: guessed"], together=True)


def test_a_table_of_single_tasks_does_not_speak_of_all_together(published):
    simulated = published.study.calibration.assign(kept=lambda lines: lines["what"] != "IQM: percentile")
    alone, together = (cautions(simulated, ["IQM: percentile"], together=which) for which in (False, True))
    assert "3 tasks" in together[0]
    assert "3 tasks" not in alone[0]


def test_a_study_that_was_not_simulated_is_not_read(builder):
    builder.cell("CartPole-v1", "a2c", range(3))
    plan = builder.plan()
    simulated = write_calibration(builder.results, builder.cells)
    before = Study.read(builder.results, plan).calibration
    assert set(pd.read_parquet(simulated)["design"]) == set(before["design"]) == {"3"}
    simulated.unlink()
    with pytest.raises(FileNotFoundError):
        Study.read(builder.results, plan)
