"""A seed's run is its own: the same bits alone, among others, and again."""

import numpy as np
import pytest
import torch

from rlbench.control.observation import Standardised
from rlbench.core import catalog
from tests.training import finish, small, task, training

METHODS = sorted(catalog.methods())


def rows_of(run, seed: int) -> dict[str, np.ndarray]:
    """Everything recorded of one seed."""
    columns = run._recorder.columns()
    position = run._spec.seeds.index(seed)
    return {name: values[columns["position"] == position] for name, values in columns.items() if name != "position"}


def assert_same(one, other, seed: int) -> None:
    mine, yours = (run.learner.theta[run._spec.seeds.index(seed)] for run in (one, other))
    assert torch.equal(mine, yours)
    mine, yours = rows_of(one, seed), rows_of(other, seed)
    for name in mine:
        assert np.array_equal(mine[name], yours[name], equal_nan=True), name


@pytest.mark.parametrize("on", ["cartpole", "acrobot", "pendulum"])
@pytest.mark.parametrize("method", METHODS)
def test_a_seed_does_not_depend_on_its_neighbours(tmp_path, method, on):
    seeds = (4, 0, 7, 2, 9)
    block = finish(training(tmp_path, small(method), task(on), seeds=seeds, budget=3000))
    for part in ((7,), (2, 7), (7, 0, 9)):
        assert_same(block, finish(training(tmp_path, small(method), task(on), seeds=part, budget=3000)), 7)


@pytest.mark.parametrize("method", METHODS)
def test_standardised_observations_do_not_mix_seeds(tmp_path, method):
    on = task("acrobot", observation=Standardised())
    block = finish(training(tmp_path, small(method), on, seeds=(1, 2, 3), budget=3000))
    assert_same(block, finish(training(tmp_path, small(method), on, seeds=(2,), budget=3000)), 2)


def test_a_seed_compiled_does_not_depend_on_its_neighbours(tmp_path, monkeypatch):
    monkeypatch.setenv("RLBENCH_CACHE", str(tmp_path / "cache"))
    run = {"method": small("a2c"), "on": task(), "budget": 600}
    block = finish(training(tmp_path / "block", **run, seeds=(0, 1, 2), engine="compiled"))
    assert block._engine.name == "compiled", "this machine has no C++ compiler"
    assert_same(block, finish(training(tmp_path / "alone", **run, seeds=(1,), engine="compiled")), 1)
    eager = finish(training(tmp_path / "eager", **run, seeds=(0, 1, 2)))
    assert torch.allclose(block.learner.theta, eager.learner.theta, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_a_rerun_is_identical(tmp_path, method):
    one, two = (finish(training(tmp_path, small(method), task(), budget=600)) for _ in range(2))
    for seed in (0, 1, 2):
        assert_same(one, two, seed)


@pytest.mark.parametrize("method", METHODS)
def test_seeds_differ(tmp_path, method):
    run = finish(training(tmp_path, small(method), task(), budget=600))
    assert not torch.equal(run.learner.theta[0], run.learner.theta[1])


@pytest.mark.parametrize("method", METHODS)
def test_training_leaves_the_global_generators_alone(tmp_path, method):
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002 - this is what must not move
    finish(training(tmp_path, small(method), task(), budget=400))
    assert torch.equal(before[0], torch.get_rng_state())
    assert np.array_equal(before[1], np.random.get_state()[1])  # noqa: NPY002
