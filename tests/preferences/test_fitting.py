"""A reward fitted to rankings: its likelihood and gradient in plain numbers, what it learns, and what it cannot."""

import dataclasses
from math import exp, log

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise
from rlbench.core.schema import Metric
from rlbench.engine.eager import Eager
from rlbench.preferences.comparisons import Comparisons
from rlbench.preferences.fitting import RankingProblem, fit
from rlbench.preferences.quality import accuracy, correlation, scores
from rlbench.preferences.reward_model import RewardNetwork
from rlbench.preferences.segments import Draw
from rlbench.updates.minibatch_adam import MinibatchAdam
from tests.preferences import plain

NETWORK = RewardNetwork(observation=2, action=3, hidden=(4, 4))


def comparisons(answers: int, seeds: int = 2, prompts: int = 5, length: int = 4) -> Comparisons:
    g = np.random.default_rng(answers)
    columns = prompts * answers
    lengths = g.integers(1, length + 1, (seeds, columns))
    mask = (np.arange(length)[:, None, None] < lengths).astype(np.float32)
    inputs = g.normal(size=(length, seeds, columns, 2)).astype(np.float32) * mask[..., None]
    action = g.integers(0, 3, (length, seeds, columns)) * (mask > 0)
    return Comparisons(torch.from_numpy(inputs), torch.from_numpy(action), torch.from_numpy(mask), answers)


def log_likelihood(w: list[np.ndarray], c: Comparisons, seed: int) -> float:
    """Mean over prompts, decision by decision: what a segment scores is the sum of its rewards while it lasts."""
    total = 0.0
    for prompt in range(c.prompts):
        score = []
        for column in range(prompt * c.answers, (prompt + 1) * c.answers):
            rewards = 0.0
            for t in range(len(c.mask)):
                if c.mask[t, seed, column]:
                    chosen = [float(a == c.action[t, seed, column]) for a in range(3)]
                    rewards += plain.network(w, [*c.inputs[t, seed, column].tolist(), *chosen])[0]
            score.append(rewards)
        for place in range(c.answers):
            total += score[place] - log(sum(exp(one) for one in score[place:]))
    return total / c.prompts


@pytest.mark.parametrize("answers", [2, 3])
def test_the_likelihood_and_its_gradient_are_those_of_plain_numbers(answers):
    c, parameters = comparisons(answers), NETWORK.start(Noise([1, 2]))
    NETWORK.layout.views(parameters)[4].mul_(10)
    problem, theta = RankingProblem(NETWORK, c), parameters.clone().requires_grad_()
    value = problem.objective(theta, problem.take(None), ())
    (gradient,) = torch.autograd.grad(value.sum(), theta)
    for seed in range(2):
        w, slopes = plain.weights(NETWORK.layout, parameters[seed]), NETWORK.layout.views(gradient)
        assert value[seed].item() == pytest.approx(log_likelihood(w, c, seed), abs=1e-5)
        for weight, slope in zip(w, slopes, strict=True):
            place = np.unravel_index(weight.size // 2, weight.shape)
            there, step = weight[place], 1e-4
            ends = []
            for sign in (1, -1):
                weight[place] = there + sign * step
                ends.append(log_likelihood(w, c, seed))
            weight[place] = there
            # Central differences err by a multiple of step², single precision by some 1e-6 of sums of this size.
            assert slope[seed][place].item() == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=2e-5)


@pytest.mark.parametrize("answers", [2, 3])
def test_some_prompts_are_taken_whole(answers):
    problem = RankingProblem(NETWORK, comparisons(answers))
    everything, rows = problem.take(None), torch.tensor([[3, 0], [1, 1]])
    for one, whole in zip(problem.take(rows), everything, strict=True):
        assert torch.equal(one, torch.stack([whole[seed][rows[seed]] for seed in range(2)]))


def fresh(session, cartpole):
    draws = {"states": Draw.FRESH_STATES, "actions": Draw.FRESH_ACTIONS}
    return session._source.play(80, steps=cartpole.recording.steps, group=2, **draws)


def test_a_learned_reward_orders_fresh_pairs_and_its_quality_is_what_is_reported(either):
    session = either.open(Noise(range(4)))
    judged = fresh(session, either)
    reported = session.prepared()
    score = scores(session._signal.reward, judged)
    np.testing.assert_array_equal(reported[Metric.REWARD_MODEL_ACCURACY], accuracy(score, judged.returns))
    assert (reported[Metric.REWARD_MODEL_ACCURACY] > 0.6).all()
    assert (reported[Metric.REWARD_MODEL_CORRELATION] > 0.4).all()
    # Divided by this very spread: one, but for the rounding of single precision.
    np.testing.assert_allclose(score.std(1), 1, rtol=1e-4)


def test_from_shuffled_labels_nothing_is_learned_and_from_reversed_ones_the_contrary(pendulum):
    seeds = Noise(range(12))
    session = pendulum.open(seeds)
    true, judged = session._prepared.comparisons, fresh(session, pendulum)

    def learned(swapped: np.ndarray) -> np.ndarray:
        """Accuracy of a reward fitted where the two answers of some prompts have changed places."""
        columns = np.arange(2 * true.prompts).reshape(-1, 2)[None].repeat(len(seeds), 0)
        columns = torch.from_numpy(np.where(swapped[..., None], columns[..., ::-1], columns).reshape(len(seeds), -1))
        where = torch.arange(len(seeds))[:, None]
        other = dataclasses.replace(
            true, **{name: getattr(true, name)[:, where, columns] for name in ("inputs", "action", "mask")}
        )
        reward = fit(session._signal.reward.network, pendulum.fitting.rule, other, seeds, Eager())
        return accuracy(scores(reward, judged), judged.returns)

    nobody, everybody = (np.full((len(seeds), true.prompts), swap) for swap in (False, True))
    assert learned(nobody).mean() > 0.7
    assert learned(everybody).mean() < 0.3
    shuffled = learned(np.random.default_rng(0).random((len(seeds), true.prompts)) < 0.5)
    # A seed's reward points one way or the other by chance: their mean is half, within three standard errors.
    assert abs(shuffled.mean() - 0.5) < 3 * shuffled.std(ddof=1) / len(seeds) ** 0.5


def test_accuracy_counts_pairs_that_have_an_order():
    returns = np.array([[1.0, 0.0, 5.0, 5.0, 2.0, 3.0], [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]])
    score = np.array([[0.3, 0.1, 9.0, 0.0, 0.5, 0.4], [0.0, 1.0, 0.0, 1.0, 0.0, 1.0]])
    np.testing.assert_array_equal(accuracy(score, returns), [0.5, np.nan])


def test_correlation_is_spearmans():
    from scipy.stats import spearmanr

    g = np.random.default_rng(2)
    score, returns = g.normal(size=(3, 50)), g.integers(0, 9, (3, 50)).astype(float)
    expected = [spearmanr(a, b).statistic for a, b in zip(score, returns, strict=True)]
    np.testing.assert_allclose(correlation(score, returns), expected, rtol=1e-12)
    assert np.isnan(correlation(score, np.ones((3, 50)))).all()


def test_another_unit_of_reward_changes_nothing_else():
    model = fit(NETWORK, MinibatchAdam(), comparisons(2), Noise([1, 2]), Eager())
    inputs, action = torch.randn(3, 2, 5, 2, generator=torch.Generator().manual_seed(0)), torch.ones(3, 2, 5).long()
    by = torch.tensor([2.0, 0.25])
    torch.testing.assert_close(model.divided(by)(inputs, action), model(inputs, action) / by[:, None])


def test_a_reward_is_the_same_in_torch_and_in_numpy():
    model = fit(NETWORK, MinibatchAdam(), comparisons(2), Noise([1, 2]), Eager())
    inputs, action = torch.randn(3, 2, 5, 2, generator=torch.Generator().manual_seed(0)), torch.ones(3, 2, 5).long()
    step_by_step = np.stack([model.acting()(x.numpy(), a.numpy()) for x, a in zip(inputs, action, strict=True)])
    np.testing.assert_allclose(step_by_step, model(inputs, action).numpy(), atol=1e-6)
