"""Ranks and the set of best methods: clear orders, ties, known limits, and how often the best one is in the set."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.iqm import pooled_iqm
from rlbench.stats.ranking import COLUMNS, ranking
from rlbench.stats.task_means import mean_of_task_means


def ranked(methods, statistic=mean_of_task_means, count=2_000):
    return ranking(methods, statistic, np.random.default_rng(7), count).set_index("method")


def some_methods(leads=(0.0, 0.3, 0.6, 5.0), seeds=10):
    generator = np.random.default_rng(1)
    return {f"method {lead}": [generator.normal(lead, 1, seeds) for _ in range(2)] for lead in leads}


def ranks(table):
    return table[["rank", "rank_low", "rank_high"]].to_numpy().tolist()


def test_a_clear_order_has_one_rank_each_and_one_best():
    table = ranked(some_methods((0.0, 40.0, 20.0)), pooled_iqm)
    assert ranks(table) == [[3, 3, 3], [1, 1, 1], [2, 2, 2]]
    assert table["among_best"].tolist() == [False, True, False]


def test_methods_that_cannot_be_told_apart_share_their_ranks():
    table = ranked(some_methods())
    assert table["rank"].tolist()[3] == 1
    assert table[["rank_low", "rank_high"]].to_numpy().tolist() == [[2, 4], [2, 4], [2, 4], [1, 1]]
    assert table["among_best"].tolist() == [False, False, False, True]


def test_ties_share_the_mean_of_their_ranks():
    same = [[1.0, 2.0, 3.0]]
    assert ranks(ranked({"a": same, "b": same, "c": [[90.0, 91.0, 92.0]]})) == [[2.5, 2, 3], [2.5, 2, 3], [1, 1, 1]]


def lead_of(errors, seeds=400):
    """Two methods, the second ahead by so many standard errors of the difference."""
    noise = stats.zscore(np.random.default_rng(2).normal(size=seeds), ddof=1)
    return {"behind": [noise], "ahead": [noise + errors * np.sqrt(2 / seeds)]}


@pytest.mark.parametrize(
    ("errors", "best", "low"),
    [(1.5, True, 1), (1.8, False, 1), (2.1, False, 2)],
    ids=["not told apart", "not the best", "surely behind"],
)
def test_two_methods_and_many_seeds_meet_the_normal_limits(errors, best, low):
    # One-sided 1.645 for the best, two-sided 1.960 for ranks.
    table = ranked(lead_of(errors), count=10_000)
    assert (table.loc["behind", "among_best"], table.loc["behind", "rank_low"]) == (best, low)
    assert table.loc["ahead", "among_best"]


def test_few_seeds_meet_students_limit():
    # One-sided with 2 (4 - 1) degrees of freedom: 1.943 instead of 1.645 standard errors.
    assert ranked(lead_of(1.75, seeds=4), count=10_000)["among_best"].tolist() == [True, True]
    assert ranked(lead_of(2.3, seeds=4), count=10_000)["among_best"].tolist() == [False, True]


def test_among_many_methods_a_lead_must_be_larger():
    # 1.9 standard errors tell two methods apart, but the largest of nine leads passes that by chance.
    two = lead_of(1.9)
    many = {f"behind {at}": two["behind"] for at in range(9)} | {"ahead": two["ahead"]}
    assert ranked(two, count=5_000)["among_best"].tolist() == [False, True]
    assert ranked(many, count=5_000)["among_best"].tolist() == [True] * 10


def test_names_and_orders_do_not_matter():
    methods = some_methods((0.0, 1.5, 3.0))
    table = ranked(methods, count=5_000)
    turned = ranked({name: [x[::-1] for x in methods[name][::-1]] for name in reversed(methods)}, count=5_000)
    other = turned.loc[table.index]
    assert other["estimate"].tolist() == pytest.approx(table["estimate"].tolist())
    assert ranks(other) == ranks(table)
    assert other["among_best"].tolist() == table["among_best"].tolist()


def test_shifts_and_scales_do_not_matter_and_a_turned_scale_turns_the_ranks():
    methods = some_methods()
    table = ranked(methods)
    moved = ranked({name: [7 + 3 * x for x in tasks] for name, tasks in methods.items()})
    turned = ranked({name: [-x for x in tasks] for name, tasks in methods.items()})
    assert ranks(moved) == ranks(table)
    assert turned["rank_low"].tolist() == (5 - table["rank_high"]).tolist()


def test_runs_at_the_ceiling_are_compared():
    table = ranked({"full": [[500.0] * 5], "also full": [[500.0] * 5], "less": [[499.0] * 5]})
    assert ranks(table) == [[1.5, 1, 2], [1.5, 1, 2], [3, 3, 3]]
    assert table["among_best"].tolist() == [True, True, False]


def test_a_single_run_has_every_rank_and_excludes_nobody():
    clear = some_methods((0.0, 40.0))
    table = ranked({**clear, "once": [[1_000.0], [1_000.0]]})
    assert ranks(table.loc[["once"]]) == [[1, 1, 3]]
    assert table["among_best"].tolist() == [False, True, True]


def test_one_method_and_none():
    assert ranks(ranked({"alone": [[1.0, 2.0]]})) == [[1, 1, 1]]
    assert list(ranking({}, pooled_iqm, np.random.default_rng(0)).columns) == COLUMNS


def test_missing_values_and_other_tasks_are_refused():
    with pytest.raises(ValueError, match="no score is NaN"):
        ranked({"a": [[1.0, np.nan]], "b": [[1.0, 2.0]]})
    with pytest.raises(ValueError, match="same tasks"):
        ranked({"a": [[1.0, 2.0]], "b": [[1.0, 2.0]] * 2})


def test_the_best_method_is_in_the_set_as_often_as_promised():
    """Four methods, the first ahead by a little, six seeds on two tasks: 95 % at least, and the set is not all."""
    tries, generator = 250, np.random.default_rng(3)
    scores = generator.normal(size=(tries, 4, 2, 6)) + np.array([0.2, 0.0, 0.0, -1.5])[:, None, None]
    tables = [ranked(dict(zip("abcd", one, strict=True)), count=400) for one in scores]
    held = np.mean([table.loc["a", "among_best"] for table in tables])
    assert held > 0.95 - 3 * np.sqrt(0.95 * 0.05 / tries)
    assert np.mean([table.loc["d", "among_best"] for table in tables]) < 0.5


def test_single_runs_alone_leave_every_rank_open():
    """Nothing varies in any resample, so there is no limit that a lead could pass, and no warning either."""
    table = ranked({"a": [[1.0]], "b": [[5.0]], "c": [[9.0]]})
    assert ranks(table) == [[3, 1, 3], [2, 1, 3], [1, 1, 3]]
    assert table["among_best"].all()
