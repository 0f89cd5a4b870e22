"""The sentences of the page follow the numbers."""

import re

import pandas as pd

from rlbench.report.findings import best_of, few, findings, listed
from rlbench.report.tables import claims, final_performance, updates


def lines(*rows):
    return pd.DataFrame(rows, columns=["method", "mean", "mean_low", "mean_high", "n"])


def test_overlap_is_said_of_those_that_overlap_only():
    text = best_of("Task", lines(("A", 5.0, 4.0, 6.0, 10), ("B", 4.0, 3.0, 4.5, 10), ("C", 1.0, 0.0, 2.0, 10)))
    assert text == (
        "Task: A has the highest mean final return of the 3 methods, 5.000 [4.000, 6.000] over 10 runs; "
        "the interval of B overlaps with it."
    )


def test_no_overlap_a_tie_one_seed_and_one_method():
    assert "no other method's interval overlaps" in best_of(
        "T", lines(("A", 5.0, 4.0, 6.0, 9), ("B", 1.0, 0.0, 2.0, 9))
    )
    assert "A and B share the highest" in best_of(
        "T", lines(("A", 5.0, 5.0, 5.0, 9), ("B", 5.0, 5.0, 5.0, 9), ("C", 1.0, 0.0, 2.0, 9))
    )
    nan = float("nan")
    assert "a single run has no interval" in best_of("T", lines(("A", 5.0, nan, nan, 1), ("B", 1.0, nan, nan, 1)))
    assert "A is the only method" in best_of("T", lines(("A", 5.0, 4.0, 6.0, 9)))
    assert "the intervals of B and C overlap with it" in best_of(
        "T", lines(("A", 5.0, 4.0, 6.0, 9), ("B", 4.0, 3.0, 5.0, 9), ("C", 4.0, 3.0, 5.0, 9))
    )


def test_every_task_the_bounds_the_failures_and_the_gaps_are_mentioned(published):
    study = published.study
    tables = [module.table(study) for module in (final_performance, updates, claims)]
    sentences = [finding.sentence for finding in findings(study, *tables)]
    assert [sentence.split(":")[0] for sentence in sentences[:4]] == [*study.plan.tasks, final_performance.ALL_TASKS]
    assert re.fullmatch(
        r"Updates above 1.5 times .* task with most: TRPO in [0-9.]+ % \([A-Za-z0-9-]+\)\.", sentences[4]
    )
    assert re.fullmatch(
        r"Of \d+ questions that 19 claims .* are: \d+ supported, .*\d+ not yet measured\.", sentences[5]
    )
    assert sentences[6] == "1 of 110 runs failed (A2C on CartPole-v1); they count as the random policy."
    assert sentences[7].startswith("1 of 12 cells of methods and tasks is empty")


def test_lists_of_words():
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert few(list("abcdefg")) == "a, b, c, d, e and 2 more"
    assert few(list("ab")) == "a and b"


def test_many_overlaps_are_counted_and_not_listed():
    rivals = [(name, 4.0, 3.0, 4.5, 10) for name in "BCDEFG"]
    text = best_of("T", lines(("A", 5.0, 4.0, 6.0, 10), *rivals, ("H", 1.0, 0.0, 2.0, 10)))
    assert text.endswith("; the intervals of 6 of the 7 others overlap with it.")


def test_an_average_over_tasks_says_which_methods_and_runs_it_has():
    text = best_of(final_performance.ALL_TASKS, lines(("A", 0.9, 0.8, 1.0, 5), ("B", 0.5, 0.4, 0.6, 5)))
    assert "of the 2 methods that ran on every task, 0.900 [0.800, 1.000] over at least 5 runs on each task;" in text
