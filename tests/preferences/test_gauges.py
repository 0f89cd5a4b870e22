"""What evaluation adds on a preference task: divergence and proxy, against plain numbers, the right way round."""

import numpy as np
import pytest
import torch

from rlbench.control.acting import Acting
from rlbench.core.noise import Noise, Purpose
from rlbench.core.schema import Metric, Split
from rlbench.preferences.gauges import Divergence, ProxyReturn
from tests.preferences import plain
from tests.preferences.conftest import STEPS as ROLLOUT

SEEDS, SHAPE, STEPS = (4, 0), (2, 3), 3


def policies(session) -> tuple[torch.Tensor, Acting, Acting]:
    """Two that differ, the second being the reference."""
    theta = session.start() + 0.8 * torch.randn(session.start().shape, generator=torch.Generator().manual_seed(2))
    for log_std in session.actor.layout.views(theta)[6:]:
        log_std += 0.4  # of two normal distributions as wide as each other neither divergence is larger
    shown = session._source.shown
    return theta, Acting(session.actor, theta, shown), Acting(session.actor, session.start(), shown)


def walk(session, acting: Acting, gauge) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Some steps with observations out of the air; a stream that has ended stays ended."""
    g = np.random.default_rng(0)
    seen, alive = [], np.ones(SHAPE, bool)
    for t in range(STEPS):
        observation = g.normal(size=(*SHAPE, session.actor.inputs)).astype(np.float32)
        outputs = acting.outputs(observation)
        draws = session.head.draw(Noise(SEEDS), Purpose.ACTION, t, (1, SHAPE[1]))[:, 0]
        action = acting.sample(outputs, draws)
        gauge.see(observation, outputs, action, alive)
        seen.append((acting.shown(observation), action, alive.copy()))
        alive[t % 2, t] = False
    return seen


def kl(session, theta: torch.Tensor, other: torch.Tensor, seed: int, shown: np.ndarray) -> float:
    """KL(policy || other) of one decision."""
    ours, theirs = (plain.weights(session.actor.layout, x[seed]) for x in (theta, other))
    p, q = (plain.network(w, shown.tolist()) for w in (ours, theirs))
    if len(ours) == 6:
        return plain.choice_kl(p, q)
    return plain.normal_kl(p[0], ours[6].item(), q[0], theirs[6].item())


def test_divergence_is_exact_and_from_the_policy_to_the_reference(either):
    session = either.open(Noise(SEEDS))
    theta, acting, reference = policies(session)
    gauge = Divergence(SHAPE, acting, reference)
    seen, measured = walk(session, acting, gauge), gauge.read()
    for seed in range(2):
        there = [(shown[seed, b], t) for t, (shown, _, alive) in enumerate(seen) for b in range(3) if alive[seed, b]]
        values = [kl(session, theta, session.start(), seed, shown) for shown, _ in there]
        assert measured[Metric.KL_REFERENCE][seed] == pytest.approx(np.mean(values), rel=1e-4)
        assert measured[Metric.KL_REFERENCE_EPISODE][seed] == pytest.approx(sum(values) / SHAPE[1], rel=1e-4)
        backwards = [kl(session, session.start(), theta, seed, shown) for shown, _ in there]
        assert measured[Metric.KL_REFERENCE][seed] != pytest.approx(np.mean(backwards), rel=0.05)


def test_the_proxy_is_the_sum_of_learned_rewards_while_an_episode_lasts(either):
    session = either.open(Noise(SEEDS))
    _, acting, _ = policies(session)
    reward = session._signal.reward
    gauge = ProxyReturn(SHAPE, reward, acting)
    seen, measured = walk(session, acting, gauge), gauge.read()
    for seed in range(2):
        w, total = plain.weights(reward.network.layout, reward.parameters[seed]), 0.0
        for shown, action, alive in seen:
            for b in np.nonzero(alive[seed])[0]:
                one = action[seed, b]
                done = [float(a == one) for a in range(2)] if one.shape == () else one.tolist()
                total += plain.network(w, [*shown[seed, b].tolist(), *done])[0]
        assert measured[Metric.PROXY_RETURN][seed] == pytest.approx(total / SHAPE[1], abs=1e-5)


def test_the_reference_does_not_diverge_from_itself(either):
    session = either.open(Noise(SEEDS))
    measured = session.evaluate(session.start(), 0, [0, 1])
    for metric in (Metric.KL_REFERENCE, Metric.KL_REFERENCE_EPISODE):
        # A normal distribution's variance over itself is one to the last bit or so of single precision.
        np.testing.assert_allclose(measured[Split.STOCHASTIC][metric], 0, atol=1e-5)
        assert metric not in measured[Split.DETERMINISTIC]


def test_gold_is_what_a_control_task_measures(either):
    """With the same policies, noise and episodes: gauges change nothing."""
    session, control = either.open(Noise(SEEDS)), either.control.open(Noise(SEEDS), ROLLOUT, 3)
    theta, _, _ = policies(session)
    with_gauges, without = session.evaluate(theta, 2, [1, 0]), control.evaluate(theta, 2, [1, 0])
    for split, metrics in without.items():
        assert Metric.PROXY_RETURN in with_gauges[split]
        for metric, values in metrics.items():
            np.testing.assert_array_equal(with_gauges[split][metric], values)
