"""What every method file must keep to; a new file is tested by being there."""

import dataclasses
import re

import pytest
import torch

from rlbench.algo import per_seed
from rlbench.core import catalog
from rlbench.core.registry import load_method, with_settings
from rlbench.core.types import Credit, Decisions, Now
from rlbench.distributions.categorical import Categorical
from tests.training import small

METHODS = sorted(catalog.methods())
T, S, B = 6, 3, 4
GAMMA = 0.9


def batch(method, seed: int = 0) -> tuple[Decisions, torch.Tensor]:
    """Decisions with all that any method needs, the last steps of some episodes masked, and logits for them."""
    g = torch.Generator().manual_seed(seed)
    lengths = torch.randint(2, T + 1, (S, B), generator=g)
    age = torch.arange(T)[:, None, None]
    mask = (age < lengths).float()
    cut = (age == lengths - 1).float()
    random = lambda *shape: torch.randn(*shape, generator=g)  # noqa: E731
    logits = random(T, S, B, 3)
    old = Categorical(logits + 0.1 * random(T, S, B, 3))
    action = torch.randint(0, 3, (T, S, B), generator=g)
    d = Decisions(
        inputs=random(T, S, B, 2),
        action=action,
        logp=old.logp(action),
        reward=random(T, S, B) * mask,
        mask=mask,
        terminated=cut * torch.randint(0, 2, (T, S, B), generator=g),
        cut=cut,
        next_inputs=random(T, S, B, 2),
        old=old,
        value=random(T, S, B),
        next_value=random(T, S, B),
        ref_logp=Categorical(random(T, S, B, 3)).logp(action),
    )
    return d, logits


def objective(method, d: Decisions, c: Credit, logits: torch.Tensor) -> torch.Tensor:
    """What is maximised, one number for each seed."""
    dist = Categorical(logits)
    return per_seed.total(method.objective(Now(dist.logp(d.action), dist), d, c), c.weight)


@pytest.mark.parametrize("name", METHODS)
def test_it_is_made_from_its_defaults_and_cannot_be_changed(name):
    method = load_method(name)
    field = dataclasses.fields(method)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(method, field, None)


@pytest.mark.parametrize("name", METHODS)
def test_it_cites_its_paper(name):
    paper = load_method(name).paper
    assert re.fullmatch(r"arXiv:\d{4}\.\d{4,5}|doi:10\.\S+|https://\S+", paper.reference)
    assert paper.reference.split(":", 1)[1] in catalog.methods()[name].path.read_text(encoding="utf-8").split('"""')[1]


@pytest.mark.parametrize("name", METHODS)
def test_an_unknown_setting_is_refused(name):
    with pytest.raises(TypeError, match="has no learning_rate; it has"):
        with_settings(load_method(name), {"learning_rate": 1.0})


@pytest.mark.parametrize("name", METHODS)
def test_weights_sum_to_one_for_each_seed(name):
    method = small(name)
    d, _ = batch(method)
    weight = method.credit(d, GAMMA).weight
    assert torch.allclose(per_seed.total(weight, torch.ones_like(weight)), torch.ones(S))
    assert (weight[d.mask == 0] == 0).all()


@pytest.mark.parametrize("name", METHODS)
def test_the_gradient_is_finite_and_not_zero(name):
    method = small(name)
    d, logits = batch(method)
    logits.requires_grad_()
    (gradient,) = torch.autograd.grad(objective(method, d, method.credit(d, GAMMA), logits).sum(), logits)
    assert gradient.isfinite().all()
    assert (gradient.abs().sum((0, 2, 3)) > 0).all()


@pytest.mark.parametrize("name", METHODS)
def test_masked_entries_change_nothing(name):
    """What streams did after their episodes, put to other finite numbers, moves neither objective nor gradient."""
    method = small(name)
    d, logits = batch(method)
    other = batch(method, seed=1)[0]
    nobody = d.mask == 0
    changed = {
        field: torch.where(nobody, getattr(other, field), getattr(d, field))
        for field in ("logp", "value", "next_value", "ref_logp", "action")
    }
    found = []
    for decisions in (d, dataclasses.replace(d, **changed)):
        x = logits.clone().requires_grad_()
        value = objective(method, decisions, method.credit(decisions, GAMMA), x)
        found.append((value.detach(), torch.autograd.grad(value.sum(), x)[0]))
    assert torch.allclose(found[0][0], found[1][0], atol=1e-6)
    assert torch.allclose(found[0][1], found[1][1], atol=1e-6)


@pytest.mark.parametrize("name", METHODS)
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
def test_the_objective_rises_with_what_was_worth_more(name):
    """Making a decision with a positive advantage a little more likely raises the objective, and the other way."""
    method = small(name)
    d, _ = batch(method)
    credit = method.credit(d, GAMMA)
    bare = Credit(credit.advantage, credit.weight, credit.target)
    logits = d.old.logits.clone().requires_grad_()
    dist = Categorical(logits)
    logp = dist.logp(d.action)
    value = per_seed.total(
        method.objective(Now(logp, dist), dataclasses.replace(d, ref_logp=d.logp), bare), bare.weight
    )
    (slope,) = torch.autograd.grad(value.sum(), logp, allow_unused=True)
    assert slope is not None
    counted = (d.mask > 0) & (credit.advantage.abs() > 1e-3)
    assert (torch.sign(slope)[counted] == torch.sign(credit.advantage)[counted]).all()
