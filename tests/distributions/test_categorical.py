"""The categorical distribution against torch's, enumeration in plain numbers, and its own identities."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rlbench.distributions.categorical import Categorical

logits = st.lists(st.floats(-6, 6), min_size=3, max_size=3)


def of(x: list[float]) -> Categorical:
    return Categorical(torch.tensor(x, dtype=torch.float64)[None, None, None])


def probabilities(x: list[float]) -> list[float]:
    weights = [math.exp(value) for value in x]
    return [weight / sum(weights) for weight in weights]


@pytest.fixture
def batch() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return 3 * torch.randn(4, 2, 3, 5, generator=generator, dtype=torch.float64)


@given(logits)
def test_each_action_has_the_softmax_probability(x):
    for action, p in enumerate(probabilities(x)):
        assert of(x).logp(torch.tensor([[[action]]])).item() == pytest.approx(math.log(p), abs=1e-12)


@given(logits)
def test_the_entropy_is_the_mean_surprise(x):
    expected = -sum(p * math.log(p) for p in probabilities(x))
    assert of(x).entropy().item() == pytest.approx(expected, abs=1e-12)


@given(logits, logits)
def test_the_divergence_is_the_old_policys_mean_of_old_over_new(old, new):
    pairs = zip(probabilities(old), probabilities(new), strict=True)
    expected = sum(p * math.log(p / q) for p, q in pairs)
    assert of(old).kl(of(new)).item() == pytest.approx(expected, abs=1e-12)


def test_the_divergence_is_from_old_to_new_and_not_back():
    # KL(½,½ || ¾,¼) = ½ log(½/¾) + ½ log(½/¼) = ½ log(4/3), and the other way round ¾ log(3/2) + ¼ log(1/2).
    even, uneven = of([0.0, 0.0]), of([math.log(3), 0.0])
    assert even.kl(uneven).item() == pytest.approx(0.5 * math.log(4 / 3))
    assert uneven.kl(even).item() == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))


@given(logits, st.floats(-50, 50))
def test_a_constant_added_to_all_logits_changes_nothing(x, shift):
    moved = of([value + shift for value in x])
    assert of(x).kl(moved).item() == pytest.approx(0, abs=1e-12)
    assert moved.entropy().item() == pytest.approx(of(x).entropy().item(), abs=1e-12)


def test_it_agrees_with_torch(batch):
    ours, theirs = Categorical(batch), torch.distributions.Categorical(logits=batch)
    other = batch.flip(-1)
    action = torch.arange(24).reshape(4, 2, 3) % 5
    torch.testing.assert_close(ours.logp(action), theirs.log_prob(action))
    torch.testing.assert_close(ours.entropy(), theirs.entropy())
    expected = torch.distributions.kl_divergence(theirs, torch.distributions.Categorical(logits=other))
    torch.testing.assert_close(ours.kl(Categorical(other)), expected)


def test_it_diverges_from_itself_by_nothing(batch):
    for x in (batch, batch.float()):
        assert torch.equal(Categorical(x).kl(Categorical(x.clone())), torch.zeros(4, 2, 3, dtype=x.dtype))


def test_its_parts_make_it_again(batch):
    again = Categorical(*Categorical(batch).parts)
    assert torch.equal(again.logits, batch)


def test_an_action_that_is_all_but_certain_gives_finite_numbers():
    sure = Categorical(torch.tensor([[[[1000.0, 0.0]]]]))
    other = Categorical(torch.tensor([[[[0.0, 0.0]]]]))
    assert sure.entropy().item() == 0
    assert sure.logp(torch.tensor([[[1]]])).item() == -1000
    assert sure.kl(other).item() == pytest.approx(math.log(2))
    assert other.kl(sure).item() == pytest.approx(500 - math.log(2))


def test_its_gradients_are_right(batch):
    x, other = batch[:2, :, :2].clone().requires_grad_(), batch[2:, :, :2].clone().requires_grad_()
    action = torch.arange(8).reshape(2, 2, 2) % 5
    assert torch.autograd.gradcheck(lambda v: Categorical(v).logp(action), (x,))
    assert torch.autograd.gradcheck(lambda v: Categorical(v).entropy(), (x,))
    assert torch.autograd.gradcheck(lambda v, w: Categorical(v).kl(Categorical(w)), (x, other))


@given(logits, logits)
def test_the_fisher_information_is_the_mean_square_of_the_score(x, t):
    # Σ_a p_a g_a (g_a · t), where g_a is the gradient of log p_a in the logits: one at a, less p everywhere.
    p = probabilities(x)
    expected = [0.0] * 3
    for a in range(3):
        score = [float(k == a) - p[k] for k in range(3)]
        along = sum(g * one for g, one in zip(score, t, strict=True))
        expected = [total + p[a] * g * along for total, g in zip(expected, score, strict=True)]
    (found,) = of(x).fisher((torch.tensor(t, dtype=torch.float64)[None, None, None],))
    assert found.flatten().tolist() == pytest.approx(expected, abs=1e-12)


def test_the_fisher_information_is_the_hessian_of_the_divergence_from_itself(batch):
    tangent = batch.flip(-1) + 1
    _, expected = torch.autograd.functional.hvp(lambda x: Categorical(batch).kl(Categorical(x)).sum(), batch, tangent)
    (found,) = Categorical(batch).fisher((tangent,))
    torch.testing.assert_close(found, expected)


def test_a_constant_added_to_all_logits_is_no_direction(batch):
    (found,) = Categorical(batch).fisher((torch.ones_like(batch),))
    assert found.abs().max() < 1e-15
