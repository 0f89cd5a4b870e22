"""Recorded comparisons: ranked as the model says, turned round as often as asked, read as parts of one ranking."""

import math
from collections import Counter
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise, Purpose
from rlbench.core.reading import reading_order
from rlbench.core.seeds import LARGEST_SEED
from rlbench.language import imitation, recording, reward_fitting
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.recording import AnswerRecording, _ranks
from rlbench.language.reward_quality import accuracy, correlation
from tests.language.begun import Begun
from tests.training import generators

PROMPTS = 20_000
REWARD = (0.1, -0.2, 0.3)
ASKED = AnswerRecording(prompts=PROMPTS, temperature=0.25, answers=3)


def comparisons_of(begun: Begun) -> AnswerComparisons:
    return begun.open((4,))._comparisons


def test_rankings_are_drawn_as_plackett_and_luce_say():
    """Each of the six within five standard errors of the product of its choices."""
    rank = _ranks(np.tile(REWARD, PROMPTS), ASKED, Noise([1])).reshape(-1, 3)
    counts = Counter(map(tuple, rank.argsort(1).tolist()))
    for order in permutations(range(3)):
        left, share = list(order), 1.0
        while left:
            weights = [math.exp(REWARD[n] / ASKED.temperature) for n in left]
            share *= weights[0] / sum(weights)
            left.pop(0)
        assert abs(counts[order] / PROMPTS - share) < 5 * math.sqrt(share * (1 - share) / PROMPTS)


def test_a_share_of_rankings_is_turned_round_and_the_others_stay():
    asked = replace(ASKED, flipped=0.3)
    before, after = (_ranks(np.tile(REWARD, PROMPTS), one, Noise([1])).reshape(-1, 3) for one in (ASKED, asked))
    same, turned = (before == after).all(1), (before == 2 - after).all(1)
    assert (same ^ turned).all()
    assert abs(turned.mean() - 0.3) < 5 * math.sqrt(0.3 * 0.7 / PROMPTS)


def test_the_preferred_are_better_on_the_whole():
    """With a temperature far below the differences between rewards always, and never where all is turned round."""
    reward = np.random.default_rng(0).permutation(400) * 1.0
    for flipped, share in ((0.0, 1.0), (1.0, 0.0)):
        asked = AnswerRecording(prompts=100, temperature=1e-6, flipped=flipped)
        assert recording._agreement(reward, _ranks(reward, asked, Noise([2])), asked) == share


def test_pairs_are_parts_of_the_rankings_of_four(compared: Begun):
    comparisons = comparisons_of(compared)
    pairs, fours = (comparisons.ranked(k) for k in (2, 4))
    assert sorted(pairs.flatten().tolist()) == sorted(fours.flatten().tolist()) == list(range(64))
    place = {column: index for four in fours.tolist() for index, column in enumerate(four)}
    for better, worse in pairs.tolist():
        assert place[better] < place[worse]
        assert better // 4 == worse // 4
        assert torch.equal(comparisons.inputs[0, better], comparisons.inputs[0, worse])


def test_fresh_pairs_are_other_answers_and_nothing_is_fitted_to_them(compared: Begun):
    session = compared.open((4,))
    comparisons, model = session._comparisons, session._learned.model
    garbage = replace(comparisons, fresh_inputs=comparisons.fresh_inputs.clamp(max=3), fresh_reward=torch.zeros(80))
    assert not torch.equal(garbage.fresh_inputs, comparisons.fresh_inputs)
    first, again = (reward_fitting.fit(model, one, compared.task.fitting) for one in (comparisons, garbage))
    assert torch.equal(first, again)
    noise = Noise([recording.SEED])
    fitted, fresh = (noise.uniform(Purpose.ACTION, step, (64,)) for step in (0, recording.FRESH))
    assert not np.isin(fitted, fresh).any()


def test_recording_again_gives_the_same_bytes_and_leaves_the_generators_alone(compared: Begun, tmp_path):
    before, path = generators(), tmp_path / "again.safetensors"
    about = recording.make(compared.task, path, {"model": compared.artefacts["model"]})
    assert path.read_bytes() == compared.artefacts["comparisons"].read_bytes()
    assert generators() == before
    assert 0.5 < about["preferred_is_better"] <= 1


def test_no_experiment_and_no_other_stage_shares_its_noise():
    seeds = [imitation.SEED, recording.SEED, reward_fitting.SEED]
    assert min(seeds) > LARGEST_SEED
    assert len({*seeds}) == 3


@pytest.mark.parametrize(("count", "size"), [(4, 12), (5, 12), (12, 12), (30, 12), (1, 1)])
def test_everything_is_read_once_before_anything_is_read_again(count, size):
    noise = Noise((3, 9))
    read = np.concatenate([reading_order(noise, iteration, count, size) for iteration in range(24)], 1)
    for seed in range(2):
        whole = read[seed][: read.shape[1] // size * size].reshape(-1, size)
        assert (np.sort(whole, 1) == np.arange(size)).all()
    assert size == 1 or len({tuple(row) for row in whole}) > 1
    np.testing.assert_array_equal(
        reading_order(Noise((9,)), 3, count, size)[0], reading_order(noise, 3, count, size)[1]
    )


def test_quality_by_hand():
    hidden = [1.0, 2.0, 5.0, 5.0, 3.0, 0.0, 4.0, 6.0]
    score = np.array([0.1, 0.4, 0.9, 0.2, 0.0, 0.3, 0.5, 0.8])
    comparisons = AnswerComparisons.__new__(AnswerComparisons)
    object.__setattr__(comparisons, "fresh_reward", torch.tensor(hidden))
    assert accuracy(comparisons, score) == pytest.approx(2 / 3)  # the second pair has equal rewards
    places = [[sum(y < x for y in own) + (sum(y == x for y in own) + 1) / 2 for x in own] for own in (hidden, score)]
    centred = [[x - 4.5 for x in own] for own in places]
    covariance = sum(a * b for a, b in zip(*centred, strict=True))
    size = math.prod(math.sqrt(sum(x * x for x in own)) for own in centred)
    assert correlation(comparisons, score) == pytest.approx(covariance / size)
