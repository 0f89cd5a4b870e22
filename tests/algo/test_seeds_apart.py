"""Nothing is reduced over seeds: a seed's bits depend neither on its neighbours' values nor on how many there are."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from rlbench.algo import importance, kl_estimate, per_seed, plackett_luce
from rlbench.algo.adaptive_penalty import adapt
from rlbench.algo.clipped_ratio import clipped_ratio
from rlbench.algo.conjugate_gradient import conjugate_gradient
from rlbench.algo.gae import gae
from rlbench.algo.group_centred import group_centred
from rlbench.algo.group_relative import group_relative
from rlbench.algo.huber import huber
from rlbench.algo.leave_one_out import leave_one_out
from rlbench.algo.n_step import n_step
from rlbench.algo.reward_to_go import reward_to_go
from rlbench.algo.td_error import td_error
from rlbench.core.types import Distribution
from rlbench.distributions.categorical import Categorical
from rlbench.distributions.epsilon_greedy import EpsilonGreedy
from rlbench.distributions.gaussian import Gaussian


def rows(x: Tensor) -> Tensor:
    """A seed's numbers one after the other, [S, T * B]."""
    return x.transpose(0, 1).flatten(1)


def solved(x: Tensor, mask: Tensor) -> Tensor:
    scale = 1 + rows(mask) + rows(x).abs()
    return conjugate_gradient(lambda v: scale * v, rows(x), iterations=5, tolerance=1e-10)[0]


def critic(x: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
    """Something for reward, value, next value and terminated."""
    return x, x.roll(1, 0), x.roll(2, 0), 1 - mask


def actions(x: Tensor) -> Tensor:
    """Three numbers for each decision, [T, S, B, 3]."""
    return torch.stack([x.roll(k, 0) for k in range(3)], -1) / 60


def said(now: Distribution, old: Distribution, action: Tensor) -> Tensor:
    return rows(torch.stack([now.logp(action), now.entropy(), old.kl(now)], -1))


def tangent_seen(d: Categorical | Gaussian) -> Tensor:
    return torch.cat([rows(x) for x in d.fisher(d.parts)], 1)


REDUCTIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "count": lambda x, mask: per_seed.count(mask),
    "total": per_seed.total,
    "mean": per_seed.mean,
    "whiten": lambda x, mask: per_seed.whiten(x, mask).transpose(0, 1),
    "decision_mean": lambda x, mask: per_seed.decision_mean(mask).transpose(0, 1),
    "sequence_mean": lambda x, mask: per_seed.sequence_mean(mask).transpose(0, 1),
    "explained_variance": lambda x, mask: per_seed.explained_variance(x, x.roll(1, 0), mask),
    "effective_sample_size": lambda x, mask: importance.effective_sample_size(x.abs(), mask),
    "group_centred": lambda x, mask: group_centred(rows(x), group=len(x)),
    "group_relative": lambda x, mask: group_relative(rows(x), group=len(x), eps=1e-4),
    "leave_one_out": lambda x, mask: leave_one_out(rows(x), group=len(x)),
    "conjugate_gradient": solved,
    "adapt": lambda x, mask: adapt(per_seed.count(mask), per_seed.mean(x, mask).abs(), target=0.2),
    "gae": lambda x, mask: rows(gae(*critic(x, mask), 1 - mask, gamma=0.9, lam=0.9)),
    "n_step": lambda x, mask: rows(n_step(*critic(x, mask), 1 - mask, gamma=0.9, n=5)),
    "td_error": lambda x, mask: rows(td_error(*critic(x, mask), gamma=0.9)),
    "reward_to_go": lambda x, mask: rows(reward_to_go(x, 1 - mask, gamma=0.9)),
    "clipped_ratio": lambda x, mask: rows(clipped_ratio(x / 60, x.roll(1, 0) / 60, x, clip=0.2)),
    "ratio": lambda x, mask: rows(importance.ratio(x / 60, x.roll(1, 0) / 60)),
    "k1": lambda x, mask: rows(kl_estimate.k1(x, x.roll(1, 0))),
    "k2": lambda x, mask: rows(kl_estimate.k2(x, x.roll(1, 0))),
    "k3": lambda x, mask: rows(kl_estimate.k3(x / 60, x.roll(1, 0) / 60)),
    "huber": lambda x, mask: rows(huber(x, delta=1.0)),
    "log_likelihood": lambda x, mask: plackett_luce.log_likelihood(x[:7]),
    "draw": lambda x, mask: rows(plackett_luce.draw(x[:7], x[-7:])),
    "categorical": lambda x, mask: said(Categorical(actions(x)), Categorical(actions(-x)), mask.long()),
    "gaussian": lambda x, mask: said(
        Gaussian(actions(x), actions(x) / 3), Gaussian(actions(-x), actions(-x) / 3), actions(mask)
    ),
    "epsilon_greedy": lambda x, mask: said(
        EpsilonGreedy(actions(x), mask[..., None] / 2 + 0.1), EpsilonGreedy(actions(-x), mask[..., None]), mask.long()
    ),
    "fisher": lambda x, mask: torch.cat(
        [tangent_seen(Categorical(actions(x))), tangent_seen(Gaussian(actions(x), actions(x)))], 1
    ),
}
reduction = pytest.mark.parametrize("reduce", REDUCTIONS.values(), ids=REDUCTIONS.keys())


@pytest.fixture(params=[(128, 16), (7, 3), (2048, 1), (500, 5)], ids=str)
def batch(request: pytest.FixtureRequest) -> tuple[Tensor, Tensor]:
    """Ten seeds' values and masks, float32."""
    generator = torch.Generator().manual_seed(0)
    length, streams = request.param
    x = torch.randn(length, 10, streams, generator=generator) * 30
    mask = (torch.rand(length, 10, streams, generator=generator) < 0.8).float()
    mask[0] = 1
    return x, mask


@reduction
def test_another_seeds_numbers_change_no_bit(reduce, batch):
    x, mask = batch
    before = reduce(x, mask)
    for other in (0, 4, 9):
        altered, shorter = x.clone(), mask.clone()
        altered[:, other] = altered[:, other].flip(0) * 1e6
        shorter[1:, other] = 0
        changed = reduce(altered, shorter)
        untouched = [seed for seed in range(10) if seed != other]
        assert torch.equal(changed[untouched], before[untouched])


@reduction
def test_seeds_in_another_order_are_the_same_seeds(reduce, batch):
    x, mask = batch
    order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]
    assert torch.equal(reduce(x[:, order], mask[:, order]), reduce(x, mask)[order])


@reduction
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_seed_has_the_same_bits_in_a_block_of_any_size(reduce, size, batch):
    x, mask = batch
    whole = reduce(x, mask)
    for start in range(0, 10 - size + 1, size):
        block = slice(start, start + size)
        assert torch.equal(reduce(x[:, block].contiguous(), mask[:, block].contiguous()), whole[block])
