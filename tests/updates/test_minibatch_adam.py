"""Every seed takes the steps that torch's own Adam and gradient clipping would take with it alone."""

import pytest
import torch
from torch import Tensor

from rlbench.core.noise import Noise, Purpose
from rlbench.engine.eager import Eager
from rlbench.updates.minibatch_adam import MinibatchAdam

SEEDS = [3, 1, 4, 15, 9]
ROWS = 8


def climb(rule: MinibatchAdam, curve, theta: Tensor, *, iterations: int, seeds=SEEDS, alive: Tensor | None = None):
    """Parameters after some iterations, the rule's state, and which seeds are alive."""
    theta = theta.clone()
    state, engine = rule.start(theta), Eager()
    alive = torch.ones(len(theta), dtype=torch.bool) if alive is None else alive
    for iteration in range(iterations):
        step = rule.step(curve, theta, state, alive, iteration=iteration, noise=Noise(seeds), engine=engine)
        alive = step.alive
    return theta, state, alive


def by_torch(rule: MinibatchAdam, curve, theta: Tensor, seed: int, batches: list[list[int]]) -> Tensor:
    """One seed's parameters after torch's own steps down the loss on these rows."""
    parameter = torch.nn.Parameter(theta[seed].clone())
    adam = torch.optim.Adam([parameter], lr=rule.lr, betas=(rule.beta1, rule.beta2), eps=rule.eps)
    for rows in batches:
        adam.zero_grad()
        error = curve.inputs[0, seed, rows] @ parameter - curve.targets[0, seed, rows]
        error.square().sum().backward()
        torch.nn.utils.clip_grad_norm_([parameter], rule.max_norm)
        adam.step()
    return parameter.detach()


@pytest.mark.parametrize("max_norm", [0.5, 1e-3, 1e6])
def test_it_is_torchs_adam_after_torchs_clipping_of_each_seed_alone(curve, theta, max_norm):
    rule = MinibatchAdam(lr=0.03, max_norm=max_norm, beta1=0.8, beta2=0.99, eps=1e-4)
    found, _, _ = climb(rule, curve, theta, iterations=20)
    for seed in range(len(SEEDS)):
        expected = by_torch(rule, curve, theta, seed, [list(range(ROWS))] * 20)
        torch.testing.assert_close(found[seed], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("max_norm", [0.5, 3.0])
def test_the_norm_after_clipping_is_each_seeds_own_and_at_most_the_limit(curve, theta, max_norm):
    # From zero moments, one step leaves the clipped gradient times 1 - beta1 in the first moment.
    rule = MinibatchAdam(max_norm=max_norm, beta1=0.75)
    _, state, _ = climb(rule, curve, theta, iterations=1)
    x = theta.clone().requires_grad_()
    curve.objective(x, (curve.inputs, curve.targets), (1.0,)).sum().backward()
    for seed in range(len(SEEDS)):
        before = sum(g * g for g in x.grad[seed].tolist()) ** 0.5
        after = sum((4 * m) ** 2 for m in state.first[seed].tolist()) ** 0.5
        assert after <= max_norm * (1 + 2**-22)  # norm, quotient and product are each rounded to 24 bits
        assert after == pytest.approx(min(before, max_norm), rel=1e-5)


def test_a_block_and_its_parts_agree_to_the_bit(curve, theta):
    rule = MinibatchAdam(lr=0.03, epochs=2, minibatches=4)
    whole, _, _ = climb(rule, curve, theta, iterations=3)
    for block in (slice(0, 2), slice(2, 5), slice(1, 4)):
        part, _, _ = climb(rule, curve.of(block), theta[block], iterations=3, seeds=SEEDS[block])
        assert torch.equal(part, whole[block])


def test_a_seed_without_a_finite_gradient_keeps_its_parameters_and_harms_nobody(curve, theta):
    rule = MinibatchAdam(lr=0.03, epochs=2, minibatches=2)
    healthy, _, _ = climb(rule, curve, theta, iterations=2)
    for poison in (float("nan"), float("inf")):
        sick = curve.of(slice(None))
        sick.targets[0, 2] = poison
        found, state, alive = climb(rule, sick, theta, iterations=2)
        assert alive.tolist() == [True, True, False, True, True]
        assert torch.equal(found[2], theta[2])
        assert (state.first[2] == 0).all()
        others = [0, 1, 3, 4]
        assert torch.equal(found[others], healthy[others])


def test_a_seed_that_dies_between_minibatches_keeps_what_it_had_then(curve, theta):
    rule = MinibatchAdam(lr=0.03, epochs=1, minibatches=ROWS)
    order = Noise(SEEDS).permutation(Purpose.MINIBATCH, 0, ROWS)
    sick = curve.of(slice(None))
    sick.targets[0, 1, order[1, 4]] = float("nan")
    found, _, alive = climb(rule, sick, theta, iterations=1)
    assert alive.tolist() == [True, False, True, True, True]
    expected = by_torch(rule, curve, theta, 1, [[row] for row in order[1, :4].tolist()])
    torch.testing.assert_close(found[1], expected, rtol=0, atol=1e-6)


def test_a_seed_that_is_not_active_does_not_move(curve, theta):
    rule = MinibatchAdam(lr=0.03, epochs=2, minibatches=2)
    everyone, _, _ = climb(rule, curve, theta, iterations=2)
    active = torch.tensor([True, False, True, True, False])
    found, state, alive = climb(rule, curve, theta, iterations=2, alive=active)
    assert torch.equal(found[~active], theta[~active])
    assert torch.equal(found[active], everyone[active])
    assert (state.first[~active] == 0).all()
    assert torch.equal(alive, active)


@pytest.mark.parametrize("minibatches", [2, 4, 8])
def test_each_epoch_uses_every_row_of_a_seed_once_in_an_order_of_its_own(curve, theta, minibatches):
    rule = MinibatchAdam(epochs=3, minibatches=minibatches)
    climb(rule, curve, theta, iterations=2)
    assert len(curve.taken) == 2 * 3 * minibatches
    epochs = [torch.cat(curve.taken[k : k + minibatches], 1) for k in range(0, len(curve.taken), minibatches)]
    for order in epochs:
        assert all(sorted(rows) == list(range(ROWS)) for rows in order.tolist())
    orders = [tuple(rows) for order in epochs for rows in order.tolist()]
    assert len(set(orders)) == len(orders)


def test_with_one_minibatch_the_whole_batch_is_taken_as_it_is(curve, theta):
    climb(MinibatchAdam(epochs=2), curve, theta, iterations=1)
    assert curve.taken == [None, None]


def test_it_says_how_much_work_it_was(curve, theta):
    rule, alive = MinibatchAdam(epochs=3, minibatches=4), torch.ones(5, dtype=torch.bool)
    step = rule.step(curve, theta, rule.start(theta), alive, iteration=0, noise=Noise(SEEDS), engine=Eager())
    assert (step.updates, step.passes) == (12, 3)


def test_numbers_of_the_problem_reach_its_objective(curve, theta):
    rule = MinibatchAdam(max_norm=1e9, beta1=0.5)
    _, state, _ = climb(rule, curve, theta, iterations=1)
    curve.scale = 2.0
    _, doubled, _ = climb(rule, curve, theta, iterations=1)
    torch.testing.assert_close(doubled.first, 2 * state.first, rtol=1e-6, atol=0)
