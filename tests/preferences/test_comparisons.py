"""Who is preferred to whom: drawn from the model that is stated, one seed by itself, and nothing but the order kept."""

import dataclasses
from itertools import permutations
from math import exp

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise
from rlbench.preferences.comparisons import Comparisons, compare
from rlbench.preferences.segments import Draw, Segments


def segments(returns: np.ndarray) -> Segments:
    """Segments of one decision that can be told apart: what is shown is the number of the column."""
    seeds, columns = returns.shape
    shown = np.broadcast_to(np.arange(columns, dtype=np.float32), (1, seeds, columns))[..., None]
    return Segments(shown.copy(), np.zeros((1, seeds, columns), int), np.ones((1, seeds, columns), np.float32), returns)


def ranked(comparisons: Comparisons) -> np.ndarray:
    """Which of its own answers stands where, [S, N, K]."""
    column = comparisons.inputs[0, ..., 0].numpy().astype(int)
    return column.reshape(len(column), -1, comparisons.answers) % comparisons.answers


def probability(returns: list[float], order: tuple[int, ...], temperature: float) -> float:
    """Plackett-Luce: the first is chosen among all, the second among the rest, and so on."""
    left, product = list(range(len(returns))), 1.0
    for chosen in order:
        product *= exp(returns[chosen] / temperature) / sum(exp(returns[one] / temperature) for one in left)
        left.remove(chosen)
    return product


@pytest.mark.parametrize(("returns", "temperature"), [([3.0, 1.0], 2.0), ([10.0, 0.0, -5.0], 8.0)])
def test_orders_are_as_frequent_as_they_are_probable(returns, temperature):
    prompts, answers = 20_000, len(returns)
    made = compare(segments(np.tile(returns, (1, prompts))), Noise([3]), answers=answers, temperature=temperature)
    seen = [tuple(order) for order in ranked(made)[0].tolist()]
    for order in permutations(range(answers)):
        p = probability(returns, order, temperature)
        # Of a binomial count: one in ten thousand is further than four standard deviations away.
        assert abs(seen.count(order) / prompts - p) < 4 * (p * (1 - p) / prompts) ** 0.5


def test_a_cold_judge_makes_no_mistakes():
    returns = np.random.default_rng(0).normal(size=(2, 60))
    made = compare(segments(returns), Noise([0, 1]), answers=3, temperature=1e-9)
    best_first = np.argsort(-returns.reshape(2, 20, 3), axis=-1)
    np.testing.assert_array_equal(ranked(made), best_first)


def test_each_comparison_is_of_its_own_prompt_and_loses_nothing():
    made = compare(segments(np.zeros((2, 40))), Noise([0, 1]), answers=4, temperature=1.0)
    column = made.inputs[0, ..., 0].reshape(2, 10, 4).sort(-1).values
    assert torch.equal(column, torch.arange(40.0).reshape(10, 4).expand(2, -1, -1))


def test_nothing_but_the_order_is_kept_of_the_returns():
    returns = np.random.default_rng(1).normal(size=(2, 40))
    noise = Noise([5, 6])
    plain, other = (
        compare(dataclasses.replace(segments(returns), returns=hidden), noise, answers=2, temperature=1e-9)
        for hidden in (returns, np.exp(3 * returns))
    )
    for one, two in zip(vars(plain).values(), vars(other).values(), strict=True):
        assert one is two or np.array_equal(one, two)
    d = plain.decisions([0, 1], torch.zeros(2, 1, dtype=torch.int64))
    assert not d.reward.any()
    assert not d.logp.any()
    assert (d.value, d.next_value, d.target, d.ref_logp, d.old) == (None,) * 5


def test_each_pass_reads_every_prompt_once_in_an_order_of_its_own():
    made = compare(segments(np.zeros((2, 20))), Noise([8, 9]), answers=2, temperature=1.0)
    noise = Noise([8, 9])
    read = torch.cat([made.order(noise, iteration, 4) for iteration in range(5)], 1)  # two passes over ten prompts
    for seed in range(2):
        for one in read[seed].split(10):
            assert sorted(one.tolist()) == list(range(10))
    assert not torch.equal(read[0], read[1])
    assert not torch.equal(read[0, :10], read[0, 10:])
    assert torch.equal(made.order(Noise([8, 9]), 2, 4), read[:, 8:12])


def test_what_is_read_is_the_prompt_with_its_answers_side_by_side():
    made = compare(segments(np.arange(24.0).reshape(2, 12)), Noise([0, 1]), answers=3, temperature=1e-9)
    d = made.decisions([1, 0], torch.tensor([[2, 0], [1, 3]]))
    assert d.inputs[0, ..., 0].tolist() == [[8, 7, 6, 2, 1, 0], [5, 4, 3, 11, 10, 9]]
    assert all(x.is_contiguous() for x in (d.inputs, d.action, d.mask)), "a compiled graph reads them as they lie"


def test_the_same_noise_stands_behind_any_number_of_answers(cartpole):
    source = cartpole.open(Noise([4, 0]))._source
    two, four = (source.play(40, steps=12, group=k, states=Draw.STATES, actions=Draw.ACTIONS) for k in (2, 4))
    np.testing.assert_array_equal(two.inputs[0, :, ::2][:, :10], four.inputs[0, :, ::4])
    np.testing.assert_array_equal(two.inputs[0, :, 0], four.inputs[0, :, 1])


def test_segments_are_what_the_reference_does(cartpole):
    """Rewards of one for each step: the hidden return is the length; and what is shown first is where it began."""
    source = cartpole.open(Noise([4, 0]))._source
    played = source.play(40, steps=12, group=2, states=Draw.STATES, actions=Draw.ACTIONS)
    np.testing.assert_array_equal(played.returns, played.mask.sum(0))
    assert 1 < played.returns.min() < played.returns.max() == 12
    np.testing.assert_array_equal(played.inputs[0, :, ::2], played.inputs[0, :, 1::2])
    assert not played.inputs[played.mask == 0].any()
    logits = source.acting.network(played.inputs[0])  # the first decisions are all there
    right = 1 / (1 + np.exp(logits[..., 0] - logits[..., 1]))
    for t in range(1, 12):
        logits = source.acting.network(played.inputs[t])
        right = np.append(right, (1 / (1 + np.exp(logits[..., 0] - logits[..., 1])))[played.mask[t] == 1])
    pushed = played.action[played.mask == 1]
    assert pushed.size == right.size
    # A sum of independent choices, within four of its standard deviations.
    assert abs(pushed.sum() - right.sum()) < 4 * (right * (1 - right)).sum() ** 0.5
    assert right.std() > 0.02
