"""The epsilon-greedy distribution against enumeration in plain numbers, and at both ends of ε."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rlbench.core.types import Distribution
from rlbench.distributions.epsilon_greedy import EpsilonGreedy

# Few different values, so that ties are common.
values = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0]), min_size=4, max_size=4)
epsilon = st.floats(0.001, 1)


def of(action_values: list[float], eps: float) -> EpsilonGreedy:
    return EpsilonGreedy(*(torch.tensor(x, dtype=torch.float64)[None, None, None] for x in (action_values, [eps])))


def actions(count: int) -> Tensor:
    return torch.arange(count)[:, None, None]


def probabilities(action_values: list[float], eps: float) -> list[float]:
    best = action_values.index(max(action_values))
    return [eps / len(action_values) + (1 - eps if action == best else 0) for action in range(len(action_values))]


def logps(d: EpsilonGreedy) -> list[float]:
    return [d.logp(torch.tensor([[[action]]])).item() for action in range(d.action_values.shape[-1])]


@given(values, epsilon)
def test_the_first_best_action_has_what_exploring_leaves_and_its_share_of_that(q, eps):
    expected = [math.log(p) for p in probabilities(q, eps)]
    assert logps(of(q, eps)) == pytest.approx(expected, abs=1e-12)


@given(values, epsilon)
def test_the_probabilities_sum_to_one(q, eps):
    assert sum(map(math.exp, logps(of(q, eps)))) == pytest.approx(1, abs=1e-12)


@given(values, epsilon)
def test_the_entropy_is_the_mean_surprise(q, eps):
    expected = -sum(p * math.log(p) for p in probabilities(q, eps))
    assert of(q, eps).entropy().item() == pytest.approx(expected, abs=1e-12)


@given(values, values, epsilon, epsilon)
def test_the_divergence_is_the_old_policys_mean_of_old_over_new(old, new, eps, other_eps):
    pairs = zip(probabilities(old, eps), probabilities(new, other_eps), strict=True)
    expected = sum(p * math.log(p / q) for p, q in pairs)
    assert of(old, eps).kl(of(new, other_eps)).item() == pytest.approx(expected, abs=1e-11)


def test_a_known_answer():
    d = of([1.0, 5.0, 5.0, 0.0], 0.2)
    assert [math.exp(one) for one in logps(d)] == pytest.approx([0.05, 0.85, 0.05, 0.05])
    # Where the best action is another, .85 and .05 change places: .8 log 17.
    assert d.kl(of([6.0, 5.0, 5.0, 0.0], 0.2)).item() == pytest.approx(0.8 * math.log(17))


@given(values)
def test_without_exploring_the_best_action_is_certain(q):
    d, best = of(q, 0.0), q.index(max(q))
    assert logps(d) == [0.0 if action == best else -math.inf for action in range(4)]
    assert d.entropy().item() == 0
    assert d.kl(of(q, 0.0)).item() == 0
    assert d.kl(of([-x for x in range(4)], 0.0)).item() == (0 if best == 0 else math.inf)
    assert d.kl(of(q, 1.0)).item() == pytest.approx(math.log(4))


@given(values)
def test_exploring_always_is_uniform_whatever_the_values(q):
    assert logps(of(q, 1.0)) == pytest.approx([-math.log(4)] * 4, abs=1e-12)
    assert of(q, 1.0).entropy().item() == pytest.approx(math.log(4), abs=1e-12)


@given(values, epsilon)
def test_it_diverges_from_itself_by_nothing(q, eps):
    assert of(q, eps).kl(of(q, eps)).item() == 0


@given(values)
def test_it_knows_the_values_of_actions(q):
    d = EpsilonGreedy(of(q, 0.1).action_values.expand(4, 1, 1, 4), torch.full((4, 1, 1, 1), 0.1))
    assert d.value_of(actions(4)).flatten().tolist() == q
    assert d.largest_value().flatten().tolist() == [max(q)] * 4


def test_its_parts_make_it_again():
    d = of([1.0, 2.0], 0.3)
    again = EpsilonGreedy(*d.parts)
    assert torch.equal(again.action_values, d.action_values)
    assert torch.equal(again.epsilon, d.epsilon)
    assert isinstance(d, Distribution)


def test_each_decision_has_its_own_epsilon():
    q = torch.tensor([1.0, 0.0]).expand(3, 2, 2, 2)
    eps = torch.linspace(0.1, 1.0, 12).reshape(3, 2, 2, 1)
    found = EpsilonGreedy(q, eps).logp(torch.zeros(3, 2, 2, dtype=torch.int64))
    torch.testing.assert_close(found, (1 - eps[..., 0] / 2).log())


def test_its_gradients_are_right():
    generator = torch.Generator().manual_seed(0)
    q, other_q = torch.randn(2, 2, 2, 2, 3, generator=generator, dtype=torch.float64)
    eps, other_eps = 0.1 + 0.8 * torch.rand(2, 2, 2, 2, 1, generator=generator, dtype=torch.float64)
    action = torch.arange(8).reshape(2, 2, 2) % 3
    q, eps, other_eps = q.requires_grad_(), eps.requires_grad_(), other_eps.requires_grad_()
    assert torch.autograd.gradcheck(lambda e: EpsilonGreedy(q.detach(), e).logp(action), (eps,))
    assert torch.autograd.gradcheck(lambda e: EpsilonGreedy(q.detach(), e).entropy(), (eps,))
    both = (eps, other_eps)
    assert torch.autograd.gradcheck(lambda e, f: EpsilonGreedy(q.detach(), e).kl(EpsilonGreedy(other_q, f)), both)
    assert torch.autograd.gradcheck(lambda v: EpsilonGreedy(v, eps.detach()).value_of(action), (q,))
    assert torch.autograd.gradcheck(lambda v: EpsilonGreedy(v, eps.detach()).largest_value(), (q,))
