"""Rules along the natural gradient do compiled what they do eager, and one set of graphs serves all their numbers."""

import dataclasses

import pytest
import torch

from rlbench.core.schema import Metric
from rlbench.engine.compiled import Compiled
from rlbench.updates.dense_natural_gradient import DenseNaturalGradient
from rlbench.updates.trust_region import TrustRegion
from tests.updates.policies import policies, take_step

# Inductor itself uses what torch has deprecated.
pytestmark = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("DeprecationWarning", "FutureWarning")]


RULES = [TrustRegion(iterations=2, max_kl=0.3, damping=0.01, fisher_share=0.5), DenseNaturalGradient()]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_compiled_and_eager_agree_and_other_numbers_need_no_other_graphs(rule, tmp_path):
    p = policies("gaussian")
    p.credit.advantage[0, 1, 0] = float("nan")
    alive = torch.tensor([True, True, True])
    expected, eager = take_step(rule, p.problem, p.theta, alive=alive)
    found, compiled = take_step(rule, p.problem, p.theta, alive=alive, engine=Compiled(tmp_path))
    # Sums in another order: parts of 1e-7, magnified by a condition number of a hundred at most, in steps below one.
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    assert compiled.alive.tolist() == eager.alive.tolist() == [True, False, True]
    for metric in (Metric.STEP_FRACTION, Metric.CURVATURE_FAILURE):
        assert torch.equal(compiled.measured[metric], eager.measured[metric])
    assert torch.equal(found[1], p.theta[1])
    made = sorted(path.name for path in tmp_path.glob("*.pt2"))
    assert len(made) == 2

    other = dataclasses.replace(rule, max_kl=0.001, damping=0.2)
    shorter, _ = take_step(other, p.problem, p.theta, alive=alive, engine=Compiled(tmp_path))
    expected, _ = take_step(other, p.problem, p.theta, alive=alive)
    torch.testing.assert_close(shorter, expected, rtol=0, atol=1e-5)
    assert sorted(path.name for path in tmp_path.glob("*.pt2")) == made
