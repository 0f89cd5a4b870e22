"""What updates came to, against numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from rlbench.core.schema import Metric
from rlbench.stats.updates import PARTS, SUMMARY, TRACE, above, kl_trace, path_length, summarise

NAN = float("nan")


def rows(*lines):
    frame = pd.DataFrame(lines, columns=["seed", "step", "metric", "value"])
    return frame.astype({"metric": "category", "value": "float64"})


def kl_of(seed, values, step=1):
    return [(seed, step + place, Metric.KL_OLD_NEW, value) for place, value in enumerate(values)]


def test_each_run_is_put_together_by_itself():
    fractions = [(3, place, Metric.STEP_FRACTION, value) for place, value in enumerate([1.0, 0.5, 0.0, 0.0])]
    made = summarise(rows(*kl_of(3, [0.01, 0.02, 0.03, 0.0]), *fractions, *kl_of(7, [0.004])), limit=0.01)
    assert list(made.columns) == SUMMARY
    three, seven = made.set_index("seed").loc[3], made.set_index("seed").loc[7]
    assert (three["updates"], three["kl_median"], three["above_limit"]) == (4, pytest.approx(0.015), 0.5)
    assert (three["kl_largest"], three["overshoot"], three["beyond_limit"]) == (0.03, pytest.approx(3), 0.5)
    assert three["kl_path"] == pytest.approx(sum((2 * kl) ** 0.5 for kl in (0.01, 0.02, 0.03)))
    assert three["kl_95th"] == pytest.approx(0.0285)
    assert (three["accepted"], three["step_fraction"]) == (0.5, 0.375)
    assert (seven["updates"], seven["kl_median"], seven["above_limit"]) == (1, 0.004, 0)
    assert np.isnan(seven["accepted"])
    assert np.isnan(three["penalty"])


def test_a_kl_that_is_no_number_is_above_every_bound_and_in_no_average():
    made = summarise(rows(*kl_of(0, [0.01, NAN, np.inf, 0.01])), limit=0.01).iloc[0]
    assert (made["updates"], made["kl_median"], made["kl_95th"], made["above_limit"]) == (4, 0.01, 0.01, 0.5)
    assert (made["beyond_limit"], made["overshoot"]) == (0.5, 1.0)
    assert made["kl_path"] == pytest.approx(2 * 0.02**0.5)


def test_a_path_in_one_direction_is_as_long_as_its_steps_together():
    """A normal policy of spread 1 whose mean moves by d: KL is d^2 / 2, the length d, however it is cut."""
    whole, steps = np.array([2.0**2 / 2]), np.full(8, 0.25**2 / 2)
    assert path_length(steps) == pytest.approx(path_length(whole)) == pytest.approx(2.0)
    assert path_length(np.array([-1e-18])) == 0
    assert np.isnan(path_length(np.empty(0)))


def test_shares_near_a_bound_and_above_it_are_those_counted_by_hand():
    kl = [0.001, 0.007, 0.01, 0.0101, 0.015, 0.016, NAN]
    made = summarise(rows(*kl_of(0, kl)), limit=0.01).iloc[0]
    assert made["beyond_limit"] == 4 / 7
    assert made["above_limit"] == 2 / 7
    assert made["near_limit"] == pytest.approx(4 / 7)


def test_clip_fraction_follows_kl_if_it_rises_with_it_from_update_to_update():
    kl = [0.01, 0.03, 0.02, 0.5]
    clipped = [(0, place, Metric.CLIP_FRACTION, value) for place, value in enumerate([0.1, 0.3, 0.2, 0.31])]
    assert summarise(rows(*kl_of(0, kl), *clipped), NAN)["clip_follows_kl"].item() == pytest.approx(1)
    turned = [(seed, place, metric, -value) for seed, place, metric, value in clipped]
    assert summarise(rows(*kl_of(0, kl), *turned), NAN)["clip_follows_kl"].item() == pytest.approx(-1)
    assert np.isnan(summarise(rows(*kl_of(0, kl)), NAN)["clip_follows_kl"].item())


def test_without_a_bound_there_is_no_share_and_without_an_update_no_line():
    assert np.isnan(above(np.array([1.0]), NAN, 1.5))
    assert np.isnan(above(np.empty(0), 0.1, 1.5))
    assert above(np.array([0.15, 0.1500001]), 0.1, 1.5) == 0.5
    assert summarise(rows(), NAN).empty
    assert list(kl_trace(rows(), 100).columns) == TRACE


def test_a_trace_has_the_median_of_every_part_of_the_budget():
    budget = 10 * PARTS
    lines = [*kl_of(0, [5.0, 1.0, 2.0], step=8), *kl_of(0, [7.0], step=11), *kl_of(1, [9.0], step=budget + 3)]
    made = kl_trace(rows(*lines, (0, 1, Metric.ENTROPY, 4.0)), budget)
    assert made.to_numpy().tolist() == [[0, 5.0, 2.0], [0, 15.0, 7.0], [1, budget - 5.0, 9.0]]
