"""What is known exactly of policies, held against all sequences of tokens there are, one after another."""

import math
from itertools import product

import numpy as np
import pytest

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric, Split
from rlbench.language.listing import Listing
from tests.language import plain
from tests.language.begun import LANGUAGE, Begun

LETTERS = {3: "a", 4: "b", 5: "c"}


def sequences() -> list[list[int]]:
    """Every answer as tokens: ended within three, or three letters."""
    most = LANGUAGE.answer_symbols
    ended = [[*word, plain.END] for n in range(most + 1) for word in product(LETTERS, repeat=n)]
    return ended + [list(word) for word in product(LETTERS, repeat=most + 1)]


def by_hand(policy, theta, temperature: float) -> dict[tuple[str, str], float]:
    """The log-probability of every answer to every prompt."""
    model = plain.model(policy, theta)
    pairs = [(prompt, answer) for prompt in LETTERS for answer in sequences()]
    return {
        (LETTERS[prompt], "".join(LETTERS.get(token, "") for token in answer)): sum(
            plain.of_answer(model, [prompt], answer, temperature)
        )
        for prompt, answer in pairs
    }


def listing_of(session) -> Listing:
    [listing] = session._gauges
    return listing


@pytest.fixture(scope="module")
def known(paid: Begun):
    """A policy that is not the reference, what is measured of it, and both by hand."""
    session = paid.open((4,))
    theta = plain.apart(session.start(), 0.1)
    hot = paid.task.temperature
    policy, reference = (by_hand(session.actor, one[0], hot) for one in (theta, session.start()))
    reward = {pair: float(LANGUAGE.judge([pair[0]], [pair[1]]).reward[0]) for pair in policy}
    return session, theta, policy, reference, reward


def over_prompts(values: dict[tuple[str, str], float]) -> float:
    """Summed over answers, the mean over prompts."""
    return sum(values.values()) / len(LETTERS)


def test_the_answers_that_are_listed_are_all_there_are(known):
    session, theta, policy, reference, _ = known
    assert len(policy) == 3 * 40
    for one in (policy, reference):
        assert over_prompts({pair: math.exp(logp) for pair, logp in one.items()}) == pytest.approx(1, abs=1e-6)
    for one in (theta, session.start()):
        np.testing.assert_allclose(np.exp(listing_of(session).log_probabilities(one)).sum(1), 1, atol=1e-5)


def test_every_answer_has_its_own_probability(known):
    session, theta, policy, _, _ = known
    table = listing_of(session).log_probabilities(theta)
    for row, prompt in enumerate(LANGUAGE.every_prompt):
        for column, answer in enumerate(LANGUAGE.answers()):
            assert table[row, column] == pytest.approx(policy[prompt, answer], abs=5e-6)


def test_what_is_measured_is_what_brute_force_finds(known, paid: Begun):
    session, theta, policy, reference, reward = known
    beta = paid.task.price
    found = {name: values[0] for name, values in listing_of(session)(theta).items()}
    p = {pair: math.exp(logp) for pair, logp in policy.items()}
    earned = over_prompts({pair: p[pair] * reward[pair] for pair in p})
    away = over_prompts({pair: p[pair] * (policy[pair] - reference[pair]) for pair in p})
    tilted = {pair: math.exp(reference[pair] + reward[pair] / beta) for pair in p}
    z = {prompt: sum(x for (asked, _), x in tilted.items() if asked == prompt) for prompt in LANGUAGE.every_prompt}
    best = {pair: x / z[pair[0]] for pair, x in tilted.items()}
    value = sum(beta * math.log(x) for x in z.values()) / len(z)
    from_best = over_prompts({pair: p[pair] * (policy[pair] - math.log(best[pair])) for pair in p})
    assert found[AnswerMetric.EXACT_RETURN] == pytest.approx(earned, abs=1e-5)
    assert found[AnswerMetric.EXACT_KL_REFERENCE] == pytest.approx(away, abs=1e-5)
    assert found[AnswerMetric.KL_OPTIMUM] == pytest.approx(from_best, abs=1e-5)
    assert found[AnswerMetric.REGRET] == pytest.approx(value - (earned - beta * away), abs=1e-5)
    assert found[AnswerMetric.REGRET] == pytest.approx(beta * from_best, abs=1e-5)
    total_variation = over_prompts({pair: abs(p[pair] - best[pair]) / 2 for pair in p})
    assert found[AnswerMetric.TOTAL_VARIATION_OPTIMUM] == pytest.approx(total_variation, abs=1e-5)
    assert away > 0.01


@pytest.mark.parametrize("metric", [AnswerMetric.KL_K1, AnswerMetric.KL_K3, Metric.KL_REFERENCE_EPISODE])
def test_what_is_estimated_from_many_answers_is_near_what_is_exact(known, paid: Begun, metric):
    """Within five standard errors of k1, which scatters most, by its exact variance under the policy."""
    _, theta, policy, reference, _ = known
    count = 4_000
    session = paid.task.open(known[0]._noise, known[0]._rollout, count, frozenset(), paid.artefacts)
    found = {name: values[0] for name, values in session.evaluate(theta, 0, [0])[Split.STOCHASTIC].items()}
    exact = found[AnswerMetric.EXACT_KL_REFERENCE]
    square = over_prompts({pair: math.exp(x) * (x - reference[pair]) ** 2 for pair, x in policy.items()})
    assert abs(found[metric] - exact) < 5 * math.sqrt((square - exact**2) / count)
    assert found[Metric.RETURN_MEAN] == pytest.approx(found[AnswerMetric.EXACT_RETURN], abs=5 * 0.5 / math.sqrt(count))


def test_the_reference_is_away_from_itself_by_nothing(known):
    session = known[0]
    found = listing_of(session)(session.start())
    assert abs(found[AnswerMetric.EXACT_KL_REFERENCE]) < 1e-9
    assert found[AnswerMetric.REGRET] > 0


def test_where_a_nat_costs_nothing_there_is_no_optimum_to_speak_of(paid: Begun):
    session = paid.open((4,), kl_coef=0.0)
    found = session.evaluate(session.start(), 0, [0])[Split.STOCHASTIC]
    assert AnswerMetric.EXACT_RETURN in found
    assert found.keys().isdisjoint({AnswerMetric.REGRET, AnswerMetric.KL_OPTIMUM})


def test_a_price_in_the_unit_of_a_learned_reward_is_turned_into_the_judges(compared: Begun):
    session = compared.open((4,))
    assert listing_of(session).beta == pytest.approx(compared.task.kl_coef * compared.task.recording.temperature)
    assert session._signal.kl_coef == compared.task.kl_coef
