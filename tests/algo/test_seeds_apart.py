"""Nothing is reduced over seeds: a seed's bits depend neither on its neighbours' values nor on how many there are."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from rlbench.algo import per_seed

REDUCTIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "count": lambda x, mask: per_seed.count(mask),
    "total": per_seed.total,
    "mean": per_seed.mean,
    "whiten": lambda x, mask: per_seed.whiten(x, mask).transpose(0, 1),
    "decision_mean": lambda x, mask: per_seed.decision_mean(mask).transpose(0, 1),
    "sequence_mean": lambda x, mask: per_seed.sequence_mean(mask).transpose(0, 1),
    "explained_variance": lambda x, mask: per_seed.explained_variance(x, x.roll(1, 0), mask),
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
