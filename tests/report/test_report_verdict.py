"""Sentences on comparisons: who differs, what stays open, and how many more runs it would take."""

import numpy as np
import pandas as pd

from rlbench.report.table import Table
from rlbench.report.verdict import Words, decided, factor, undecided
from rlbench.report.versus import ALL_TASKS

WORDS = Words("fell less", "fell more")
NAN = float("nan")


def frame(*lines):
    columns = ["method", "n", "tasks", "difference", "difference_low", "difference_high", "p_value", "detectable"]
    return pd.DataFrame(lines, columns=columns).assign(task=ALL_TASKS)


def test_both_sides_are_told_with_the_farthest_of_those_with_the_most_tasks():
    lines = frame(
        ("A", 5, 9, -1.0, -2.0, -0.5, 0.01, 0.1),
        ("B", 5, 9, -3.0, -4.0, -2.0, 0.01, 0.1),
        ("C", 20, 2, -9.0, -9.5, -8.5, 0.01, 0.1),
        ("D", 5, 9, 2.0, 1.0, 3.0, 0.05, 0.1),
        ("PPO", 5, 9, NAN, NAN, NAN, NAN, NAN),
    )
    assert decided(lines, "PPO", WORDS) == (
        "Held against PPO over all tasks that both ran on, and corrected by Holm: A, B and C fell less, most of all B "
        "(-3.000 [-4.000, -2.000], 9 tasks, n = 5 or more on each); D fell more (2.000 [1.000, 3.000], 9 tasks, n = 5 "
        "or more on each)."
    )
    assert undecided(lines, "PPO", WORDS) == ""


def test_what_is_open_says_how_many_more_runs_the_nearest_needs():
    lines = frame(("A", 5, 9, 0.2, -0.1, 0.5, 0.3, 0.6), ("B", 5, 9, 0.1, -0.2, 0.4, 0.6, 0.6))
    assert decided(lines, "PPO", WORDS).endswith("no method differs.")
    text = undecided(lines, "PPO", WORDS)
    assert text.startswith("A and B cannot be told from PPO at these numbers of runs; about 9 times as many runs")
    assert "the nearest, A (0.200 [-0.100, 0.500]" in text


def test_what_no_number_of_runs_would_decide_is_said_so():
    lines = frame(("A", 5, 9, 0.0, -0.1, 0.1, 1.0, 0.6), ("B", 5, 9, 1e-6, -0.1, 0.1, 1.0, 0.6))
    assert "1,000 times as many would not decide any of them" in undecided(lines, "PPO", WORDS)
    near = frame(("A", 5, 9, 0.7, -0.1, 0.9, 0.06, 0.6))
    assert "few further runs would decide the nearest, A" in undecided(near, "PPO", WORDS)


def test_a_difference_of_logarithms_is_a_ratio():
    assert factor(float(np.log(2)), 0.0, float(np.log(4))) == "2.000 [1.000, 4.000] times"


def test_a_table_alone_says_nothing():
    empty = frame().iloc[:0]
    assert decided(empty, "PPO", WORDS) == undecided(empty, "PPO", WORDS) == ""
    assert Table("t", "q", empty, (), 1).paragraph == ""
    assert Table("t", "q", empty, (), 1, summary="A.", undecided="B.").paragraph == "A. B."
