"""What a decision is paid, against plain numbers; divergence is paid for once, and by whom."""

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise
from rlbench.core.rollout import Episodes
from rlbench.core.types import Decisions
from tests.preferences import plain

SEEDS = (4, 0)


def moved(session) -> torch.Tensor:
    """Policies that are no longer the reference."""
    theta = session.start()
    return theta + 0.3 * torch.randn(theta.shape, generator=torch.Generator().manual_seed(1))


def collected(session) -> tuple[torch.Tensor, Decisions]:
    theta = moved(session)
    return theta, session.collect(theta, 0, [0, 1]).decisions


def logp(outputs: list[float], w: list[np.ndarray], action: torch.Tensor) -> float:
    if action.is_floating_point():
        return plain.normal_logp(outputs[0], float(w[6].item()), float(action.item()))
    return plain.choice_logp(outputs, int(action))


def expected(session, theta: torch.Tensor, d: Decisions, where: tuple[int, int, int], kl_coef: float) -> float:
    """r(s, a) - kl_coef (log π - log π_ref) of one decision, from nothing but weights and what was seen and done."""
    _, seed, _ = where
    layout, reward = session.actor.layout, session._signal.reward
    shown, action = d.inputs[where].tolist(), d.action[where]
    policy, reference = (plain.weights(layout, x[seed]) for x in (theta, session.start()))
    judge = plain.weights(reward.network.layout, reward.parameters[seed])
    seen = [float(a == action) for a in range(2)] if not action.is_floating_point() else [float(action.item())]
    learned = plain.network(judge, [*shown, *seen])[0]
    ours, theirs = (logp(plain.network(w, shown), w, action) for w in (policy, reference))
    return learned - kl_coef * (ours - theirs)


PLACES = [(0, 0, 0), (3, 1, 2), (7, 0, 3)]


def test_a_decision_is_paid_what_plain_numbers_say(either):
    session = either.open(Noise(SEEDS))
    theta, d = collected(session)
    for where in PLACES:
        assert d.mask[where] == 1
        paid = expected(session, theta, d, where, either.kl_coef)
        assert d.reward[where].item() == pytest.approx(paid, abs=2e-5)  # single precision, sums of some ten terms
        # The other way round would be seen.
        wrong = expected(session, theta, d, where, -either.kl_coef)
        assert abs(paid - wrong) > 1e-3


def test_who_holds_on_to_the_reference_by_itself_pays_nothing_more(either):
    session = either.open(Noise(SEEDS), needs=frozenset({"reference"}))
    theta, d = collected(session)
    for where in PLACES:
        assert d.reward[where].item() == pytest.approx(expected(session, theta, d, where, 0.0), abs=2e-5)


def test_the_environments_own_reward_is_hidden_but_for_the_record(cartpole):
    session = cartpole.open(Noise(SEEDS), Episodes(episodes=4))
    experience = session.collect(moved(session), 0, [0, 1])
    _, returns, lengths = experience.episodes
    np.testing.assert_array_equal(returns, lengths)
    assert not torch.allclose(experience.decisions.reward, experience.decisions.mask)


def test_nothing_is_paid_after_an_episodes_end(cartpole):
    session = cartpole.open(Noise(SEEDS), Episodes(episodes=8))
    d = session.collect(moved(session), 0, [0, 1]).decisions
    assert (d.mask == 0).any()
    assert not d.reward[d.mask == 0].any()
    assert d.reward[d.mask == 1].all()


def test_in_the_first_rollout_only_the_learned_reward_is_paid(either):
    """The policy is the reference still: no divergence, whatever it costs."""
    paid = []
    for needs in ((), ("reference",)):
        session = either.open(Noise(SEEDS), needs=frozenset(needs))
        paid.append(session.collect(session.start(), 0, [0, 1]).decisions.reward)
    torch.testing.assert_close(*paid, atol=1e-5, rtol=0)
