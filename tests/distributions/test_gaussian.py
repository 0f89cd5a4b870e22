"""The diagonal normal distribution against SciPy's, torch's and numeric integration, and its own identities."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from torch import Tensor

from rlbench.distributions.gaussian import Gaussian

place = st.floats(-2, 2)
log_std = st.floats(-1, 1)


def of(mean: list[float], log_std: list[float]) -> Gaussian:
    return Gaussian(*(torch.tensor(x, dtype=torch.float64)[None, None, None] for x in (mean, log_std)))


@pytest.fixture
def batch() -> tuple[Tensor, ...]:
    """Mean, log standard deviation and action, [T, S, B, A]; then another mean and deviation."""
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(4, 2, 3, 2, generator=generator, dtype=torch.float64) for _ in range(5))


@given(place, log_std, place)
def test_the_density_is_the_normal_one(mean, deviation, action):
    found = of([mean], [deviation]).logp(torch.tensor([[[[action]]]], dtype=torch.float64)).item()
    assert found == pytest.approx(stats.norm(mean, math.exp(deviation)).logpdf(action), abs=1e-9)


@given(log_std, log_std)
def test_dimensions_add_up(one, other):
    together, action = of([0.5, -0.5], [one, other]), torch.tensor([[[[1.0, 2.0]]]], dtype=torch.float64)
    apart = [of([0.5], [one]), of([-0.5], [other])]
    logps = [d.logp(action[..., k : k + 1]).item() for k, d in enumerate(apart)]
    assert together.logp(action).item() == pytest.approx(sum(logps), abs=1e-12)
    assert together.entropy().item() == pytest.approx(sum(d.entropy().item() for d in apart), abs=1e-12)
    divergences = [d.kl(of([0.0], [0.0])).item() for d in apart]
    assert together.kl(of([0.0, 0.0], [0.0, 0.0])).item() == pytest.approx(sum(divergences), abs=1e-12)


@given(log_std)
def test_the_entropy_is_the_normal_one(deviation):
    expected = stats.norm(3, math.exp(deviation)).entropy()
    assert of([3.0], [deviation]).entropy().item() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("old", [(0.0, 0.0), (1.0, -1.0)], ids=str)
@pytest.mark.parametrize("new", [(0.5, 0.5), (-1.0, -0.5), (0.0, 0.0)], ids=str)
def test_the_divergence_is_the_integral_of_old_times_log_old_over_new(old, new):
    p, q = (stats.norm(mean, math.exp(deviation)) for mean, deviation in (old, new))
    expected, _ = integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -12, 12, epsabs=1e-10)
    one, other = (of([mean], [deviation]) for mean, deviation in (old, new))
    assert one.kl(other).item() == pytest.approx(expected, abs=1e-7)


def test_the_divergence_is_from_old_to_new_and_not_back():
    # Deviations 1 and 2 around one mean: log 2 + 1/8 - 1/2 one way, -log 2 + 4/2 - 1/2 the other.
    narrow, wide = of([0.0], [0.0]), of([0.0], [math.log(2)])
    assert narrow.kl(wide).item() == pytest.approx(math.log(2) + 1 / 8 - 1 / 2)
    assert wide.kl(narrow).item() == pytest.approx(-math.log(2) + 4 / 2 - 1 / 2)


def test_it_agrees_with_torch(batch):
    mean, log_std, action, other_mean, other_log_std = batch
    theirs, other = (
        torch.distributions.Independent(torch.distributions.Normal(m, s.exp()), 1)
        for m, s in ((mean, log_std), (other_mean, other_log_std))
    )
    ours = Gaussian(mean, log_std)
    torch.testing.assert_close(ours.logp(action), theirs.log_prob(action))
    torch.testing.assert_close(ours.entropy(), theirs.entropy())
    expected = torch.distributions.kl_divergence(theirs, other)
    torch.testing.assert_close(ours.kl(Gaussian(other_mean, other_log_std)), expected)


def test_it_diverges_from_itself_by_nothing(batch):
    mean, log_std = batch[:2]
    assert Gaussian(mean, log_std).kl(Gaussian(mean.clone(), log_std.clone())).abs().max() < 1e-14


def test_its_parts_make_it_again(batch):
    again = Gaussian(*Gaussian(*batch[:2]).parts)
    assert torch.equal(again.mean, batch[0])
    assert torch.equal(again.log_std, batch[1])


def test_its_gradients_are_right(batch):
    mean, log_std, action, other_mean, other_log_std = (x[:2].clone().requires_grad_() for x in batch)
    assert torch.autograd.gradcheck(lambda m, s, a: Gaussian(m, s).logp(a), (mean, log_std, action))
    assert torch.autograd.gradcheck(lambda m, s: Gaussian(m, s).entropy(), (mean, log_std))
    arguments = (mean, log_std, other_mean, other_log_std)
    assert torch.autograd.gradcheck(lambda m, s, n, r: Gaussian(m, s).kl(Gaussian(n, r)), arguments)


@given(place, log_std, place, place)
def test_the_fisher_information_is_one_over_the_variance_and_two(mean, deviation, t_mean, t_log_std):
    tangent = tuple(torch.tensor([[[[t]]]], dtype=torch.float64) for t in (t_mean, t_log_std))
    found = [x.item() for x in of([mean], [deviation]).fisher(tangent)]
    assert found == pytest.approx([t_mean / math.exp(deviation) ** 2, 2 * t_log_std], abs=1e-12)


def test_the_fisher_information_is_the_hessian_of_the_divergence_from_itself(batch):
    here, tangent = batch[:2], batch[3:]
    old = Gaussian(*here)
    _, expected = torch.autograd.functional.hvp(lambda m, s: old.kl(Gaussian(m, s)).sum(), here, tangent)
    torch.testing.assert_close(old.fisher(tangent), expected)
