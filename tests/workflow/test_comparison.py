"""What two recordings of one seed may differ in, and how that is told."""

import numpy as np
import pytest

from rlbench.commands.comparison import compare
from rlbench.core.schema import Metric, Split
from tests.report.synthetic import write_run

VALUES = (1.0, float("nan"), -0.0, 250.0)


@pytest.fixture
def record(tmp_path):
    def write(name, values, *, outcome="finished", first_step=0):
        rows = [
            (3, first_step + step, Split.STOCHASTIC, Metric.RETURN_MEAN, value) for step, value in enumerate(values)
        ]
        path = tmp_path / f"{name}.parquet"
        write_run(path, "CartPole-v1", "a2c", "default", rows, {"outcomes": {"3": {"outcome": outcome}}})
        return path

    return write


def compared(before, now):
    return compare([before], now, (3,))


def test_the_same_bits_are_the_same_also_where_they_are_no_number(record):
    made = compared(record("before", VALUES), record("now", VALUES))
    assert (made.rows, made.differing, made.largest, made.first) == (4, 0, 0.0, None)


def test_a_difference_is_named_with_its_size_relative_to_the_larger_value(record):
    made = compared(record("before", VALUES), record("now", (1.0, float("nan"), -0.0, 200.0)))
    assert (made.differing, made.largest) == (1, pytest.approx(0.2))
    assert made.first == "seed 3, step 3, evaluation_stochastic return_mean was 250.0, now 200.0"


def test_zero_and_minus_zero_differ_by_nothing_and_yet_differ(record):
    made = compared(record("before", VALUES), record("now", (1.0, float("nan"), 0.0, 250.0)))
    assert (made.differing, made.largest) == (1, 0.0)
    assert "was -0.0, now 0.0" in made.first


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"values": VALUES[:3]}, "4 rows were recorded, now there are 3"),
        ({"values": (float("nan"), *VALUES[1:])}, "was 1.0, now nan"),
        ({"first_step": 1}, "step 0, evaluation_stochastic return_mean was 1.0, now seed 3, step 1"),
        ({"outcome": "diverged"}, 'seed 3 ended {"outcome": "finished"}, now {"outcome": "diverged"}'),
    ],
)
def test_what_has_no_counterpart_has_no_size(record, change, says):
    made = compared(record("before", VALUES), record("now", **{"values": VALUES} | change))
    assert np.isinf(made.largest)
    assert says in made.first
