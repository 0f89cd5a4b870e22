"""The sentences of the page follow the numbers."""

import re

import pandas as pd

from rlbench.report.findings import best_of, findings, task_by_task
from rlbench.report.tables import best, claims
from rlbench.report.versus import ALL_TASKS
from rlbench.report.wording import few, listed, paragraph


def lines(*rows):
    return pd.DataFrame(rows, columns=["method", "score", "score_low", "score_high", "n", "among_best"])


def test_the_set_of_best_is_named():
    text = best_of(
        "Task", lines(("A", 5.0, 4.0, 6.0, 10, True), ("B", 4.0, 3.0, 4.5, 10, True), ("C", 1.0, 0.0, 2.0, 10, False))
    )
    assert text == (
        "Task: A has the highest mean final score of the 3 methods, 5.000 [4.000, 6.000] over 10 runs; "
        "with 95 % confidence the best one is among A and B."
    )


def test_one_best_all_possible_a_tie_and_one_method():
    better, worse = ("A", 5.0, 4.0, 6.0, 9, True), ("B", 1.0, 0.0, 2.0, 9, False)
    assert best_of("T", lines(better, worse)).endswith("with 95 % confidence it is the best one.")
    open_ = best_of("T", lines(better, ("B", 4.0, 3.0, 5.0, 9, True)))
    assert open_.endswith("these runs rule none of them out as the best one.")
    assert "A and B share the highest" in best_of("T", lines(better, ("B", 5.0, 5.0, 5.0, 9, True), worse))
    assert "A is the only method, with a mean final score of 5.000 [4.000, 6.000] over 1 run." in best_of(
        "T", lines(("A", 5.0, 4.0, 6.0, 1, True))
    )


def test_a_large_set_is_counted_and_not_listed():
    rivals = [(name, 4.0, 3.0, 4.5, 10, True) for name in "BCDEFG"]
    text = best_of("T", lines(("A", 5.0, 4.0, 6.0, 10, True), *rivals, ("H", 1.0, 0.0, 2.0, 10, False)))
    assert text.endswith("the best one is among 7 methods, in bold in the table.")


def test_an_average_over_tasks_says_which_methods_and_runs_it_has():
    text = best_of(ALL_TASKS, lines(("A", 0.9, 0.8, 1.0, 5, True), ("B", 0.5, 0.4, 0.6, 5, False)))
    assert "of the 2 methods that ran on every task, 0.900 [0.800, 1.000] over 5 runs or more on each task;" in text


def test_four_sentences_say_who_is_best_where_and_what_failed(published):
    study = published.study
    found = findings(study, best.table(study), claims.table(study))
    sentences = [finding.sentence for finding in found]
    assert [finding.tables for finding in found] == [("best",), ("best",), ("claims",), ("outcomes", "matrix")]
    assert sentences[0].startswith(f"{ALL_TASKS}: ")
    assert re.fullmatch(
        r"(None|\d) of 3 tasks (has|have) a single best method with 95 % confidence; .+\.", sentences[1]
    )
    assert re.fullmatch(
        r"Of \d+ questions that 19 claims .* are: \d+ supported, .*\d+ not yet measured\.", sentences[2]
    )
    assert sentences[3] == (
        "1 of 110 runs failed (A2C on CartPole-v1), which count as the random policy; "
        "1 of 12 cells of methods and tasks is empty, and the matrix says why."
    )


def ranked(*rows):
    return pd.DataFrame(rows, columns=["task", "method", "among_best"])


def test_how_many_tasks_have_one_best_method_and_which_may_be_it_most_often():
    text = task_by_task(
        ranked(
            ("T", "A", True), ("T", "B", False), ("U", "A", True), ("U", "B", True), ("V", "A", True), ("V", "C", True)
        )
    )
    assert text == (
        "1 of 3 tasks has a single best method with 95 % confidence; the one that may be the best on the most, 3, is A."
    )
    open_ = task_by_task(ranked(("T", "A", True), ("T", "B", True)))
    assert open_ == (
        "None of 1 task have a single best method with 95 % confidence; those that may be the best on the most, 1, "
        "are A and B."
    )
    assert task_by_task(ranked(("T", "A", False))) == "No task has a score by which methods could be ranked."


def test_lists_of_words():
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert listed(["a, b", "c"]) == "a, b; and c"
    assert few(list("abcdefg")) == "a, b, c, d, e and 2 more"
    assert few(list("ab")) == "a and b"
    assert paragraph("", "A.", "", "B.") == "A. B."
