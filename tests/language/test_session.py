"""What a session hands over, held against the model asked one answer at a time and the arithmetic done by hand."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Comparisons, Episodes
from rlbench.core.schema import Metric, Split
from rlbench.language.decode import sample
from rlbench.language.imitation import Imitation
from rlbench.languages.countdown import Countdown
from rlbench.languages.split import in_split
from tests.language import plain
from tests.language.begun import GROUPS, Begun, begun, spoken

NAMES = {0: "", 1: "", 2: "?", 3: "a", 4: "b", 5: "c"}
"""What a reader sees of each token."""
ROUNDING = 2e-6
EVALUATION = (Purpose.EVALUATION_ENVIRONMENT, Purpose.EVALUATION_ACTION)


def collected(begun: Begun, needs=(), rollout=GROUPS, **changes):
    """A session whose policies are no longer the reference, and what they did."""
    session = begun.open(needs=needs, rollout=rollout, **changes)
    theta = plain.apart(session.start())
    return session, theta, session.collect(theta, 0, [0, 1])


def answers(d, seed: int):
    """Column by column, prompt and answer as lists of tokens."""
    return [(x[:1], x[1:]) for x in d.inputs[:, seed].T.tolist()]


def paid_by_hand(begun: Begun, session, theta, d, reward) -> np.ndarray:
    """[T, S, B]: less the price of each token, and the reward with the last of them."""
    expected, cost, hot = np.zeros(tuple(d.reward.shape)), begun.task.kl_coef, begun.task.temperature
    reference = plain.model(session.actor, session.start()[0])
    for seed in range(2):
        model = plain.model(session.actor, theta[seed])
        for column, pair in enumerate(answers(d, seed)):
            said, before = (plain.of_answer(one, *pair, hot) for one in (model, reference))
            for t, (logp, ref_logp) in enumerate(zip(said, before, strict=True)):
                expected[t, seed, column] = -cost * (logp - ref_logp)
            expected[len(said) - 1, seed, column] += reward[seed][column]
    return expected


def judged(begun: Begun, d) -> list[np.ndarray]:
    """What the judge pays for what a reader sees."""
    pairs = [[["".join(map(NAMES.get, x)) for x in pair] for pair in answers(d, seed)] for seed in range(2)]
    return [begun.task.language.judge(*zip(*one, strict=True)).reward for one in pairs]


def test_each_token_is_paid_its_price_and_the_last_one_its_reward(paid: Begun):
    session, theta, experience = collected(paid)
    d = experience.decisions
    expected = paid_by_hand(paid, session, theta, d, judged(paid, d))
    np.testing.assert_allclose(d.reward.numpy(), expected, atol=ROUNDING)
    assert len({plain.length(answer) for seed in range(2) for _, answer in answers(d, seed)}) == 3


def test_where_only_comparisons_are_told_the_learned_reward_is_paid(compared: Begun):
    session, theta, experience = collected(compared)
    d, learned = experience.decisions, session._learned.score(experience.decisions.inputs)
    expected = paid_by_hand(compared, session, theta, d, learned)
    np.testing.assert_allclose(d.reward.numpy(), expected, atol=5e-6)
    assert not np.allclose(learned, judged(compared, d))
    np.testing.assert_allclose(experience.measured[Metric.PROXY_RETURN], learned.mean(1))
    np.testing.assert_allclose(experience.measured[Metric.RETURN_MEAN], np.mean(judged(compared, d), axis=1))


def test_a_method_that_holds_on_to_the_reference_by_itself_is_not_charged_for_leaving_it(paid: Begun):
    _, _, experience = collected(paid, needs=("reference",))
    d = experience.decisions
    np.testing.assert_allclose(d.reward.sum(0), judged(paid, d), atol=1e-6)
    assert ((d.reward != 0).sum(0) <= 1).all()


def test_an_answer_ends_once_in_a_final_state_whether_it_said_so_or_was_cut_off(paid: Begun):
    d = collected(paid)[2].decisions
    for seed in range(2):
        for column, (_, answer) in enumerate(answers(d, seed)):
            n = plain.length(answer)
            assert d.mask[:, seed, column].tolist() == [1.0] * n + [0.0] * (3 - n)
            assert d.terminated[:, seed, column].nonzero().flatten().tolist() == [n - 1]
    assert torch.equal(d.cut, d.terminated)
    assert d.next_inputs is None
    cut_off = (d.action != plain.END).all(0)
    assert cut_off.any()
    assert not cut_off.all()


def test_what_generated_and_what_learns_are_one_policy_at_one_temperature(paid: Begun):
    session, theta, experience = collected(paid)
    d = experience.decisions
    for seed in range(2):
        model = plain.model(session.actor, theta[seed])
        for column, pair in enumerate(answers(d, seed)):
            said = plain.of_answer(model, *pair, paid.task.temperature)
            np.testing.assert_allclose(d.logp[: len(said), seed, column], said, atol=ROUNDING)
    assert (experience.measured[AnswerMetric.LOGP_GAP] < ROUNDING).all()


def test_stale_weights_in_decoding_are_told_by_the_gap(paid: Begun):
    """What answers were generated with, a learning step ago, is not what the answers are thought of now."""
    session, theta, _ = collected(paid)
    fresh, answer = theta + 1e-3, session._answering.answer
    session._answering = SimpleNamespace(
        answer=lambda _, *given: answer(theta, *given),
        language=session._answering.language,
        speech=session._answering.speech,
    )
    assert (session.collect(fresh, 0, [0, 1]).measured[AnswerMetric.LOGP_GAP] > 1e-4).all()


def test_silent_groups_are_told_by_what_answers_earn_and_not_by_what_they_are_paid(paid: Begun):
    """With a price of KL no two answers are paid the same, and no group would ever be silent."""
    experience = collected(paid, rollout=Episodes(episodes=24, group=2))[2]
    earned = [own.reshape(-1, 2) for own in judged(paid, experience.decisions)]
    silent = np.array([(pair[:, 0] == pair[:, 1]).sum() for pair in earned])
    assert (silent > 0).all()
    np.testing.assert_array_equal(experience.measured[AnswerMetric.EFFECTIVE_PROMPTS], 12 - silent)


def test_siblings_answer_one_prompt_and_groups_differ(paid: Begun):
    d = collected(paid, rollout=Episodes(episodes=24, group=4))[2].decisions
    prompts = d.inputs[0].view(2, -1, 4)
    assert (prompts == prompts[..., :1]).all()
    assert (prompts[..., 0] != prompts[:, :1, 0]).any(1).all()
    assert not torch.equal(d.action[:, :, 0::4], d.action[:, :, 1::4])


def test_next_values_of_whole_answers_are_the_values_of_the_next_tokens(monkeypatch, tmp_path, paid: Begun):
    method, shown = spoken("ppo_clip"), []
    honest = type(method).credit

    def credit(self, d, gamma):
        shown.append((d, honest(self, d, gamma)))
        return shown[-1][1]

    monkeypatch.setattr(type(method), "credit", credit)
    paid.training(tmp_path, "ppo_clip", seeds=(4, 7)).run(lambda progress: None)
    d, c = shown[-1]
    assert d.value.abs().max() > 0
    advantage, lam = c.target - d.value, method.lam
    for seed, column in product(range(d.mask.shape[1]), range(d.mask.shape[2])):
        n, later = int(d.mask[:, seed, column].sum()), 0.0
        reward, value = (x[:n, seed, column].tolist() for x in (d.reward, d.value))
        for t in reversed(range(n)):
            after = value[t + 1] if t + 1 < n else 0.0
            later = reward[t] + after - value[t] + lam * later
            assert advantage[t, seed, column].item() == pytest.approx(later, abs=1e-5)


def test_evaluation_measures_the_divergence_along_its_answers_exactly_and_by_what_was_drawn(paid: Begun):
    session, theta, _ = collected(paid)
    measured = session.evaluate(theta, 3, [0, 1])
    again = session._answer(theta, Noise((4, 0)), EVALUATION, 3, (6, 1), "held_out", sample)
    hot, reference = paid.task.temperature, plain.model(session.actor, session.start()[0])
    for seed in range(2):
        model, exact, k1, k3, tokens = plain.model(session.actor, theta[seed]), [], [], [], 0
        for prompt, answer in [(x[:1], x[1:]) for x in again.inputs[:, seed].T.tolist()]:
            rows = [plain.log_probabilities(one, prompt, answer, hot) for one in (model, reference)]
            exact.append(plain.divergence(*rows))
            ratios = [q[token] - p[token] for p, q, token in zip(*rows, answer, strict=False)]
            k1.append(-sum(ratios))
            k3.append(sum(np.exp(x) - 1 - x for x in ratios))
            tokens += len(ratios)
        found = {name: values[seed] for name, values in measured[Split.STOCHASTIC].items()}
        for name, values in (
            (Metric.KL_REFERENCE_EPISODE, exact),
            (AnswerMetric.KL_K1, k1),
            (AnswerMetric.KL_K3, k3),
        ):
            assert found[name] == pytest.approx(np.mean(values), abs=2e-5)
        assert found[Metric.KL_REFERENCE] == pytest.approx(sum(exact) / tokens, abs=1e-5)
        assert found[Metric.EPISODES] == 6


@pytest.fixture(scope="session")
def sums(tmp_path_factory) -> Begun:
    """A task some of whose prompts are held out."""
    about = {"language": Countdown(terms=2), "imitation": Imitation(width=16, layers=1, heads=2, steps=1, texts=8)}
    return begun("countdown", tmp_path_factory.mktemp("sums"), **about)


def test_what_is_evaluated_are_held_out_prompts_and_none_is_trained_on(sums: Begun):
    session, asked = sums.open(), []
    honest = session._answering.answer

    def answer(policies, prompts, *rest):
        asked.append({prompt for own in prompts for prompt in own})
        return honest(policies, prompts, *rest)

    session._answering = SimpleNamespace(answer=answer, language=sums.task.language, speech=session._answering.speech)
    session.collect(session.start(), 0, [0, 1])
    session.evaluate(session.start(), 0, [0, 1])
    trained, sampled, likely = asked
    assert all(in_split(prompt, "train") for prompt in trained)
    assert all(in_split(prompt, "held_out") for prompt in sampled)
    assert sampled == likely


def test_a_task_without_what_it_begins_from_is_refused(compared: Begun):
    with pytest.raises(TypeError, match="enumerable_preferences: begins from comparisons, reward, which is not given"):
        compared.task.open(Noise((0,)), GROUPS, 2, artefacts={"model": compared.artefacts["model"]})


def test_every_comparison_is_read_once_before_any_is_read_twice(compared: Begun):
    for count, k in ((4, 2), (3, 4)):
        session = compared.open(rollout=Comparisons(prompts=count, answers=k))
        total, read = 64 // k, [[], []]
        for iteration in range(3 * total // count):
            d = session.collect(session.start(), iteration, [0, 1]).decisions
            for seed in range(2):
                read[seed] += [tuple(map(tuple, one)) for one in d.inputs[:, seed].T.view(count, k, -1).tolist()]
        columns = compared_columns(session, k)
        for seed in range(2):
            for time in range(3):
                assert sorted(read[seed][time * total : (time + 1) * total]) == sorted(columns)
        assert read[0] != read[1]


def compared_columns(session, k: int) -> list[tuple]:
    """All comparisons of k neighbours, best first, as the file has them."""
    inputs, rank = session._comparisons.inputs.T.tolist(), session._comparisons.rank.tolist()
    groups = [range(first, first + k) for first in range(0, len(rank), k)]
    return [tuple(tuple(inputs[n]) for n in sorted(group, key=rank.__getitem__)) for group in groups]


def test_what_the_reference_says_of_a_recorded_answer_is_what_the_model_says(compared: Begun):
    session = compared.open(rollout=Comparisons(prompts=4))
    d = session.collect(session.start(), 0, [0, 1]).decisions
    reference = plain.model(session.actor, session.start()[0])
    for seed in range(2):
        for column, pair in enumerate(answers(d, seed)):
            said = plain.of_answer(reference, *pair, compared.task.temperature)
            np.testing.assert_allclose(d.ref_logp[: len(said), seed, column], said, atol=ROUNDING)
