"""What is said of answers: planted ones, and the numbers worked out by hand."""

import math

import numpy as np
import pytest
import torch

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.distributions.categorical import Categorical
from rlbench.language.answering import Answered
from rlbench.language.measures import divergence, logp_gap, quality, silence, spread


def answered(lengths: np.ndarray, reward: np.ndarray, right: np.ndarray, logp: torch.Tensor | None = None) -> Answered:
    """Answers of which only lengths [S, B], rewards and rightness matter."""
    longest = int(lengths.max())
    mask = (torch.arange(longest)[:, None, None] < torch.from_numpy(lengths)).float()
    nothing = torch.zeros(longest, *lengths.shape, dtype=torch.int64)
    return Answered(nothing, nothing, mask * 0 if logp is None else logp, mask, reward, right, {"ended": right})


LENGTHS = np.array([[1, 3, 2, 2], [3, 3, 1, 2]])
REWARD = np.array([[0.5, 0.5, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0]])
RIGHT = np.array([[0.0, 0.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0]])


def test_a_reward_is_paid_at_the_last_token_of_each_answer_and_nowhere_else():
    one = answered(LENGTHS, REWARD, RIGHT)
    paid = one.paid_at_the_end(REWARD)
    for seed in range(2):
        for column, length in enumerate(LENGTHS[seed]):
            expected = [0.0] * 3
            expected[length - 1] = REWARD[seed, column]
            assert paid[:, seed, column].tolist() == expected
    np.testing.assert_array_equal(one.length, LENGTHS)


def test_lengths_of_right_and_of_wrong_answers_are_told_apart():
    found = quality(answered(LENGTHS, REWARD, RIGHT))
    np.testing.assert_allclose(found[AnswerMetric.LENGTH_RIGHT], [2, 3])
    np.testing.assert_allclose(found[AnswerMetric.LENGTH_WRONG], [2, 1.5])
    np.testing.assert_allclose(found[Metric.LENGTH_MEAN], [2, 2.25])
    np.testing.assert_allclose(found[Metric.RETURN_MEAN], [0.5, 0.5])
    np.testing.assert_allclose(found[AnswerMetric.RIGHT], [0.25, 0.5])
    np.testing.assert_allclose(found[AnswerMetric.ENDED], [0.25, 0.5])
    nobody = quality(answered(LENGTHS, REWARD, np.zeros((2, 4))))
    assert np.isnan(nobody[AnswerMetric.LENGTH_RIGHT]).all()
    scattered = spread(answered(LENGTHS, REWARD, RIGHT))
    np.testing.assert_allclose(scattered[Metric.RETURN_SD], [np.sqrt(1 / 6), np.sqrt(1 / 3)])
    assert scattered[Metric.EPISODES].tolist() == [4, 4]


def test_silent_groups_by_hand():
    found = silence(answered(LENGTHS, REWARD, RIGHT), REWARD, group=2)
    np.testing.assert_allclose(found[AnswerMetric.SILENT_WRONG], [0.5, 0.5])
    np.testing.assert_allclose(found[AnswerMetric.SILENT_RIGHT], [0, 0.5])
    np.testing.assert_allclose(found[AnswerMetric.EFFECTIVE_PROMPTS], [1, 0])
    np.testing.assert_allclose(found[AnswerMetric.WASTED_TOKENS], [4 / 8, 1])


@pytest.mark.parametrize("group", [2, 4, 8])
@pytest.mark.parametrize("chance", [0.1, 0.5])
def test_of_independent_answers_as_many_groups_are_silent_as_chance_makes_all_alike(group, chance):
    """(1 - p)^G of them all wrong, p^G all right: within four standard errors of the share among 20,000 groups."""
    groups = 20_000
    right = (np.random.default_rng(group).random((1, groups * group)) < chance).astype(float)
    found = silence(answered(np.ones(right.shape, int), right, right), right, group=group)
    for metric, share in (
        (AnswerMetric.SILENT_WRONG, (1 - chance) ** group),
        (AnswerMetric.SILENT_RIGHT, chance**group),
    ):
        assert abs(found[metric][0] - share) < 4 * math.sqrt(share * (1 - share) / groups)
    silent = found[AnswerMetric.SILENT_WRONG] + found[AnswerMetric.SILENT_RIGHT]
    np.testing.assert_allclose(found[AnswerMetric.EFFECTIVE_PROMPTS], groups * (1 - silent))
    np.testing.assert_allclose(found[AnswerMetric.WASTED_TOKENS], silent)


def distributions() -> tuple[Categorical, Categorical, torch.Tensor]:
    draw = np.random.default_rng(0)
    one, other = (Categorical(torch.from_numpy(draw.normal(size=(3, 2, 4, 5))).float()) for _ in range(2))
    return one, other, torch.from_numpy(draw.integers(5, size=(3, 2, 4)))


def test_divergences_are_sums_over_the_whole_vocabulary_and_estimates_are_of_what_was_drawn():
    policy, reference, tokens = distributions()
    one = answered(LENGTHS, REWARD, RIGHT)
    one = Answered(one.inputs, tokens, one.logp, one.mask, REWARD, RIGHT, {})
    found = divergence(one, policy, reference)
    for seed in range(2):
        exact, k1, k3 = 0.0, 0.0, 0.0
        for column, length in enumerate(LENGTHS[seed]):
            for t in range(length):
                p, q = (_log_softmax(d.logits[t, seed, column].tolist()) for d in (policy, reference))
                exact += sum(math.exp(a) * (a - b) for a, b in zip(p, q, strict=True))
                ratio = q[tokens[t, seed, column]] - p[tokens[t, seed, column]]
                k1, k3 = k1 - ratio, k3 + math.exp(ratio) - 1 - ratio
        assert found[Metric.KL_REFERENCE_EPISODE][seed] == pytest.approx(exact / 4, rel=1e-5)
        assert found[Metric.KL_REFERENCE][seed] == pytest.approx(exact / LENGTHS[seed].sum(), rel=1e-5)
        assert found[AnswerMetric.KL_K1][seed] == pytest.approx(k1 / 4, rel=1e-5)
        assert found[AnswerMetric.KL_K3][seed] == pytest.approx(k3 / 4, rel=1e-5)


def _log_softmax(logits: list[float]) -> list[float]:
    total = math.log(sum(map(math.exp, logits)))
    return [x - total for x in logits]


def test_the_gap_is_the_mean_distance_over_the_tokens_that_were_decided_upon():
    said = torch.full((3, 2, 4), -1.0)
    thought = said + torch.tensor([0.1, -0.2, 0.3])[:, None, None]
    found = logp_gap(answered(LENGTHS, REWARD, RIGHT, said), thought)[AnswerMetric.LOGP_GAP]
    expected = [sum(sum([0.1, 0.2, 0.3][:n]) for n in row) / row.sum() for row in LENGTHS]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
