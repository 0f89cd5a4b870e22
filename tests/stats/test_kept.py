"""When a promise counts as broken: by more than so many simulations can be wrong, and on one side only."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rlbench.stats.calibration import COLUMNS, Bound
from rlbench.stats.kept import judged


def line(happened, bound=Bound.AT_LEAST, nominal=0.95, simulations=1_000):
    return ["5", "normal", f"{bound} {nominal} {happened}", str(bound), nominal, happened, simulations]


def kept(*lines):
    return judged(pd.DataFrame(lines, columns=COLUMNS))["kept"].tolist()


def test_only_the_wrong_side_breaks_a_promise():
    assert kept(line(1_000), line(900)) == [True, False]
    assert kept(line(0, Bound.AT_MOST, 0.05), line(100, Bound.AT_MOST, 0.05)) == [True, False]


def test_what_chance_explains_breaks_none_and_less_of_it_remains_with_more_simulations():
    assert kept(line(940)) == [True]
    assert kept(line(94_000, simulations=100_000)) == [False]


def test_one_line_has_wilsons_interval_and_many_have_wider_ones():
    alone = judged(pd.DataFrame([line(930)], columns=COLUMNS)).iloc[0]
    known = stats.binomtest(930, 1_000).proportion_ci(0.95, method="wilson")
    assert (alone["actual"], alone["low"], alone["high"]) == pytest.approx((0.93, known.low, known.high))
    among = judged(pd.DataFrame([line(930)] * 200, columns=COLUMNS)).iloc[0]
    assert among["low"] < alone["low"] < alone["high"] < among["high"]
    assert kept(line(930)) == [False]
    assert kept(*[line(930)] * 200) == [True] * 200


def test_of_a_table_of_kept_promises_hardly_one_is_marked():
    """Forty promises that are just kept, in 300 tables: at most one table in twenty holds a mark by luck."""
    happened = np.random.default_rng(0).binomial(1_000, 0.95, (300, 40))
    marked = sum(not all(kept(*map(line, row))) for row in happened.tolist())
    assert marked / 300 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_of_nothing_is_nothing():
    assert judged(pd.DataFrame(columns=COLUMNS)).empty
