"""Compiled graphs do what the eager functions do, and are found again by the next process."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.engine.compiled import Compiled
from rlbench.engine.eager import Eager
from rlbench.updates.minibatch_adam import MinibatchAdam

# Inductor itself uses what torch has deprecated.
pytestmark = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("DeprecationWarning", "FutureWarning")]

RULE = MinibatchAdam(lr=0.03, epochs=2, minibatches=2)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs")


def climb(engine, curve, theta: Tensor, rule: MinibatchAdam = RULE) -> tuple[Tensor, Tensor]:
    theta, alive = theta.clone(), torch.tensor([True, True, True, True, False])
    state = rule.start(theta)
    for iteration in range(5):
        step = rule.step(curve, theta, state, alive, iteration=iteration, noise=Noise(range(5)), engine=engine)
        alive = step.alive
    return theta, alive


def artefacts(cache: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in cache.glob("*.pt2")}


def test_compiled_and_eager_agree_and_a_graph_is_compiled_once(curve, theta, cache):
    curve.targets[0, 1] = float("nan")
    expected, alive = climb(Eager(), curve, theta)
    first = Compiled(cache)
    found, compiled_alive = climb(first, curve, theta)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    assert torch.equal(found[[1, 4]], theta[[1, 4]])
    assert compiled_alive.tolist() == alive.tolist() == [True, False, True, True, False]
    assert first.compile_s > 0

    made = artefacts(cache)
    assert len(made) == 1
    again, _ = climb(Compiled(cache), curve, theta)
    assert torch.equal(again, found)
    other_rate, _ = climb(Compiled(cache), curve, theta, MinibatchAdam(lr=0.01, epochs=2, minibatches=2))
    assert not torch.equal(other_rate, found)
    assert artefacts(cache) == made


def test_a_graph_with_another_constant_or_another_shape_is_another_artefact(cache):
    engine = Compiled(cache)
    before = len(artefacts(cache))
    x = torch.arange(3.0)
    assert engine.call("double", lambda x: (x * 2,), x)[0].tolist() == [0, 2, 4]
    assert engine.call("triple", lambda x: (x * 3,), x)[0].tolist() == [0, 3, 6]
    assert engine.call("double", lambda x: (x * 2,), x[:2])[0].tolist() == [0, 2]
    assert len(artefacts(cache)) == before + 3
