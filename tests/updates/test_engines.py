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


def climb(engine, curve, theta: Tensor, rule: MinibatchAdam = RULE) -> tuple[Tensor, Tensor]:
    theta, alive = theta.clone(), torch.tensor([True, True, True, True, False])
    state = rule.start(theta)
    for iteration in range(5):
        step = rule.step(curve, theta, state, alive, iteration=iteration, noise=Noise(range(5)), engine=engine)
        alive = step.alive
    return theta, alive


def artefacts(cache: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in cache.glob("*.pt2")}


def test_compiled_and_eager_agree_and_a_graph_is_compiled_once(curve, theta, tmp_path):
    curve.targets[0, 1] = float("nan")
    expected, alive = climb(Eager(), curve, theta)
    first = Compiled(tmp_path)
    found, compiled_alive = climb(first, curve, theta)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    assert torch.equal(found[[1, 4]], theta[[1, 4]])
    assert compiled_alive.tolist() == alive.tolist() == [True, False, True, True, False]
    assert first.compile_s > 0

    made = artefacts(tmp_path)
    assert len(made) == 1
    again, _ = climb(Compiled(tmp_path), curve, theta)
    assert torch.equal(again, found)
    other_rate, _ = climb(Compiled(tmp_path), curve, theta, MinibatchAdam(lr=0.01, epochs=2, minibatches=2))
    assert not torch.equal(other_rate, found)
    assert artefacts(tmp_path) == made


class Asked(Exception):
    """Raised instead of compiling."""


def test_an_artefact_is_named_after_what_the_graph_computes(tmp_path, monkeypatch):
    def refuse(exported, package_path, inductor_configs):
        raise Asked(Path(package_path).name.split(".")[0])

    def name_of(function, x: Tensor) -> str:
        with pytest.raises(Asked) as asked:
            Compiled(tmp_path).call("any", function, x)
        return str(asked.value)

    monkeypatch.setattr(torch._inductor, "aoti_compile_and_package", refuse)
    x = torch.arange(3.0)
    double = name_of(lambda x: (x * 2,), x)
    assert name_of(lambda x: (2 * x,), x + 1) == double
    assert name_of(lambda x: (x * 3,), x) != double
    assert name_of(lambda x: (x * torch.tensor([1.0, 2.0, 3.0]),), x) != name_of(
        lambda x: (x * torch.tensor([1.0, 2.0, 4.0]),), x
    )
    assert name_of(lambda x: (x.sin().cos().tan().exp() * 2,), x) != name_of(
        lambda x: (x.sin().cos().tan().exp() * 3,), x
    )
    assert name_of(lambda x: (x * 2,), x[:2]) != double
    assert name_of(lambda x: (x * 2,), x.double()) != double
    assert not list(tmp_path.glob("*.pt2"))
