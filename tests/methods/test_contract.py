"""What every method file must keep to; a new file is tested by being there."""

import dataclasses
import re

import pytest
import torch
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core import catalog
from rlbench.core.registry import load_method, with_settings
from rlbench.core.types import Decisions, Method, Now
from tests.methods.decisions import GAMMA, S, batch, distribution, objective, problem
from tests.training import small

METHODS = sorted(catalog.methods())
CREDITED = [name for name in METHODS if isinstance(load_method(name), Method)]
RANKED = [name for name in METHODS if "preferences" in load_method(name).needs]
VALUED = [name for name in METHODS if "action_values" in load_method(name).needs]
PAID = [name for name in CREDITED if name not in VALUED]


def test_every_method_either_gives_credit_or_learns_from_rankings():
    assert sorted(CREDITED + RANKED) == METHODS


@pytest.mark.parametrize("name", METHODS)
def test_it_is_made_from_its_defaults_and_cannot_be_changed(name):
    method = load_method(name)
    field = dataclasses.fields(method)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(method, field, None)


@pytest.mark.parametrize("name", METHODS)
def test_it_cites_its_paper(name):
    reference = load_method(name).paper.reference
    assert re.fullmatch(r"arXiv:\d{4}\.\d{4,5}|doi:10\.\S+|https://\S+", reference)
    assert reference in catalog.methods()[name].path.read_text(encoding="utf-8").split('"""')[1]


@pytest.mark.parametrize("name", METHODS)
def test_an_unknown_setting_is_refused(name):
    with pytest.raises(TypeError, match="has no learning_rate; it has"):
        with_settings(load_method(name), {"learning_rate": 1.0})


@pytest.mark.parametrize("name", CREDITED)
def test_weights_sum_to_one_for_each_seed(name):
    method = small(name)
    d, _ = batch(method)
    weight = method.credit(d, GAMMA).weight
    assert torch.allclose(per_seed.total(weight, torch.ones_like(weight)), torch.ones(S))
    assert (weight[d.mask == 0] == 0).all()


@pytest.mark.parametrize("name", METHODS)
def test_the_gradient_is_finite_and_not_zero(name):
    method = small(name)
    d, table = batch(method)
    table.requires_grad_()
    (gradient,) = torch.autograd.grad(objective(method, d, table).sum(), table)
    assert gradient.isfinite().all()
    assert (gradient.abs().sum((0, 2, 3)) > 0).all()


@pytest.mark.parametrize("name", METHODS)
def test_masked_entries_change_nothing(name):
    """What streams did after their episodes, put to other finite numbers, moves neither objective nor gradient."""
    method = small(name)
    d, table = batch(method)
    other = batch(method, seed=1)[0]
    nobody = d.mask == 0
    names = ("inputs", "action", "logp", "value", "next_value", "next_inputs", "ref_logp")
    changed = {}
    for field in names:
        mine, theirs = getattr(d, field), getattr(other, field)
        changed[field] = torch.where(nobody.reshape(*nobody.shape, *[1] * (mine.ndim - 3)), theirs, mine)
    found = []
    for decisions in (d, dataclasses.replace(d, **changed)):
        x = table.clone().requires_grad_()
        value = objective(method, decisions, x)
        found.append((value.detach(), torch.autograd.grad(value.sum(), x)[0]))
    assert torch.allclose(found[0][0], found[1][0], atol=1e-6)
    assert torch.allclose(found[0][1], found[1][1], atol=1e-6)


@pytest.mark.parametrize("name", CREDITED)
def test_credit_does_not_mix_seeds(name):
    method = small(name)
    d, _ = batch(method)
    reward = d.reward.clone()
    reward[:, 1] += 5
    before, after = method.credit(d, GAMMA), method.credit(dataclasses.replace(d, reward=reward), GAMMA)
    for field in ("advantage", "weight", "target"):
        if getattr(before, field) is not None:
            kept = getattr(before, field)[:, [0, 2]]
            assert torch.equal(kept, getattr(after, field)[:, [0, 2]]), field


@pytest.mark.parametrize("name", METHODS)
def test_an_objective_does_not_mix_seeds(name):
    """A seed's own number depends on its own part of the table, and the other way."""
    method = small(name)
    d, table = batch(method)
    table.requires_grad_()
    found = objective(method, d, table)
    for seed in range(S):
        (gradient,) = torch.autograd.grad(found[seed], table, retain_graph=True)
        others = [other for other in range(S) if other != seed]
        assert (gradient[:, seed] != 0).any()
        assert (gradient[:, others] == 0).all()


def slope(method, d: Decisions) -> Tensor:
    """By how much the objective rises with the log-probability of each decision, where the policy is the old one."""
    logp = d.logp.clone().requires_grad_()
    p = problem(method, d, lambda theta, there: Now(logp, d.old))
    found = p.objective(logp.detach().transpose(0, 1).flatten(1), p.take(None), torch.tensor(p.hyper_values).unbind())
    return torch.autograd.grad(found.sum(), logp)[0]


@pytest.mark.parametrize("name", PAID)
def test_the_objective_rises_with_what_was_worth_more(name):
    """Making a decision with a positive advantage a little more likely raises the objective, and the other way."""
    method = small(name)
    d, _ = batch(method)
    advantage = method.credit(d, GAMMA).advantage
    counted = (d.mask > 0) & (advantage.abs() > 1e-3)
    found = slope(method, dataclasses.replace(d, ref_logp=d.logp))
    assert (torch.sign(found)[counted] == torch.sign(advantage)[counted]).all()


@pytest.mark.parametrize("name", RANKED)
def test_the_objective_rises_with_the_answers_that_were_ranked_first(name):
    method = small(name)
    d, _ = batch(method)
    rank = torch.arange(d.mask.shape[2]) % method.rollout.answers
    found = slope(method, d)
    assert (found[:, :, rank == 0][d.mask[:, :, rank == 0] > 0] > 0).all()
    assert (found[:, :, rank == rank.max()][d.mask[:, :, rank == rank.max()] > 0] < 0).all()


@pytest.mark.parametrize("name", VALUED)
def test_the_value_of_an_action_moves_towards_what_it_should_have_been_and_no_other_value_moves(name):
    method = small(name)
    d, table = batch(method)
    table.requires_grad_()
    (gradient,) = torch.autograd.grad(objective(method, d, table).sum(), table)
    missing = method.credit(d, GAMMA).target - distribution(method, table).value_of(d.action)
    taken = torch.nn.functional.one_hot(d.action, table.shape[-1]).bool()
    assert torch.equal(torch.sign(gradient[taken]), torch.sign(missing * d.mask).flatten())
    assert (gradient[~taken] == 0).all()
