"""A seed's run is its own: the same bits alone, among others, and again."""

import numpy as np
import pytest
import torch

from tests.training import CASES, RUN, finish, runs, small, training

each = pytest.mark.parametrize(("method", "case"), runs())


def rows_of(run, seed: int) -> dict[str, np.ndarray]:
    """Everything recorded of one seed."""
    columns = run._recorder.columns()
    position = run._spec.seeds.index(seed)
    return {name: values[columns["position"] == position] for name, values in columns.items() if name != "position"}


def assert_same(one, other, seed: int) -> None:
    """What learning has made of the seed, and everything recorded of it, bit by bit."""
    mine, yours = (
        {k: x[run._spec.seeds.index(seed)] for k, x in run.learner.kept.tensors().items()} for run in (one, other)
    )
    assert all(torch.equal(mine[name], yours[name]) for name in mine)
    mine, yours = rows_of(one, seed), rows_of(other, seed)
    for name in mine:
        assert np.array_equal(mine[name], yours[name], equal_nan=True), name


@each
def test_a_seed_does_not_depend_on_its_neighbours(tmp_path, finished, method, case):
    """Nor on how many there are: whole episodes as well, whose lengths differ from seed to seed."""
    for seeds in ((7,), (9, 5, 7, 2)):
        other = finish(training(tmp_path, small(method), CASES[case](), **RUN | {"seeds": seeds}))
        assert_same(finished(method, case).run, other, 7)


@pytest.mark.parametrize(("method", "case"), [pair for pair in runs() if pair.values[1] == "batched"])
def test_a_rerun_is_identical(tmp_path, finished, method, case):
    """With Gymnasium's streams as well: a run that is killed and started again is one rerun in pieces."""
    again = finish(training(tmp_path, small(method), CASES[case](), **RUN))
    for seed in RUN["seeds"]:
        assert_same(finished(method, case).run, again, seed)


@each
def test_seeds_differ(finished, method, case):
    theta = finished(method, case).run.learner.theta
    assert not torch.equal(theta[0], theta[1])
    episodes = finished(method, case).run._recorder.columns()
    assert not np.array_equal(*(episodes["value"][episodes["position"] == position][:10] for position in (0, 1)))


@each
def test_training_leaves_the_global_generators_alone(finished, method, case):
    assert finished(method, case).untouched
