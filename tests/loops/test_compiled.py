"""A compiled run: the same seeds alone and among others, and what an eager one does to within rounding."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from rlbench.algo import per_seed
from rlbench.core.rollout import Steps
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam
from tests.loops.test_seeds import assert_same, rows_of
from tests.training import CASES, finish, training

# Inductor itself uses what torch has deprecated.
pytestmark = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("DeprecationWarning", "FutureWarning")]


@dataclass(frozen=True)
class AtOnce:
    """Every action is worth what it pays at once. No critic, no epochs: as few graphs as a run can have, for each takes
    a compiler several seconds."""

    needs = frozenset()
    rollout: Steps = Steps(streams=4, steps=8)
    update: MinibatchAdam = MinibatchAdam(lr=1e-2)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        return Credit(per_seed.whiten(d.reward, d.mask), per_seed.decision_mean(d.mask))

    def objective(self, now: Now, d: Decisions, c: Credit):
        return now.logp * c.advantage + 0.01 * now.dist.entropy()


def run(folder, seeds: tuple[int, ...], engine: str):
    """With a Gaussian policy: part of its distributions is one number for all decisions, stretched over them."""
    on = replace(CASES["gymnasium"](), width=16)
    return finish(training(folder, AtOnce(), on, seeds=seeds, budget=200, engine=engine))


def test_a_seed_compiled_does_not_depend_on_its_neighbours_and_is_measured_as_an_eager_one(tmp_path, monkeypatch):
    monkeypatch.setenv("RLBENCH_CACHE", str(tmp_path / "cache"))
    block = run(tmp_path / "block", (0, 1, 2), "compiled")
    assert block._engine.name == "compiled", "this machine has no C++ compiler"
    assert_same(block, run(tmp_path / "alone", (1,), "compiled"), 1)
    eager = run(tmp_path / "eager", (0, 1, 2), "eager")
    # Rounding in the last of seven digits, carried on by seven updates of one hundredth each.
    assert torch.allclose(block.learner.theta, eager.learner.theta, atol=1e-5)
    for seed in (0, 1, 2):
        one, other = rows_of(block, seed), rows_of(eager, seed)
        np.testing.assert_allclose(one["value"], other["value"], rtol=1e-3, atol=1e-5)
