"""Estimators in a small world: what is measured of a sample of batches, against sums over all episodes there are."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rlbench.core.types import Decisions
from rlbench.gradients.blocks import Blocks
from rlbench.gradients.estimators import GROUP, REFERENCE, Estimator, estimators
from rlbench.gradients.measure import moments_of
from rlbench.gradients.slopes import slopes
from rlbench.stats.gradient_moments import Moments
from rlbench.stats.jackknife import jackknife
from tests.oracle.critics import wrong_critic
from tests.oracle.episodes import all_of, judged, some_of
from tests.oracle.estimates import Exhaustive
from tests.oracle.tables import Table
from tests.oracle.tabular import Episodic, random_logits, random_mdp

WORLD = Episodic(random_mdp(3, 3), random_logits(3, 3), 4)
THETA = torch.from_numpy(WORLD.logits).flatten()
NAMED = {one.name: one for one in estimators(1.0)}
ALONE = [one for one in NAMED.values() if not one.siblings]
IGNORANT = np.zeros_like(WORLD.value)
STREAMS, SIZE, BLOCKS, TRUE_BLOCKS = 4, 20, 25, 100

alone = pytest.mark.parametrize("name", [one.name for one in ALONE])


def gradients(chosen: Estimator, d: Decisions) -> torch.Tensor:
    """One for each seed."""
    [found] = slopes(Table(), THETA, d, [(chosen.method, chosen.credit(d, 1.0))])
    return found


def batches(step: int, seeds: int, critic: np.ndarray, group: int = 1) -> Decisions:
    d = some_of(WORLD, seeds=seeds, streams=max(STREAMS, group), group=group, step=step)
    return judged(d, critic)


@pytest.fixture(scope="module")
def true() -> Blocks:
    blocks = Blocks.empty(TRUE_BLOCKS, SIZE, len(THETA))
    found = gradients(REFERENCE, batches(1, SIZE * TRUE_BLOCKS, WORLD.value))
    for block, part in enumerate(found.split(SIZE)):
        blocks.add(block, part)
    return blocks


def measured(chosen: Estimator, critic: np.ndarray, true: Blocks) -> Moments:
    blocks = Blocks.empty(BLOCKS, SIZE, len(THETA))
    for block, part in enumerate(gradients(chosen, batches(2, SIZE * BLOCKS, critic)).split(SIZE)):
        blocks.add(block, part, true.mean)
    return moments_of(blocks, true)


def exact(chosen: Estimator, critic: np.ndarray) -> tuple[float, float]:
    """Squared bias and variance of one batch, nothing sampled."""
    d, probability = all_of(WORLD)
    one = Exhaustive(gradients(chosen, judged(d, critic)).numpy(), probability)
    return one.squared_bias(WORLD.gradient), one.variance / STREAMS


@alone
@pytest.mark.parametrize("critic", [WORLD.value, wrong_critic(WORLD), IGNORANT], ids=["right", "wrong", "ignorant"])
def test_what_is_measured_is_what_adding_up_all_episodes_gives(name, critic, true):
    made = measured(NAMED[name], critic, true)
    for values, number in zip((made.squared_bias, made.variance), exact(NAMED[name], critic), strict=True):
        interval = jackknife(values, BLOCKS, TRUE_BLOCKS)
        # Half a 95 % interval is about two standard errors; of sixty numbers none is five away.
        assert abs(interval.estimate - number) < 2.5 * (interval.high - interval.estimate)


def test_a_bias_is_found_where_there_is_one_and_not_where_there_is_none(true):
    low = {}
    for name, critic in (("TD(0)", IGNORANT), ("TD(0)", WORLD.value), ("GAE(1)", IGNORANT)):
        made = jackknife(measured(NAMED[name], critic, true).squared_bias, BLOCKS, TRUE_BLOCKS)
        low[name, critic is WORLD.value] = made.low
    assert low["TD(0)", False] > 0 > max(low["TD(0)", True], low["GAE(1)", False])


def test_a_planted_bias_is_found(true):
    d = batches(2, SIZE * BLOCKS, WORLD.value)
    blocks = Blocks.empty(BLOCKS, SIZE, len(THETA))
    planted = replace(d, reward=d.reward + 0.5 * (d.action == 0))
    for block, part in enumerate(gradients(REFERENCE, planted).split(SIZE)):
        blocks.add(block, part)
    assert jackknife(moments_of(blocks, true).squared_bias, BLOCKS, TRUE_BLOCKS).low > 0


def test_identities_hold_batch_by_batch():
    d = batches(3, 50, wrong_critic(WORLD))
    found = {name: gradients(one, d).numpy() for name, one in NAMED.items() if not one.siblings}
    steps, gae = NAMED["3-step"], NAMED["GAE(0.5)"]
    one_step = gradients(replace(steps, method=replace(steps.method, n=1)), d).numpy()
    no_lambda = gradients(replace(gae, method=replace(gae.method, lam=0.0)), d).numpy()
    np.testing.assert_allclose(one_step, found["TD(0)"], atol=1e-12)
    np.testing.assert_allclose(no_lambda, found["TD(0)"], atol=1e-12)
    np.testing.assert_allclose(found["GAE(1)"], found["reward-to-go - V"], atol=1e-12)
    np.testing.assert_allclose(found["5-step"], found["GAE(1)"], atol=1e-12)  # the world ends after four
    assert np.abs(found["3-step"] - found["GAE(1)"]).max() > 1e-3


def test_groups_differ_by_what_they_divide_by():
    d = batches(4, 50, WORLD.value, group=GROUP)
    found = {name: gradients(one, d).numpy() for name, one in NAMED.items() if one.siblings}
    loo, centred = found["leave-one-out (RLOO)"], found["centred (Dr. GRPO)"]
    np.testing.assert_allclose(loo, GROUP / (GROUP - 1) * centred, atol=1e-12)
    spread = d.reward.sum(0).std(1, keepdim=True).numpy()  # one group in a batch
    standardised = found["standardised"]
    np.testing.assert_allclose(standardised * (spread + 1e-4), centred, atol=1e-12)
    # Every episode of this world is four steps long.
    np.testing.assert_allclose(found["standardised, 1/|o| (GRPO)"] * 4, standardised, atol=1e-12)


def test_leaving_oneself_out_has_no_bias_and_takes_the_scores_noise_off(true):
    loo, whole = (NAMED[name] for name in ("leave-one-out (RLOO)", "total return, in groups"))
    made = {}
    for chosen in (loo, whole):
        blocks = Blocks.empty(BLOCKS, SIZE, len(THETA))
        found = gradients(chosen, batches(5, SIZE * BLOCKS, WORLD.value, group=GROUP))
        for block, part in enumerate(found.split(SIZE)):
            blocks.add(block, part)
        made[chosen.name] = moments_of(blocks, true)
        bias = jackknife(made[chosen.name].squared_bias, BLOCKS, TRUE_BLOCKS)
        assert bias.low < 0 < bias.high
    assert made[loo.name].variance[0] < made[whole.name].variance[0]


def test_where_there_is_a_discount_returns_are_there_with_and_without():
    more = {one.name for one in estimators(0.9)} - set(NAMED)
    assert more == {"reward-to-go, discounted", "reward-to-go - V, discounted"}
    d = batches(6, 20, WORLD.value)
    [plain, discounted] = [next(one for one in estimators(0.9) if one.name == name) for name in sorted(more)]
    for one in (plain, discounted):
        assert one.discounted
        expected = d.reward.clone()
        for t in (2, 1, 0):
            expected[t] += 0.9 * expected[t + 1]
        expected -= d.value if "V" in one.name else 0
        torch.testing.assert_close(one.credit(d, 0.9).advantage, expected)
